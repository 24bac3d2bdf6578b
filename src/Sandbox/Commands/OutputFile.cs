using Sandbox.Trust;

namespace Sandbox.Host.Commands;

/// <summary>Files that a user asks for: whole or not at all, durable when this returns.</summary>
internal static class OutputFile
{
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var whole = Path.GetFullPath(path);
        // A name that nobody can have laid a link under: the folder may be shared with others.
        var staged = $"{whole}.{Path.GetRandomFileName()}.new";
        try
        {
            using (var file = new FileStream(staged, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(bytes);
                file.Flush(true);
            }

            File.Move(staged, whole, overwrite: true);
        }
        catch
        {
            File.Delete(staged);
            throw;
        }

        FolderSync.Sync(Path.GetDirectoryName(whole)!);
    }
}
