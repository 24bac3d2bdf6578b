using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Killing;

namespace Sandbox.Sandbox.Tests.Parties;

/// <summary>The operation agreement: its clauses and signatures, its term, what lies below it and what closes with it.</summary>
public sealed class OperationAgreementTests(ChangchunCity city) : IClassFixture<ChangchunCity>
{
    /// <summary>A module whose entry point is an endless loop.</summary>
    private static readonly byte[] Endless =
    [
        .. "\0asm\u0001\0\0\0"u8, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 19, 2, 6, .. "memory"u8, 2, 0, 6, .. "_start"u8, 0, 0, 10, 9, 1, 7, 0, 0x03, 0x40, 0x0C, 0, 0x0B, 0x0B,
    ];

    private static readonly (string, string)[] Parties = [("authority", "data-bureau"), ("operator", "data-company")];

    [Fact]
    [Requirement("CC-4-2")]
    [Requirement("CC-13-1")]
    [Requirement("CC-31-1")]
    [Requirement("YN25-32-1")]
    public async Task Without_a_clause_or_signature_nothing_opens_and_with_its_end_everything_closes()
    {
        city.Vet("li", "wu");
        city.Grant("running");
        city.As("li", "zone", "open", "running").Ends(Ran.Done);

        // Every clause and party is needed; faults are told together and nothing is stored.
        foreach (var clause in city.Rules.Paper("operation_agreement")!.Clauses)
        {
            var lacking = Paper("op-1");
            lacking["clauses"]!.AsObject().Remove(clause.Id);
            var refusal = city.File("zhao", lacking).RefusedBy("CC-4-2").Json["refusals"]!.AsArray().Single()!;
            Assert.StartsWith($"$.clauses.{clause.Id}:", refusal["why"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        var faulty = Paper("op-1");
        faulty["until"] = "2026-02-30";
        faulty["colour"] = "red";
        faulty["parties"]!["king"] = new JsonArray("somebody");
        Assert.Equal(3, city.File("zhao", faulty).RefusedBy("SB-HOST-6").Rules.Length);
        city.File("chen", Paper("op-1")).RefusedBy("CC-4-2");
        Assert.DoesNotContain(city.Call("agreement", "list").Json["agreements"]!.AsArray(), item => item!["name"]!.GetValue<string>() == "op-1");

        // Two years and no day more.
        var long1 = Paper("op-1");
        (long1["from"], long1["until"]) = (Iso(RegisterCity.Today), Iso(RegisterCity.Today.AddYears(2)));
        city.File("zhao", long1).RefusedBy("CC-13-1");
        long1["exception"] = "the council wishes it";
        city.File("zhao", long1).RefusedBy("CC-13-1");
        long1["until"] = Iso(RegisterCity.Today.AddYears(2).AddDays(-1));
        long1.Remove("exception");
        city.File("zhao", long1).Ends(Ran.Done);

        // Once the organisation has a paper, it counts: with one signature of two nothing opens.
        city.Ask("running-wb").RefusedBy("CC-4-2");
        city.Sign("op-1", "li");
        city.Ask("running-wb").RefusedBy("CC-4-2");
        city.As("wu", "agreement", "sign", "op-1").RefusedBy("CC-4-2");
        Assert.Null(Published());
        city.Sign("op-1", "zhao");
        city.Ask("running-wb").Ends(Ran.Done);
        var published = Published()!;
        Assert.Equal("data-company", published["object"]!["operator"]![0]!.GetValue<string>());
        Assert.Equal((Iso(RegisterCity.Today), Iso(RegisterCity.Today.AddYears(2).AddDays(-1))), (published["from"]!.GetValue<string>(), published["until"]!.GetValue<string>()));
        Assert.Equal("article scope", published["scope"]!.AsArray().Single()!.GetValue<string>());

        // A scenario and its plan lie within it.
        var late = RegisterCity.Scenario("late", 0, 731);
        Assert.Contains("CC-17-2", city.Request(late).RefusedBy("CC-13-1").Rules);
        var plan = RegisterCity.Scenario("plan");
        plan["description"]!["plan_until"] = Iso(RegisterCity.Today.AddYears(2));
        city.Request(plan).RefusedBy("CC-17-2");

        // A warm session sees the end at its next statement; what must be deleted is handed over.
        using var session = SandboxProgram.Start("query", "--zone", "running-wb", "--dir", city.Folder, "--as", "wu");
        var output = session.StandardOutput;
        await session.StandardInput.WriteLineAsync("SELECT count(*) AS people FROM register;");
        await session.StandardInput.FlushAsync();
        var seen = "";
        while (!seen.Contains("people", StringComparison.Ordinal))
        {
            seen += await output.ReadLineAsync() ?? throw new InvalidOperationException(seen + await session.StandardError.ReadToEndAsync());
        }

        // A model that runs for ever is at work, too.
        var package = Directory.CreateDirectory(city.Write("") + "-model").FullName;
        await File.WriteAllBytesAsync(Path.Combine(package, "model.wasm"), Endless);
        await File.WriteAllTextAsync(Path.Combine(package, "model.json"), """
            {"name":"endless","version":"1.0.0","kind":"apply","inputs":[{"table":"register","columns":["district"]}],"output":{"kind":"report","columns":[{"name":"district","type":"utf8"}],"dimensions":[],"measures":[]},
             "parameters":[],"limits":{"memory_mib":16,"cpu_seconds":60,"output_bytes":1024} }
            """);
        city.As("li", "model", "submit", package, "--scenario", "running").Ends(Ran.Done);
        using var job = SandboxProgram.Start("run", "start", "--model", "endless", "--zone", "running-wb", "--json", "--dir", city.Folder, "--as", "li");
        var jobOutput = job.StandardOutput.ReadToEndAsync();
        var jobErrors = job.StandardError.ReadToEndAsync();
        while (!ProcessTree.Below(job.Id).Any(child => child.Command.Contains("node", StringComparison.Ordinal)))
        {
            Assert.False(job.HasExited, job.HasExited ? await jobOutput + await jobErrors : "");
            await Task.Delay(100);
        }

        city.As("li", "agreement", "end", "op-1").RefusedBy("CC-13-1");
        Assert.Equal("EndAsked", city.As("li", "agreement", "end", "op-1", "--grounds", "no demand").Ends(Ran.Done).Json["state"]!.GetValue<string>());
        city.Ask("running-wb").Ends(Ran.Done);
        city.As("chen", "agreement", "end", "op-1", "--grounds", "no demand").Ends(Ran.Refused);
        var ended = city.As("zhao", "agreement", "end", "op-1", "--grounds", "agreed").Ends(Ran.Done).Json;
        Assert.Contains(ended["scenarios_ended"]!.AsArray(), item => item!.GetValue<string>() == "running");
        Assert.Contains(ended["to_delete"]!.AsArray(), item => item!["name"]!.GetValue<string>() == "running-wb");
        Assert.Equal("ended", city.State("running"));
        Assert.Null(Published());
        await job.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
        Assert.Equal(Ran.Refused, job.ExitCode);
        Assert.Contains("CC-31-1", await jobOutput, StringComparison.Ordinal);
        Assert.Empty(city.Call("run", "list").Ends(Ran.Done).Json["runs"]!.AsArray());
        await session.StandardInput.WriteLineAsync("SELECT count(*) AS people FROM register;");
        session.StandardInput.Close();
        var rest = await output.ReadToEndAsync() + await session.StandardError.ReadToEndAsync();
        await session.WaitForExitAsync();
        Assert.Contains("CC-31-1", rest, StringComparison.Ordinal);
        city.Ask("running-wb").RefusedBy("CC-31-1");
        city.As("li", "zone", "open", "running", "--name", "again").RefusedBy("CC-31-1");
        Assert.NotEmpty(city.Notices("li"));
        var copy = city.Write("");
        File.Delete(copy);
        city.As("zhou", "agreement", "fetch", "op-1", "--out", copy).Ends(Ran.Done);
        Assert.Equal("the paper of op-1", await File.ReadAllTextAsync(copy));
    }

    [Fact]
    [Requirement("CC-13-1")]
    [Requirement("CC-12-1")]
    public void On_the_day_after_its_last_one_every_grant_is_refused_and_a_renewal_comes_too_late()
    {
        var other = new (string, string)[] { ("authority", "data-bureau"), ("operator", "second-company") };
        city.As("zhao", "person", "add", "song", "--org", "second-company", "--role", "operator").Ends(Ran.Done);
        city.Vet("song");
        var scenario = RegisterCity.Scenario("expiring");
        city.Request(scenario, "song").Ends(Ran.Done);
        city.As("zhao", "scenario", "confirm", "expiring").Ends(Ran.Done);
        city.As("chen", "scenario", "consent", "expiring").Ends(Ran.Done);
        city.File("song", city.Paper("over", "operation_agreement", -100, -1, other)).Ends(Ran.Done);
        city.Sign("over", "song", "zhao");
        city.As("song", "zone", "open", "expiring").RefusedBy("CC-4-2");
        var renewal = city.Paper("next", "operation_agreement", 0, 300, other);
        renewal["renews"] = "over";
        city.File("song", renewal).RefusedBy("CC-13-1");

        // With a last day today it still opens, and can be renewed; a failed evaluation is answered first.
        city.File("song", city.Paper("last-day", "operation_agreement", -100, 0, other)).Ends(Ran.Done);
        city.Sign("last-day", "song", "zhao");
        city.As("song", "zone", "open", "expiring").Ends(Ran.Done);
        var year = RegisterCity.Today.Year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        city.As("song", "evaluation", "save", "second-company", "--year", year, "--outcome", "pass", "--words", "we are good").RefusedBy("CC-12-1");
        city.As("zhao", "evaluation", "save", "second-company", "--year", year, "--outcome", "rectify", "--words", "late").RefusedBy("YN25-26-1");
        var saved = city.As("zhao", "evaluation", "save", "second-company", "--year", year, "--outcome", "fail", "--words", "reports are late").Ends(Ran.Done).Json;
        Assert.Equal(1, saved["figures"]!["requests"]!.GetValue<int>());
        Assert.Equal(1, saved["figures"]!["zones"]!.GetValue<int>());
        renewal["renews"] = "last-day";
        city.File("song", renewal).RefusedBy("CC-12-1");
        city.As("song", "evaluation", "answer", "second-company", "--year", year, "--words", "a new clerk writes them").Ends(Ran.Done);
        city.File("song", renewal).Ends(Ran.Done);
    }

    /// <summary>The agreement as everybody is told of it; null where it is not.</summary>
    private JsonObject? Published() => city.Call("disclosure").Ends(Ran.Done).Json["agreements"]!.AsArray().Select(item => item!.AsObject()).SingleOrDefault(item => item["agreement"]!.GetValue<string>() == "op-1");

    private JsonObject Paper(string name) => city.Paper(name, "operation_agreement", 0, 300, Parties);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
