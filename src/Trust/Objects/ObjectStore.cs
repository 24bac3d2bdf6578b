using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Trust;

/// <summary>The sealed objects of one domain in two folders: <c>objects/</c> and <c>staging/</c>. Safe for use by many threads and processes.</summary>
public sealed class ObjectStore
{
    /// <summary>Chunks of 256 KiB.</summary>
    private const int DefaultChunkLog = 18;
    private const int NameLength = 40;

    private readonly string _objects;
    private readonly string _staging;
    private readonly int _chunkLog;

    public ObjectStore(string domainFolder, Suite suite)
        : this(domainFolder, suite, DefaultChunkLog)
    {
    }

    internal ObjectStore(string domainFolder, Suite suite, int chunkLog)
    {
        ArgumentNullException.ThrowIfNull(suite);
        Suite = suite;
        _chunkLog = chunkLog;
        _objects = Path.Combine(Path.GetFullPath(domainFolder), "objects");
        _staging = Path.Combine(Path.GetFullPath(domainFolder), "staging");
        foreach (var folder in new[] { _objects, _staging })
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        FolderSync.Sync(Path.GetFullPath(domainFolder));
    }

    public Suite Suite { get; }

    /// <summary>Seals a stream.</summary>
    /// <param name="kind">1–16 of a–z, 0–9, hyphen, for example <c>segment</c>; opening asks for the same.</param>
    /// <param name="key">The data key; may be disposed afterwards.</param>
    /// <param name="plain">Read to its end.</param>
    /// <param name="cancellationToken">Removes what was written.</param>
    /// <exception cref="TrustException">TRUST-OBJECT-4: the disk refused.</exception>
    public Task<StagedObject> StageAsync(string kind, DataKey key, Stream plain, CancellationToken cancellationToken = default) =>
        StageAsync(kind, key, target => plain.CopyToAsync(target, 1 << 18, cancellationToken), cancellationToken);

    /// <summary>Seals what <paramref name="writer"/> writes; an exception of the writer removes everything and passes through.</summary>
    /// <inheritdoc cref="StageAsync(string, DataKey, Stream, CancellationToken)"/>
    public async Task<StagedObject> StageAsync(string kind, DataKey key, Func<Stream, Task> writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(writer);
        if (key.Suite.Id != Suite.Id)
        {
            throw new TrustException(TrustRules.ObjectKey);
        }

        var staged = Path.Combine(_staging, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        FileStream? file = null;
        try
        {
            file = Disk(() => new FileStream(staged, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                // The lock that FileShare.None takes tells a sweep in another process that this file is alive.
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                BufferSize = 0,
            }));
            using var sealing = new SealingStream(new DiskStream(file), Suite, key, kind, _chunkLog);
            await writer(sealing).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var commitment = sealing.Complete();
            Disk(() => file.Flush(true));
            var reference = new ObjectRef(sealing.Name, kind, sealing.PlainLength, sealing.SealedLength, commitment);
            return new StagedObject(file, staged, PathOf(sealing.Name), reference);
        }
        catch
        {
            file?.Dispose();
            File.Delete(staged);
            throw;
        }
    }

    /// <summary>The authenticated content, front to back. Reading throws TRUST-OBJECT-3 at the first chunk that does not authenticate, and at the end of a cut object.</summary>
    /// <exception cref="TrustException">TRUST-OBJECT-1 missing, -2 wrong key or kind, -3 damaged.</exception>
    public Stream Open(ObjectRef reference, DataKey key) => OpenStream(reference, key, checkCommitment: false);

    /// <summary>Writes the content to a stream; only authenticated chunks reach it. On an exception the target holds a part and must be thrown away.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public void OpenInto(ObjectRef reference, DataKey key, Stream target)
    {
        using var source = Open(reference, key);
        source.CopyTo(target, 1 << 18);
    }

    /// <summary>As <see cref="OpenInto(ObjectRef, DataKey, Stream)"/>, by as many threads as there are processors where the object is large.</summary>
    /// <param name="reference">The object.</param>
    /// <param name="key">Its data key.</param>
    /// <param name="target">An empty file or memory file, written at places of its own: its position is not used.</param>
    /// <inheritdoc cref="Open" path="/exception"/>
    public void OpenInto(ObjectRef reference, DataKey key, SafeFileHandle target)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(target);
        using var file = Sealed(reference);
        ParallelOpening.Open(file.SafeFileHandle, Suite, key, reference, target);
    }

    /// <summary>Reads the whole object and holds it against its commitment.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public void Check(ObjectRef reference, DataKey key)
    {
        using var source = OpenStream(reference, key, checkCommitment: true);
        source.CopyTo(Stream.Null, 1 << 18);
    }

    public bool Exists(ObjectRef reference) => File.Exists(PathOf(reference.Name));

    /// <summary>Removes an object durably. Its content is gone for good only when its key is destroyed too.</summary>
    public void Delete(ObjectRef reference)
    {
        File.Delete(PathOf(reference.Name));
        FolderSync.Sync(_objects);
    }

    /// <summary>Removes objects that the registry does not know and what dead processes left in staging; living ones are skipped. Read the names and call this within one writing transaction.</summary>
    /// <returns>How many files were removed.</returns>
    public int Sweep(IReadOnlySet<string> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var removed = 0;
        foreach (var path in Directory.EnumerateFiles(_staging).Concat(Directory.EnumerateFiles(_objects).Where(p => !known.Contains(Path.GetFileName(p)))).ToList())
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(path);
                removed++;
            }
            catch (IOException)
            {
                // Somebody holds it: a transaction under way.
            }
        }

        FolderSync.Sync(_staging);
        FolderSync.Sync(_objects);
        return removed;
    }

    private static void Disk(Action write) => Disk(() =>
    {
        write();
        return 0;
    });

    private static T Disk<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException(TrustRules.StorageFull, e);
        }
    }

    private OpeningStream OpenStream(ObjectRef reference, DataKey key, bool checkCommitment)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(key);
        var file = Sealed(reference);
        try
        {
            return new OpeningStream(file, Suite, key, reference, checkCommitment);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private FileStream Sealed(ObjectRef reference)
    {
        try
        {
            return new FileStream(PathOf(reference.Name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrustException(TrustRules.ObjectMissing, e);
        }
    }

    private string PathOf(string name) =>
        name is { Length: NameLength } && name.All(char.IsAsciiHexDigitLower) ? Path.Combine(_objects, name) : throw new TrustException(TrustRules.ObjectMissing);
}
