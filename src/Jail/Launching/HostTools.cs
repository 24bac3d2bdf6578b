namespace Sandbox.Jail.Launching;

/// <summary>The three small programs that build a jail. Looked for in the system's own folders only, never along PATH.</summary>
internal sealed record HostTools(string? Setpriv, string? Prlimit, string? Bubblewrap)
{
    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/local/bin"];

    public static HostTools Find() => new(Find("setpriv"), Find("prlimit"), Find("bwrap"));

    public static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Names of those that are missing.</summary>
    public IEnumerable<string> Missing()
    {
        if (Setpriv is null)
        {
            yield return "setpriv";
        }

        if (Prlimit is null)
        {
            yield return "prlimit";
        }

        if (Bubblewrap is null)
        {
            yield return "bwrap";
        }
    }
}
