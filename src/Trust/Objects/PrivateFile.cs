namespace Sandbox.Trust;

/// <summary>A small file that only its owner may read (mode 0600), written once and durably.</summary>
public static class PrivateFile
{
    /// <summary>Writes the file; an existing one is never overwritten.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var file = new FileStream(path, options))
        {
            file.Write(content);
            file.Flush(true);
        }

        FolderSync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads the file whole; null where it is longer than <paramref name="limit"/> or others than its owner may read it.</summary>
    /// <exception cref="IOException">There is none.</exception>
    public static byte[]? Read(string path, int limit)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length > limit || (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
