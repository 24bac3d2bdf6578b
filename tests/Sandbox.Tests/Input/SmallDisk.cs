using System.Runtime.InteropServices;

namespace Sandbox.Sandbox.Tests.Input;

/// <summary>A disk of a few megabytes in memory, mounted for one test. Only root may mount.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private const int Detach = 2;

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle { get; } = Probe();

    public static SmallDisk Mount(int megabytes)
    {
        var path = Directory.CreateTempSubdirectory("sandbox-disk-").FullName;
        if (MountFile("tmpfs", path, "tmpfs", 0, $"size={megabytes}m,mode=700") == 0)
        {
            return new(path);
        }

        Directory.Delete(path);
        throw new IOException("a small disk could not be mounted");
    }

    /// <summary>Leaves not one free byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, "filler"), FileMode.Append, FileAccess.Write, FileShare.None, 0);
        foreach (var size in new[] { 1 << 16, 4096, 1 })
        {
            try
            {
                for (var block = new byte[size]; ;)
                {
                    file.Write(block);
                }
            }
            catch (IOException)
            {
                // Full for this size.
            }
        }
    }

    public void Dispose()
    {
        _ = Unmount(Path, Detach);
        Directory.Delete(Path);
    }

    private static string? Probe()
    {
        if (Environment.UserName != "root" && GetEffectiveUser() != 0)
        {
            return "needs root to mount a small disk";
        }

        try
        {
            using var disk = Mount(1);
            return null;
        }
        catch (IOException)
        {
            return "this machine does not let root mount a small disk";
        }
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MountFile(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmount(string target, int flags);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUser();
}

/// <summary>A test that needs a small disk: skipped, visibly and with the reason, where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Obstacle;
}
