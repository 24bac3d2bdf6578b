namespace Sandbox.Host.Feeds;

/// <summary>The folder between domain and receiver. The other side writes there too, so nothing in it is followed, waited for or believed.</summary>
internal static class FeedFolder
{
    public const string Batch = ".batch";
    public const string Acknowledgement = ".ack";

    /// <summary>The path without links in any of its parts; null where there is no such folder.</summary>
    public static string? Real(string path)
    {
        try
        {
            var at = "/";
            foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                var folder = new DirectoryInfo(Path.Combine(at, part));
                if (!folder.Exists)
                {
                    return null;
                }

                at = folder.LinkTarget is null ? folder.FullName : folder.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Real(target.FullName) : null;
                if (at is null)
                {
                    return null;
                }
            }

            return at;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a folder is, or lies in, another. Both without links.</summary>
    public static bool Within(string folder, string other) => (folder + "/").StartsWith(other.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>A plain file with something in it, no larger than <paramref name="most"/>: a link, a pipe or a device is none, and opening a pipe could wait for ever.</summary>
    public static bool IsPlain(string path, long most)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length > 0 && file.Length <= most;
    }
}
