using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Due;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Procedures;
using Sandbox.Sandbox.Tests.Audits;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Sandbox.Tests.Killing;
using Sandbox.Sandbox.Tests.Procedures;
using Sandbox.Vault.Loading;

namespace Sandbox.Sandbox.Tests.Permissions;

/// <summary>Terms that run out, drawn permissions, imports that are killed, and the answer that a proof presets in Yibin.</summary>
public sealed class PermissionTermTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>The first permission that lapses shuts the zone; the next zone holds who permits still.</summary>
    [Theory]
    [InlineData("futian", true)]
    [InlineData("yunnan-2025", true)]
    [InlineData("changchun-trading", true)]
    [InlineData("changchun", false)]
    [Requirement("FT-20-1", "futian", "yunnan-2025", "changchun-trading")]
    public async Task A_permission_that_lapses_shuts_the_zone_and_its_rows_are_in_no_later_one(string profile, bool needed)
    {
        using var town = new RequestTown(profile, Start);
        var year = town.Year;
        using var chen = year.As("chen");
        using var li = year.As("li");
        using (var zhao = year.As("zhao"))
        {
            await Vetted.FileRecordsAsync(year.Domain, zhao, "li");
        }

        var path = year.File("people.csv");
        await File.WriteAllTextAsync(path, "person,district\n" + string.Concat(Enumerable.Range(0, 60).Select(at => $"p{at},{(at < 20 ? "east" : at < 40 ? "west" : "south")}\n")));
        SimulatedYear.Done(await AddData.RunAsync(year.Domain, chen, new NewData("people", new Delivery(path, SourceEncoding.Auto, []), "a test", year.Today, "person", []), null, default));
        SimulatedYear.Done(ConfirmGrades.Run(year.Domain, chen, "people", new Dictionary<string, ColumnGrade> { ["district"] = ColumnGrade.General }));
        SimulatedYear.Done(await ClassifyData.RunAsync(year.Domain, chen, "people", Encoding.UTF8.GetBytes(PermissionTown.Personal.Replace("2027-06-30", "2027-02-28", StringComparison.Ordinal)), UpgradeEvidence.None, null, default));
        SimulatedYear.Done(town.Request("li", "buses", "people"));
        SimulatedYear.Done(town.Reply("zhao", "buses"));
        SimulatedYear.Done(town.Reply("chen", "buses"));
        var terms = year.File("terms.csv");
        await File.WriteAllTextAsync(terms, PermissionTown.Permits(year.Today, year.Today.AddDays(5), Enumerable.Range(0, 20).Select(at => $"p{at}")) + PermissionTown.Permits(year.Today, year.Today.AddDays(50), Enumerable.Range(20, 20).Select(at => $"p{at}"))["subject,from,until\n".Length..]);
        SimulatedYear.Done(await KeepPermissions.GiveAsync(year.Domain, chen, "people", "buses", terms, "signed"u8.ToArray(), default));
        SimulatedYear.Done(await BuildZone.RunAsync(year.Domain, li, "buses", ZoneKind.Production, "first", null, default));
        Assert.Equal(needed ? 40 : 60, year.Domain.Registry.Find<Zone>("first")!.Rows);

        // The last day is one of the term; the next is not.
        year.Now = Start.AddDays(5);
        Assert.Empty(await OpenAsync(year, "first"));
        year.Now = Start.AddDays(6);
        Assert.Equal(needed ? ["FT-20-1"] : [], await OpenAsync(year, "first"));
        SimulatedYear.Done(await BuildZone.RunAsync(year.Domain, li, "buses", ZoneKind.Production, "second", null, default));
        Assert.Equal(needed ? 20 : 60, year.Domain.Registry.Find<Zone>("second")!.Rows);
        Assert.Empty(await OpenAsync(year, "second"));
        year.Now = Start.AddDays(51);
        Assert.Equal(needed ? ["FT-20-1"] : [], await OpenAsync(year, "second"));
        Assert.Equal(needed, await BuildZone.RunAsync(year.Domain, li, "buses", ZoneKind.Production, "third", null, default) is Answer.Refused);
    }

    [Theory]
    [InlineData("yibin", true)]
    [InlineData("futian", false)]
    [Requirement("FT-20-1", "yibin")]
    public void In_Yibin_a_request_with_proof_opens_the_suppliers_task_with_grant_preset_and_the_supplier_still_signs(string profile, bool preset)
    {
        using var folder = new TemporaryFolder();
        using var town = new RequestTown(profile, Start);
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("li", "plain", "roads"));
        var spec = folder.Write("proved.json", $$"""
            {"name":"proved","purpose":"where shuttles are missing","from":"{{DateTime.Today:yyyy-MM-dd}}","until":"{{DateTime.Today.AddMonths(6):yyyy-MM-dd}}","people":[],"description":{{Vetted.Description(DateOnly.FromDateTime(DateTime.Today.AddMonths(6)))}},"tables":[
              {"data_set":"roads","sample_per_mille":10,"quasi_identifiers":[],"columns":[{"name":"district","workbench":{"rule":"keep"},"production":null}]}]}
            """);
        town.Year.Closed(() => SandboxProgram.Json("scenario", "request", spec, "--proof", folder.Write("proof.pdf", "signed by all"), "--dir", town.Year.Root, "--as", "li").Ends(Ran.Done));
        SimulatedYear.Done(town.Reply("zhao", "plain"));
        SimulatedYear.Done(town.Reply("zhao", "proved"));
        var tasks = DueList.All(town.Year.Domain).Where(item => item.What == "scenario").ToDictionary(item => item.Subject, item => item.Preset);
        Assert.Null(tasks["plain"]);
        Assert.Equal(preset ? "grant" : null, tasks["proved"]);

        // A preset is no answer: the scenario opens with the signature, or is refused with grounds.
        Assert.Equal(Policy.Scenarios.ScenarioState.AuthorityConfirmed, town.Year.Domain.Registry.Find<Scenario>("proved")!.State);
        SimulatedYear.Done(town.Reply("chen", "proved"));
        Assert.Null(ConsentProof.Lacking(town.Year.Domain, town.Year.Domain.Registry.Find<Scenario>("proved")!));
        SimulatedYear.Done(town.Reply("chen", "plain", agree: false, grounds: "too wide"));
    }

    /// <summary>Whatever was given and ended in whatever order: a zone holds the rows of exactly those who permit.</summary>
    [Fact]
    [Requirement("FT-20-1", "futian")]
    public void No_row_of_a_person_without_permission_is_in_any_zone()
    {
        using var town = new PermissionTown(record: false);
        Assert.Equal("futian", town.Profile);
        var draw = new Random(20);
        var everybody = PermissionTown.Standings.Keys.SelectMany(standing => Enumerable.Range(0, PermissionTown.Each).Select(number => PermissionTown.Person(standing, number))).ToArray();
        var standings = PermissionTown.Standings.Keys.ToArray();
        var permitted = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 5; round++)
        {
            var some = everybody.Where(_ => draw.Next(3) == 0).ToArray();
            var (from, until) = draw.Next(4) switch { 0 => (-9, -1), 1 => (1, 9), _ => (-draw.Next(5), draw.Next(5)) };
            town.Give("chen", "buses", PermissionTown.Permits(PermissionTown.Today.AddDays(from), PermissionTown.Today.AddDays(until), some)).Ends(Ran.Done);
            permitted.UnionWith(from <= 0 && until >= 0 ? some : []);
            var gone = everybody.Where(_ => draw.Next(5) == 0).ToArray();
            town.End("zhao", "buses", gone).Ends(Ran.Done);
            permitted.ExceptWith(gone);
            if (permitted.Count == 0)
            {
                continue;
            }

            town.Open("buses", "production", $"prod-{round}").Ends(Ran.Done);
            Assert.Equal(permitted.Count, Books.Documents(town.Folder).Single(document => document.Kind == "zone" && document.Id == $"prod-{round}").Body["rows"]!.GetValue<int>());
            town.Open("buses", "workbench", $"bench-{round}").Ends(Ran.Done);

            // The score is the place of the row, which tells whose it is.
            var shown = town.Query($"bench-{round}", "SELECT score FROM register").Ends(Ran.Done).Json["rows"]!.AsArray().Select(row => int.Parse(row![0]!.ToString(), CultureInfo.InvariantCulture)).ToArray();
            Assert.NotEmpty(shown);
            Assert.All(shown, row => Assert.Contains(PermissionTown.Person(standings[row % 6], row / 6), permitted));
        }

        Books.Check(town.Folder);
    }

    /// <summary>An import that is killed or interrupted is whole or not there, and can be made again.</summary>
    [Theory]
    [InlineData(9, 900)]
    [InlineData(9, 1800)]
    [InlineData(2, 1300)]
    public async Task A_killed_import_is_whole_or_not_there(int signal, int milliseconds)
    {
        using var town = new PermissionTown(record: false);
        var terms = town.Write("many.csv", PermissionTown.Permits(PermissionTown.Today, PermissionTown.Today.AddDays(9), Enumerable.Range(0, 400_000).Select(at => $"x{at}")));
        string[] words = ["permission", "give", "register", "buses", "--file", terms, "--evidence", town.Write("paper.pdf", "signed"), "--dir", town.Folder, "--as", "chen", "--json"];
        using (var process = SandboxProgram.Start(words))
        {
            await Task.Delay(milliseconds);
            if (!process.HasExited)
            {
                Assert.Empty(await ProcessTree.SurvivorsAsync(ProcessTree.KillLeader(process.Id, signal)));
            }

            await process.WaitForExitAsync();
        }

        var stands = town.As("li", "permission", "list").Ends(Ran.Done).Json["permissions"]!.AsArray();
        Assert.True(stands.Count == 0 || stands[0]!["state"]!.GetValue<int>() == 1);
        SandboxProgram.Json("ledger", "verify", "--dir", town.Folder).Ends(Ran.Done);
        Books.Check(town.Folder);
        Books.CheckSwept(town.Folder);
        var again = SandboxProgram.Json(words[..^1]).Ends(Ran.Done).Json;
        Assert.Equal(400_000, again["given"]!.GetValue<int>() + again["known"]!.GetValue<int>());
    }

    private static async Task<string[]> OpenAsync(SimulatedYear year, string zone)
    {
        using var li = year.As("li");
        var (session, refusal) = await QueryZone.OpenAsync(year.Domain, li, zone, default);
        if (session is not null)
        {
            await session.DisposeAsync();
        }

        return refusal is Answer.Refused refused ? [.. refused.Refusals.Select(item => item.Rule)] : [];
    }
}
