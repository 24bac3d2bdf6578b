using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Export.Outlet;

/// <summary>Makes the names in a folder durable: after a power loss a renamed file has its new name. .NET opens no folders, so this calls the C library.</summary>
internal static partial class FolderSync
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;

    /// <exception cref="IOException">The folder can't be opened or flushed.</exception>
    public static void Flush(string folder)
    {
        using var handle = Open(folder, ReadOnlyDirectoryCloseOnExec, 0);
        if (handle.IsInvalid || Fsync(handle) != 0)
        {
            throw new IOException("The folder of releases can't be written through to the disk.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(SafeFileHandle handle);
}
