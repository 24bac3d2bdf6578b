using System.Diagnostics;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Demo;

/// <summary>The demo from beginning to end, as a person who has never seen the project would run it.</summary>
public sealed class DemoTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    [Fact]
    public void All_seven_stations_are_played_in_order()
    {
        var stations = FinishedDemo.Events.Select(item => item["station"]!.GetValue<string>()).Distinct().ToArray();
        Assert.Equal(["1 data", "2 scenario", "3 workbench", "4 models", "5 encrypted sum", "6 gate", "7 proof"], stations);
        Assert.All(FinishedDemo.Events, item => Assert.Contains(item["outcome"]!.GetValue<string>(), new[] { "done", "refused" }));
    }

    [Theory]
    [InlineData("2 scenario", "without any consent", "CC-18-1")]
    [InlineData("2 scenario", "bureau's confirmation only", "CC-18-1")]
    [InlineData("2 scenario", "one provider is silent", "CC-18-1")]
    [InlineData("3 workbench", "raw column", "")]
    [InlineData("3 workbench", "second statement", "")]
    [InlineData("3 workbench", "file of the machine", "")]
    [InlineData("4 models", "train on production", "CC-20-3")]
    [InlineData("4 models", "unreviewed model", "")]
    [InlineData("4 models", "held output", "")]
    [InlineData("5 encrypted sum", "contribution of one county", "")]
    [InlineData("5 encrypted sum", "total as the operating unit", "")]
    [InlineData("6 gate", "rows that a model copied out", "")]
    [InlineData("6 gate", "small cells", "")]
    [InlineData("6 gate", "author votes", "")]
    [InlineData("6 gate", "after one vote", "")]
    [InlineData("7 proof", "one flipped bit", "")]
    [InlineData("7 proof", "one entry was changed", "TRUST-LEDGER-1")]
    [Requirement("CC-18-1")]
    [Requirement("CC-20-3")]
    public void What_must_be_refused_is_refused_with_a_rule(string station, string what, string rule)
    {
        var item = Assert.Single(FinishedDemo.Events, item => item["station"]!.GetValue<string>() == station && item["what"]!.GetValue<string>().Contains(what, StringComparison.Ordinal));
        Assert.Equal("refused", item["outcome"]!.GetValue<string>());
        var rules = item["rule"]!.GetValue<string>().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(rules);
        Assert.True(rule.Length == 0 || rules.Contains(rule), $"{what}: {string.Join(' ', rules)}");
    }

    [Fact]
    public void The_release_verifies_far_from_the_domain_with_the_public_key_alone()
    {
        using var elsewhere = new TemporaryFolder();
        var package = elsewhere.File("package.tar");
        var key = elsewhere.File("key.pub");
        File.Copy(demo.Release, package);
        File.Copy(demo.KeyFile, key);

        var alone = SandboxProgram.Json("verify", package, "--key", key).Ends(Ran.Done);
        Assert.True(alone.Json["genuine"]!.GetValue<bool>());
        Assert.False(alone.Json["in_ledger"]!.GetValue<bool>());

        File.Copy(demo.Release + ".receipt", package + ".receipt");
        Assert.True(SandboxProgram.Json("verify", package, "--key", File.ReadAllText(key).Trim()).Ends(Ran.Done).Json["in_ledger"]!.GetValue<bool>());
    }

    [Fact]
    public void A_changed_cut_lengthened_or_foreign_package_does_not_verify()
    {
        using var elsewhere = new TemporaryFolder();
        var genuine = File.ReadAllBytes(demo.Release);
        var draw = new Random(20261121);
        foreach (var at in Enumerable.Range(0, 8).Select(_ => draw.Next(genuine.Length)))
        {
            var flipped = genuine.ToArray();
            flipped[at] ^= (byte)(1 << draw.Next(8));
            SandboxProgram.Json("verify", elsewhere.Write("flipped", flipped), "--key", demo.KeyFile).Ends(Ran.Refused);
        }

        SandboxProgram.Json("verify", elsewhere.Write("cut", genuine[..^1]), "--key", demo.KeyFile).Ends(Ran.Refused);
        SandboxProgram.Json("verify", elsewhere.Write("long", [.. genuine, 0]), "--key", demo.KeyFile).Ends(Ran.Refused);
        SandboxProgram.Json("verify", elsewhere.Write("empty", []), "--key", demo.KeyFile).Ends(Ran.Refused);

        var other = elsewhere.File("other");
        SandboxProgram.Json("init", "--dir", other, "--profile", "futian").Ends(Ran.Done);
        SandboxProgram.Json("verify", demo.Release, "--key", Path.Combine(other, "domain.pub")).Ends(Ran.Refused);
    }

    [Fact]
    public void No_raw_value_lies_in_any_file_of_the_domain() => Assert.Empty(RawValues.FindUnder(demo.Folder));

    [Fact]
    public void No_raw_value_was_told_by_the_demo()
    {
        using var folder = new TemporaryFolder();
        folder.Write("out", FinishedDemo.First.Output);
        folder.Write("err", FinishedDemo.First.Errors);
        Assert.Empty(RawValues.FindUnder(folder.Path));
    }

    [Fact]
    public void Only_the_release_and_its_receipt_are_in_the_folder_of_releases()
    {
        Assert.Equal(
            new[] { demo.Release, demo.Release + ".receipt" }.Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(Path.Combine(demo.Folder, "releases")).Order(StringComparer.Ordinal));
        Books.CheckSwept(demo.Folder);
    }

    [Fact]
    public void The_registry_keeps_the_books() => Books.Check(demo.Folder);

    [Fact]
    public void A_second_call_keeps_what_stands_and_is_quick()
    {
        var clock = Stopwatch.StartNew();
        var again = SandboxProgram.Json("demo", "--dir", demo.Folder).Ends(Ran.Done);
        Assert.True(clock.Elapsed < FinishedDemo.Took, $"the second call took {clock.Elapsed}, the first {FinishedDemo.Took}");
        var events = again.Json["events"]!.AsArray();
        var before = events.Where(item => item!["station"]!.GetValue<string>() is "1 data" or "2 scenario");
        Assert.All(before, item => Assert.Equal("kept", item!["outcome"]!.GetValue<string>()));
        Assert.Equal(demo.Release, again.Json["release"]!.GetValue<string>());
        Assert.Contains(events, item => item!["what"]!.GetValue<string>() == "the release" && item["outcome"]!.GetValue<string>() == "kept");
        SandboxProgram.Json("ledger", "verify", "--dir", demo.Folder).Ends(Ran.Done);
    }

    [Theory]
    [InlineData("SELECT id_number FROM register LIMIT 3")]
    [InlineData("SELECT name, monthly_income FROM register LIMIT 200")]
    [Requirement("CC-20-2")]
    [Requirement("YB-16-2")]
    public void What_a_scientist_sees_is_masked(string sql)
    {
        using var folder = new TemporaryFolder();
        folder.Write("answer", demo.As("wu", "query", "--zone", "night-bus-wb", sql).Ends(Ran.Done).Output);
        Assert.Empty(RawValues.FindUnder(folder.Path));
    }
}
