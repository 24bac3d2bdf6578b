using System.Security.Cryptography;
using Sandbox.Export.Packaging;
using Sandbox.Trust;

namespace Sandbox.Export.Outlet;

/// <summary>What a sweep did.</summary>
/// <param name="Finished">Releases whose decision was recorded before the program ended; their files have their names now.</param>
/// <param name="Removed">Staged files without a recorded decision; they are gone.</param>
/// <param name="Lost">Recorded releases whose file is missing or differs.</param>
public sealed record OutletSweep(IReadOnlyList<string> Finished, IReadOnlyList<string> Removed, IReadOnlyList<string> Lost);

/// <summary>
/// The only place that writes releases. A package is staged and flushed, the decision and its digest are committed to the registry and the ledger, and only
/// then does the file get its name; whatever moment the program ends at, <see cref="Sweep"/> finishes or removes it.
/// </summary>
/// <param name="folder">Folder of releases; made when it is missing.</param>
/// <param name="suite">The domain's suite.</param>
public sealed class ReleaseOutlet(string folder, Suite suite)
{
    private const string StagedPrefix = ".staged-";
    private const int AttemptLength = 16;
    private const int AttemptAt = 8 + AttemptLength + 1;

    /// <summary>Writes the package under a staged name.</summary>
    /// <param name="name">File name, as <c>e-1.release.tar</c>: lower-case letters, digits, <c>. _ -</c>.</param>
    /// <exception cref="ArgumentException">The name is no plain file name.</exception>
    /// <exception cref="IOException">The disk is full or the folder can't be written; nothing is left behind.</exception>
    public StagedRelease Stage(string name, ReadOnlySpan<byte> package)
    {
        if (!ArchiveLayout.IsPath(name) || name.Contains('/', StringComparison.Ordinal))
        {
            throw new ArgumentException("A release has a plain file name.", nameof(name));
        }

        Directory.CreateDirectory(folder);
        // A name of its own for every attempt: two processes that release the same request must not write into, or remove, each other's file. New, so that no link is followed.
        var staged = Path.Combine(folder, StagedPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(AttemptLength / 2)) + "-" + name);
        try
        {
            using var file = new FileStream(staged, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            file.Write(package);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(staged);
            throw;
        }

        return new StagedRelease(folder, staged, Path.Combine(folder, name));
    }

    /// <summary>Puts the folder in order after a start.</summary>
    /// <param name="released">File names of every recorded release with the digest of its package, lower-case hex.</param>
    public OutletSweep Sweep(IReadOnlyDictionary<string, string> released)
    {
        ArgumentNullException.ThrowIfNull(released);
        Directory.CreateDirectory(folder);
        var finished = new List<string>();
        var removed = new List<string>();
        foreach (var staged in Directory.GetFiles(folder, StagedPrefix + "*"))
        {
            var name = Path.GetFileName(staged) is { Length: > AttemptAt } file ? file[AttemptAt..] : "";
            if (released.TryGetValue(name, out var digest) && Digest(staged) == digest)
            {
                File.Move(staged, Path.Combine(folder, name), overwrite: true);
                finished.Add(name);
            }
            else
            {
                File.Delete(staged);
                removed.Add(name);
            }
        }

        FolderSync.Sync(folder);
        return new OutletSweep(finished, removed, [.. released.Where(item => Digest(Path.Combine(folder, item.Key)) != item.Value).Select(item => item.Key).Order(StringComparer.Ordinal)]);
    }

    private string? Digest(string path) => File.Exists(path) ? Convert.ToHexStringLower(suite.Hash(File.ReadAllBytes(path))) : null;
}

/// <summary>A written package without its name. Dispose removes it unless it was committed.</summary>
public sealed class StagedRelease : IDisposable
{
    private readonly string _folder;
    private readonly string _staged;
    private bool _done;

    internal StagedRelease(string folder, string staged, string path)
    {
        _folder = folder;
        _staged = staged;
        Path = path;
    }

    /// <summary>Where the release will stand.</summary>
    public string Path { get; }

    /// <summary>Gives the file its name; call it after the decision is committed.</summary>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_done, this);
        File.Move(_staged, Path, overwrite: true);
        FolderSync.Sync(_folder);
        _done = true;
    }

    public void Dispose()
    {
        if (!_done)
        {
            _done = true;
            File.Delete(_staged);
        }
    }
}
