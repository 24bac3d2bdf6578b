using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Trust;

/// <summary>Makes a rename or removal in a folder durable; .NET opens no folders, so this calls the C library.</summary>
public static partial class FolderSync
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;

    /// <exception cref="IOException">The folder cannot be opened or synchronised.</exception>
    public static void Sync(string folder)
    {
        using var handle = Open(folder, ReadOnlyDirectoryCloseOnExec, 0);
        if (handle.IsInvalid || FSync(handle) != 0)
        {
            throw new IOException("The folder could not be made durable.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(SafeFileHandle handle);
}
