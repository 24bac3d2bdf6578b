using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Help;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>Every act leaves an entry, also one that is refused. Verbs and use cases are enumerated from the program's own help and source, so that a new one without an entry fails here.</summary>
public sealed class RecordTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    /// <summary>Verbs by which somebody acts, with the entry that their success leaves.</summary>
    private static readonly Dictionary<string, string> Acts = new(StringComparer.Ordinal)
    {
        ["account open"] = "account.opened",
        ["account close"] = "account.closed",
        ["account unlock"] = "account.unlocked",
        ["token create"] = "token.created",
        ["token end"] = "token.ended",
        ["token list"] = "token.listed",
        ["person add"] = "person.registered",
        ["data add"] = "data.loaded",
        ["data supply"] = "data.supply-decided",
        ["source add"] = "source.proposed",
        ["source approve"] = "source.approved",
        ["source pull"] = "source.pulled",
        ["source stop"] = "source.stopped",
        ["data append"] = "data.appended",
        ["data replace"] = "data.replaced",
        ["data withdraw"] = "data.withdrawn",
        ["data quarantine"] = "data.quarantine-read",
        ["data confirm"] = "data.graded",
        ["data risk"] = "data.risk-measured",
        ["data standard"] = "data.standard-set",
        ["data quality"] = "data.quality-read",
        ["scenario request"] = "scenario.requested",
        ["scenario pass-on"] = "scenario.answered",
        ["scenario confirm"] = "scenario.answered",
        ["scenario consent"] = "scenario.answered",
        ["scenario reject"] = "scenario.answered",
        ["zone open"] = "zone.opened",
        ["zone refresh"] = "zone.opened",
        ["zone destroy"] = "zone.destroyed",
        ["query"] = "query.answered",
        ["result list"] = "result.listed",
        ["result show"] = "result.shown",
        ["result chart"] = "result.shown",
        ["result drop"] = "result.dropped",
        ["model submit"] = "model.submitted",
        ["model approve"] = "model.approved",
        ["model block"] = "model.blocked",
        ["run start"] = "run.finished",
        ["run report"] = "run.report-shown",
        ["run replay"] = "run.replayed",
        ["he round open"] = "round.opened",
        ["he round take"] = "round.contributed",
        ["he round close"] = "round.closed",
        ["he round recount"] = "round.recount",
        ["he round permit"] = "round.permitted",
        ["he round receive"] = "round.opened-total",
        ["he sum"] = "round.summed",
        ["he match open"] = "match.opened",
        ["he match count"] = "match.counted",
        ["lineage show"] = "lineage.shown",
        ["lineage impact"] = "lineage.shown",
        ["alerts see"] = "alert.seen",
        ["export request"] = "export.requested",
        ["export show"] = "export.shown",
        ["export approve"] = "export.voted",
        ["export return"] = "export.voted",
        ["export reject"] = "export.voted",
        ["export release"] = "export.released",
        ["export withdraw"] = "export.withdrawn",
        ["export revoke"] = "export.revoked",
        ["export status"] = "export.status-shown",
        ["export sheet"] = "export.sheet-shown",
        ["backup create"] = "backup.created",
        ["backup keys"] = "backup.keys-copied",
        ["backup restore"] = "backup.restored",
        ["backup drill"] = "backup.drilled",
        ["alerts limit"] = "alert.limit-set",
        ["person deputy"] = "person.deputy-appointed",
        ["person deputy-end"] = "person.deputy-ended",
        ["person sign-in"] = "person.sign-in-set",
        ["person record"] = "person.record-filed",
        ["party add"] = "party.registered",
        ["party evidence"] = "party.evidence-filed",
        ["party admit"] = "party.decided",
        ["party leave"] = "party.decided",
        ["party measure"] = "party.decided",
        ["party bind"] = "party.register-bound",
        ["agreement file"] = "agreement.filed",
        ["agreement sign"] = "agreement.signed",
        ["agreement withdraw"] = "agreement.moved",
        ["agreement end"] = "agreement.moved",
        ["agreement keep"] = "agreement.moved",
        ["agreement fetch"] = "agreement.fetched",
        ["order open"] = "order.opened",
        ["order report"] = "order.moved",
        ["order accept"] = "order.moved",
        ["order return"] = "order.moved",
        ["order terminate"] = "order.moved",
        ["evaluation figures"] = "evaluation.figures-shown",
        ["evaluation save"] = "evaluation.moved",
        ["evaluation plan"] = "evaluation.moved",
        ["evaluation finish"] = "evaluation.moved",
        ["evaluation answer"] = "evaluation.moved",
        ["notice list"] = "notice.shown",
        ["scenario end"] = "scenario.ended",
        ["assessment add"] = "assessment.filed",
        ["assessment fetch"] = "assessment.fetched",
        ["calendar load"] = "calendar.loaded",
        ["procedure open"] = "procedure.opened",
        ["procedure close"] = "procedure.step",
        ["procedure amend"] = "procedure.amended",
        ["procedure require"] = "duty.set",
        ["procedure set-time"] = "procedure.time-set",
        ["catalogue publish"] = "catalogue.published",
        ["demand add"] = "demand.added",
        ["demand submit"] = "demand.submitted",
        ["classification set"] = "data.classified",
        ["permission give"] = "permission.given",
        ["permission end"] = "permission.ended",
        ["subject documents"] = "subject.documents-set",
        ["subject verify"] = "subject.verified",
        ["subject ask"] = "subject.asked",
        ["subject approve"] = "subject.answered",
        ["subject reject"] = "subject.answered",
        ["subject copy"] = "subject.copied",
        ["subject carry-out"] = "subject.carried-out",
        ["subject delegate"] = "subject.delegated",
        ["subject delegate-end"] = "subject.delegation-ended",
        ["negative-list add"] = "negative.added",
        ["negative-list review"] = "negative.reviewed",
        ["negative-list end"] = "negative.ended",
        ["case open"] = "case.opened",
        ["case step"] = "case.moved",
        ["case show"] = "case.shown",
        ["case paper"] = "case.paper-fetched",
        ["audit pack"] = "audit.packed",
        ["audit report"] = "audit.reported",
        ["data retain"] = "data.retention-set",
        ["data archive"] = "data.archived",
        ["data archived"] = "data.archive-received",
        ["ledger feed open"] = "feed.opened",
        ["ledger feed push"] = "feed.pushed",
        ["ledger feed close"] = "feed.closed",
        ["ledger archive"] = "ledger.sealed",
        ["ledger expire"] = "ledger.expired",
    };

    /// <summary>Entries that the demo has no occasion for; another test sees them.</summary>
    private static readonly string[] SeenElsewhere =
    [
        "account.opened",
        "account.closed",
        "account.unlocked",
        "token.created",
        "token.ended",
        "token.listed",
        "data.supply-decided",
        "source.proposed",
        "source.approved",
        "source.pulled",
        "source.stopped",
        "data.standard-set",
        "data.quality-read",
        "scenario.ended",
        "person.deputy-appointed",
        "person.deputy-ended",
        "person.record-filed",
        "person.sign-in-set",
        "party.registered",
        "party.register-bound",
        "party.evidence-filed",
        "party.decided",
        "order.opened",
        "order.moved",
        "notice.shown",
        "evaluation.moved",
        "evaluation.figures-shown",
        "agreement.signed",
        "agreement.moved",
        "agreement.filed",
        "agreement.fetched",
        "alert.limit-set",
        "alert.seen",
        "assessment.fetched",
        "assessment.filed",
        "audit.packed",
        "audit.reported",
        "backup.created",
        "backup.drilled",
        "backup.keys-copied",
        "backup.restored",
        "calendar.loaded",
        "case.moved",
        "case.opened",
        "case.paper-fetched",
        "case.shown",
        "catalogue.published",
        "data.appended",
        "data.classified",
        "data.archive-received",
        "data.archived",
        "data.quarantine-read",
        "data.replaced",
        "data.retention-set",
        "data.risk-measured",
        "data.withdrawn",
        "demand.added",
        "demand.submitted",
        "duty.set",
        "export.revoked",
        "export.sheet-shown",
        "export.status-shown",
        "export.withdrawn",
        "feed.closed",
        "feed.opened",
        "feed.pushed",
        "ledger.expired",
        "ledger.sealed",
        "lineage.shown",
        "match.counted",
        "match.opened",
        "model.blocked",
        "negative.added",
        "negative.ended",
        "negative.reviewed",
        "permission.ended",
        "permission.given",
        "procedure.amended",
        "procedure.opened",
        "procedure.step",
        "procedure.time-set",
        "result.dropped",
        "result.listed",
        "result.shown",
        "round.recount",
        "run.replayed",
        "run.report-shown",
        "subject.answered",
        "subject.asked",
        "subject.carried-out",
        "subject.copied",
        "subject.delegated",
        "subject.delegation-ended",
        "subject.documents-set",
        "subject.verified",
        "zone.destroyed",
    ];

    [Fact]
    public void Every_verb_acts_with_an_entry_or_reads_as_nobody()
    {
        foreach (var (verb, words) in HelpTests.Words)
        {
            Assert.True(words.Contains("--as") == Acts.ContainsKey(verb), $"`{verb}`: say in this test which entry it leaves, or let it act as nobody");
        }
    }

    [Fact]
    [Requirement("CC-20-5")]
    public void Every_acts_entry_is_seen()
    {
        var seen = Entries(demo.Folder).Select(entry => entry["kind"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        Assert.All(Acts.Values.Except(SeenElsewhere), kind => Assert.Contains(kind, seen));
    }

    [Fact]
    [Requirement("CC-20-5")]
    public void A_hundred_acts_most_of_them_refused_leave_a_hundred_entries_and_a_changed_one_is_named()
    {
        using var city = new SmallCity();
        var acts = 0;
        var before = Entries(city.Folder).Length;
        string[] people = ["zhao", "li", "wu", "nobody"];
        var verbs = Acts.Keys.Order(StringComparer.Ordinal).ToArray();
        foreach (var (who, verb) in Enumerable.Range(0, 100).Select(i => (people[(i + (i / verbs.Length)) % people.Length], verbs[i % verbs.Length])))
        {
            {
                var words = HelpTests.Words[verb].Select(word => word.StartsWith("none", StringComparison.Ordinal) ? Path.Combine(city.Folder, "absent", word) : word).ToArray();
                words[Array.IndexOf(words, "--as") + 1] = who;
                var ran = SandboxProgram.Json([.. verb.Split(' '), .. words, "--dir", city.Folder]);
                var entries = Entries(city.Folder);
                acts++;
                Assert.True(entries.Length == before + acts, $"{entries.Length - before - acts} entries too many or few: {ran}");
                var last = entries[^1];
                Assert.Equal(who == "nobody" ? "unknown" : who, last["actor"]!.GetValue<string>());
                if (ran.Code != Ran.Done)
                {
                    Assert.Equal(ran.Code == Ran.Refused ? "refused" : "failed", last["kind"]!.GetValue<string>());
                    Assert.Equal(ran.Code == Ran.Refused ? string.Join(' ', ran.Rules.Distinct()) : null, last["facts"]!["rules"]?.GetValue<string>());
                }
            }
        }

        Assert.Equal(100, acts);
        var entryPlace = Entries(city.Folder)[before + 40]["n"]!.GetValue<long>();
        city.Call("ledger", "verify").Ends(Ran.Done);
        Books.Check(city.Folder);
        var place = entryPlace;
        RunSql(city.Folder, $"UPDATE trust_ledger SET entry = replace(entry, '\"kind\":\"', '\"kind\":\"x') WHERE idx = {place}");
        Assert.Contains($"Entry {place} ", city.Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1").Output, StringComparison.Ordinal);
        RunSql(city.Folder, $"UPDATE trust_ledger SET entry = CAST(replace(entry, '\"kind\":\"x', '\"kind\":\"') AS BLOB) WHERE idx = {place}");
        city.Call("ledger", "verify").Ends(Ran.Done);
        RunSql(city.Folder, $"DELETE FROM trust_ledger WHERE idx = {place}");
        Assert.Contains($"Entry {place} ", city.Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1").Output, StringComparison.Ordinal);
    }

    /// <summary>A use case is whatever in the host takes a domain and somebody who acts; it writes an entry or hands on to the one that builds zones, which does.</summary>
    [Fact]
    public void Every_use_case_in_the_source_writes_an_entry()
    {
        var useCase = new Regex(@"\b(public|internal)\s+static\s+(async\s+)?(Task<Answer>|Answer)\s+\w+\(\s*OpenDomain\s+domain,\s*Actor\s+actor");
        var files = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src", "Sandbox"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && useCase.IsMatch(File.ReadAllText(path))).ToArray();
        Assert.True(files.Length >= 15, $"only {files.Length} files with use cases were found: has their form changed?");
        Assert.All(files, path => Assert.True(Regex.IsMatch(File.ReadAllText(path), @"\bdomain\s*\.\s*(Commit|Note)\(|\bBuildZone\.RunAsync\(domain\b"), $"{Path.GetFileName(path)} changes or shows something and writes no entry"));
    }

    /// <summary>All but the alerts that a hundred refusals raise, as they should.</summary>
    private static JsonObject[] Entries(string folder) =>
        [.. SandboxProgram.Json("ledger", "show", "--count", "10000", "--dir", folder).Ends(Ran.Done).Json["entries"]!.AsArray().Select(item => item!.AsObject()).Where(item => item["kind"]!.GetValue<string>() != "alert.raised")];

    private static void RunSql(string folder, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "registry.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
