using System.Diagnostics;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Demo;

/// <summary>One demo, run to its end once, for all the tests that need a domain with everything in it.</summary>
public sealed class FinishedDemo : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FinishedDemo()
    {
        Folder = _folder.File("city");
        var clock = Stopwatch.StartNew();
        First = SandboxProgram.Json("demo", "--dir", Folder);
        Took = clock.Elapsed;
        First.Ends(Ran.Done);
        KeyFile = Path.Combine(Folder, "domain.pub");
        Release = First.Json["release"]!.GetValue<string>();
    }

    public string Folder { get; }

    public TimeSpan Took { get; }

    public string KeyFile { get; }

    public string Release { get; }

    internal Ran First { get; }

    internal JsonObject[] Events => [.. First.Json["events"]!.AsArray().Select(item => item!.AsObject())];

    /// <summary>Calls a verb on the demo's domain, as somebody of its people.</summary>
    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder, "--as", who]);

    internal Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder]);

    /// <summary>A copy of the domain that a test may spoil.</summary>
    internal TemporaryFolder Copy()
    {
        var copy = new TemporaryFolder();
        foreach (var path in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Path, Path.GetRelativePath(Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }

    public void Dispose() => _folder.Dispose();
}

[CollectionDefinition(Name)]
public sealed class FinishedDemoGroup : ICollectionFixture<FinishedDemo>
{
    public const string Name = "a finished demo";
}
