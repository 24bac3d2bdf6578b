namespace Sandbox.Host.Lineage;

/// <summary>Writes the picture of a lineage, which holds no data values, into a new file of its reader.</summary>
internal static class LineageFile
{
    /// <summary>False where a file stands already or the folder is missing.</summary>
    /// <exception cref="IOException">The disk refused; nothing is left.</exception>
    public static bool TryWrite(string path, ReadOnlySpan<byte> bytes)
    {
        if (Path.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path)))
        {
            return false;
        }

        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        try
        {
            file.Write(bytes);
            file.Flush(true);
            return true;
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }
}
