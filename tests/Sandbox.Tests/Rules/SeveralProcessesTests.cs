using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>Several processes work in one domain at the same time: each gets its answer, the books stay whole.</summary>
public sealed class SeveralProcessesTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    [Fact]
    public async Task Loads_queries_and_registrations_at_once_keep_the_books_whole()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("rows.csv", SmallCity.Register(150_000));
        string[] place = ["--dir", demo.Folder, "--json"];
        string[][] calls =
        [
            ["data", "add", "at-once-a", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--as", "chen", .. place],
            ["data", "add", "at-once-b", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--as", "wang", .. place],
            ["query", "--zone", "night-bus-wb", "SELECT count(*) FROM flights", "--as", "wu", .. place],
            ["query", "--zone", "night-bus-wb", "SELECT sex, count(*) FROM register GROUP BY sex", "--as", "wu", .. place],
            ["person", "add", "at-once-one", "--org", "lab", "--role", "scientist", "--as", "zhao", .. place],
            ["person", "add", "at-once-two", "--org", "lab", "--role", "scientist", "--as", "zhao", .. place],
            ["ledger", "verify", .. place],
        ];
        var answers = await Task.WhenAll(calls.Select(call => SandboxProgram.RunAsync(call)));
        Assert.All(answers, answer => answer.Ends(Ran.Done));
        Books.Check(demo.Folder);
        Assert.Equal(150_000, demo.Call("data", "show", "at-once-b").Ends(Ran.Done).Json["rows"]!.GetValue<long>());
        Books.CheckSwept(demo.Folder);
    }

    [Fact]
    public async Task Of_two_that_want_the_same_name_one_gets_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("rows.csv", SmallCity.Register(1000));
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => SandboxProgram.RunAsync(
            ["data", "add", "wanted-twice", "--file", file, "--source", "a test", "--acquired", "2026-01-02", "--as", "chen", "--dir", demo.Folder, "--json"])));
        Assert.Equal([Ran.Done, Ran.Refused], answers.Select(answer => answer.Code).Order());
        Books.Check(demo.Folder);

        // What the second had sealed is gone with the next call that has the domain to itself.
        demo.Call("data", "list").Ends(Ran.Done);
        Books.CheckSwept(demo.Folder);
    }
}
