using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Launching;

/// <summary>
/// As root, jails are built by user 65534, who can't look into private folders such as /root. Engine and program files that lie there are
/// copied once to a cache folder that everybody can read. They are code, never data; copies are found by path, size and time of the original.
/// </summary>
internal sealed class Staging(string cacheFolder, bool root)
{
    private const UnixFileMode OthersEnter = UnixFileMode.OtherExecute, OthersRead = UnixFileMode.OtherRead;
    private const UnixFileMode Public = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>About now, read from /proc: old copies need no exact clock.</summary>
    private static readonly DateTime StartedAtUtc = Directory.GetLastWriteTimeUtc("/proc/self");

    private static readonly ConcurrentDictionary<string, bool> Readable = new(StringComparer.Ordinal);

    /// <summary>The cache folder of root or of the user when none is named.</summary>
    public static string DefaultFolder()
    {
        if (LibC.geteuid() == 0)
        {
            return "/var/cache/sandbox";
        }

        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(
            string.IsNullOrEmpty(cache) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : cache, "sandbox");
    }

    /// <summary>The folder itself, made when absent; readable by all, writable by us.</summary>
    public string Folder
    {
        get
        {
            if (!Directory.Exists(cacheFolder))
            {
                // Set the mode in a step of its own: the process's mask may take the others' rights away.
                Directory.CreateDirectory(cacheFolder);
                File.SetUnixFileMode(cacheFolder, Public);
            }

            return cacheFolder;
        }
    }

    /// <summary>The path, or the path of its readable copy.</summary>
    public string For(string path)
    {
        var real = Resolve(path);
        return !root || Readable.GetOrAdd(real, IsReadable) ? real : Copy(real);
    }

    private static string Resolve(string path)
    {
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
    }

    private static bool IsReadable(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!File.GetUnixFileMode(folder).HasFlag(OthersEnter))
            {
                return false;
            }
        }

        return Directory.Exists(path)
            ? File.GetUnixFileMode(path).HasFlag(OthersEnter | OthersRead)
                && Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).All(file => File.GetUnixFileMode(file).HasFlag(OthersRead))
            : File.Exists(path) && File.GetUnixFileMode(path).HasFlag(OthersRead);
    }

    private string Copy(string path)
    {
        var family = "staged-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16] + "-";
        var target = Path.Combine(Folder, family + Fingerprint(path));
        if (Path.Exists(target))
        {
            return target;
        }

        RemoveOld(family);
        var partial = target + "." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        CopyTree(path, partial);
        try
        {
            Directory.Move(partial, target);
        }
        catch (IOException) when (Path.Exists(target))
        {
            // Another process was quicker with the same copy.
            Delete(partial);
        }

        return target;
    }

    /// <summary>Removes older copies of the same original; a day's grace, since a running child may still load from one.</summary>
    private void RemoveOld(string family)
    {
        foreach (var entry in new DirectoryInfo(Folder).EnumerateFileSystemInfos(family + "*").Where(entry => entry.LastWriteTimeUtc.AddDays(1) < StartedAtUtc))
        {
            Delete(entry.FullName);
        }
    }

    private static void CopyTree(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Copy(from, to);
            File.SetUnixFileMode(to, Public);
            return;
        }

        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, Public);
        foreach (var entry in Directory.EnumerateFileSystemEntries(from))
        {
            CopyTree(entry, Path.Combine(to, Path.GetFileName(entry)));
        }
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static string Fingerprint(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = File.Exists(path) ? [path] : Directory.GetFiles(path, "*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var file in files)
        {
            var info = new FileInfo(file);
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file}\0{info.Length}\0{info.LastWriteTimeUtc.Ticks}\0")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }
}
