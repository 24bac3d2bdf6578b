using System.Diagnostics;
using System.Text.Json.Nodes;
using Sandbox.Host.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Demo;

/// <summary>A domain with everything in it: a copy of one demo that is run to its end once. A class of tests may spoil its copy.</summary>
public sealed class FinishedDemo : IDisposable
{
    private static readonly Lazy<Original> One = new(() => new Original());

    private readonly TemporaryFolder _folder;

    public FinishedDemo()
    {
        _folder = CopyOf(One.Value.Folder);
        Folder = _folder.File("city");
    }

    public string Folder { get; }

    public string KeyFile => Path.Combine(Folder, "domain.pub");

    /// <summary>What bureau, audit institute and counties have at home. Shared by all copies: to be read only.</summary>
    internal static DemoHomes Homes => new(One.Value.Folder + ".homes");

    public string Release => Path.Combine(Folder, "releases", "income-by-city.sandbox.tar");

    internal static TimeSpan Took => One.Value.Took;

    internal static Ran First => One.Value.First;

    internal static JsonObject[] Events => [.. First.Json["events"]!.AsArray().Select(item => item!.AsObject())];

    /// <summary>Calls a verb on the domain, as somebody of its people.</summary>
    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder, "--as", who]);

    internal Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder]);

    /// <summary>Another copy, as the folder <c>city</c> in a folder of its own.</summary>
    internal static TemporaryFolder CopyOf(string domain)
    {
        var copy = new TemporaryFolder();
        foreach (var path in Directory.EnumerateFiles(domain, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, "city", Path.GetRelativePath(domain, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Original
    {
        public Original()
        {
            var folder = new TemporaryFolder();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
            Folder = folder.File("city");
            var clock = Stopwatch.StartNew();
            First = SandboxProgram.Json("demo", "--dir", Folder);
            Took = clock.Elapsed;
            First.Ends(Ran.Done);
        }

        public string Folder { get; }

        public TimeSpan Took { get; }

        public Ran First { get; }
    }
}
