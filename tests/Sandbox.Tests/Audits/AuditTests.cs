using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Audits;
using Sandbox.Host.Supervision;
using Sandbox.Policy;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Audits;

/// <summary>Twelve packs and a report over a simulated year; a missed month is flagged; totals are those of the ledger.</summary>
public sealed class AuditTests
{
    [Fact]
    [Requirement("FT-34-1")]
    public void A_year_gives_twelve_packs_and_a_report_a_skipped_month_is_flagged_and_totals_equal_the_ledger()
    {
        using var year = new SimulatedYear(new(2025, 12, 31, 22, 0, 0, TimeSpan.Zero));
        year.Register("sun", Role.Auditor);
        var draw = new Random(34);
        var packs = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        for (var month = 1; month <= 12; month++)
        {
            var acts = month == 4 ? 0 : 20 + draw.Next(30);
            for (var act = 0; act < acts; act++)
            {
                year.Now = new DateTimeOffset(2026, month, 1 + (act * 27 / acts), 23, 59, 59, 999, TimeSpan.Zero);
                year.Domain.Note((act % 5) switch
                {
                    0 => new("refused", "li", new Facts { ["act"] = "zone.open", ["rules"] = "CC-18-1 CC-17-3" }),
                    1 => new("zone.opened", "li", new Facts { ["zone"] = "z" }),
                    2 => new("export.released", "zhao", new Facts { ["export"] = "e" }),
                    _ => new("query.answered", "wu", new Facts { ["zone"] = "z" }),
                });
            }

            // The last instant of a month belongs to it.
            year.Now = new DateTimeOffset(2026, month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1).AddMilliseconds(-1);
            year.Domain.Note(new("query.answered", "wu", new Facts { ["zone"] = "last" }));
            using var sun = year.As("sun");
            var name = $"2026-{month:D2}";
            Assert.Equal("SB-AUDIT-1", SimulatedYear.Rule(MakeAuditPaper.Pack(year.Domain, sun, AuditPeriod.Month(name)!, year.File(name + ".early"))));
            year.Now = year.Now.AddDays(5);
            if (month == 8)
            {
                // Older periods are sealed meanwhile: they count all the same.
                using var zhao = year.As("zhao");
                SimulatedYear.Done(LedgerPeriods.Seal(year.Domain, zhao, null));
            }

            if (month == 6)
            {
                Assert.Empty(Missed(year));
                Assert.Equal("due", State(year, "2026-06"));
                continue;
            }

            packs[name] = Paper(MakeAuditPaper.Pack(year.Domain, sun, AuditPeriod.Month(name)!, year.File(name)));
            string[] skipped = month > 6 ? ["2026-06"] : [];
            Assert.Equal(skipped, Missed(year));
        }

        // Made at last, June is late and no longer missing.
        using (var zhao = year.As("zhao"))
        {
            Assert.Equal("missed", State(year, "2026-06"));
            var report = Paper(MakeAuditPaper.Report(year.Domain, zhao, AuditPeriod.Year("2026")!, year.File("risk-before")));
            Assert.Contains(report["findings"]!.AsArray(), item => item!["id"]!.GetValue<string>() == "missed-cycles" && item["en"]!.GetValue<string>().Contains("2026-06", StringComparison.Ordinal));
            packs["2026-06"] = Paper(MakeAuditPaper.Pack(year.Domain, zhao, AuditPeriod.Month("2026-06")!, year.File("2026-06")));
            Assert.Equal("late", State(year, "2026-06"));
        }

        Assert.Equal(12, packs.Count);
        using var auditor = year.As("sun");
        var risk = Paper(MakeAuditPaper.Report(year.Domain, auditor, AuditPeriod.Year("2026")!, year.File("risk")));
        Assert.Empty(Missed(year));

        // The oracle is the ledger's own export, counted with nothing of the packs.
        var folder = year.File("export");
        year.Domain.Ledger.Export(folder, null, year.Domain.Folder.Archive);
        var entries = File.ReadAllLines(Path.Combine(folder, "entries.ndjson")).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        foreach (var (name, pack) in packs)
        {
            Same([.. entries.Where(entry => entry["t"]!.GetValue<string>().StartsWith(name + "-", StringComparison.Ordinal))], pack["totals"]!.AsObject());
        }

        Same([.. entries.Where(entry => entry["t"]!.GetValue<string>().StartsWith("2026-", StringComparison.Ordinal))], risk["totals"]!.AsObject());
        Assert.Equal(12, risk["months"]!.AsArray().Count);
        Assert.All(risk["months"]!.AsArray(), month => Assert.True(month!["pack_agrees"]!.GetValue<bool>()));
        Assert.Equal(risk["totals"]!["entries"]!.GetValue<long>(), packs.Values.Sum(pack => pack["totals"]!["entries"]!.GetValue<long>()));

        // Outside, with the public key alone.
        foreach (var name in packs.Keys.Append("risk"))
        {
            SandboxProgram.Json("audit", "verify", year.File(name), "--key", Path.Combine(year.Root, "domain.pub")).Ends(Ran.Done);
        }

        var bytes = File.ReadAllBytes(year.File("risk"));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(year.File("risk"), bytes);
        SandboxProgram.Json("audit", "verify", year.File("risk"), "--key", Path.Combine(year.Root, "domain.pub")).RefusedBy("TRUST-SIGN-2", "TRUST-SIGN-3");
    }

    [Fact]
    [Requirement("FT-34-1")]
    public void A_pack_over_a_broken_or_incomplete_ledger_is_refused()
    {
        using var year = new SimulatedYear(new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero), "changchun");
        for (var act = 0; act < 64; act++)
        {
            year.Domain.Note(new("query.answered", "wu", new Facts { ["zone"] = "z" }));
        }

        year.Now = new(2026, 2, 3, 8, 0, 0, TimeSpan.Zero);
        using (var zhao = year.As("zhao"))
        {
            SimulatedYear.Done(LedgerPeriods.Seal(year.Domain, zhao, null));
        }

        // Somebody changes one byte of the sealed period.
        var archive = Assert.Single(Directory.GetFiles(year.Domain.Folder.Archive));
        var whole = File.ReadAllBytes(archive);
        var changed = (byte[])whole.Clone();
        changed[whole.AsSpan().IndexOf("\"wu\""u8) + 1] = (byte)'v';
        File.WriteAllBytes(archive, changed);
        var january = AuditPeriod.Month("2026-01")!;
        using (var zhao = year.As("zhao"))
        {
            Assert.Equal("TRUST-LEDGER-1", Assert.Throws<TrustException>(() => MakeAuditPaper.Pack(year.Domain, zhao, january, year.File("pack"))).Refusal.Rule);
        }

        File.WriteAllBytes(archive, whole);
        year.Now = year.Now.AddMonths(7);
        using (var zhao = year.As("zhao"))
        {
            SimulatedYear.Done(MakeAuditPaper.Pack(year.Domain, zhao, january, year.File("pack")));
            Assert.Equal("SB-AUDIT-4", SimulatedYear.Rule(MakeAuditPaper.Pack(year.Domain, zhao, january, year.File("pack"))));
            Assert.Equal("SB-AUDIT-4", SimulatedYear.Rule(MakeAuditPaper.Pack(year.Domain, zhao, january, year.File("none/pack"))));
            Assert.Equal("SB-AUDIT-2", SimulatedYear.Rule(MakeAuditPaper.Pack(year.Domain, zhao, AuditPeriod.Month("2025-12")!, year.File("other"))));
            SimulatedYear.Done(LedgerPeriods.Expire(year.Domain, zhao));
            Assert.Equal("SB-AUDIT-3", SimulatedYear.Rule(MakeAuditPaper.Pack(year.Domain, zhao, january, year.File("other"))));
        }
    }

    /// <summary>The same through the command line, where the domain is of today.</summary>
    [Fact]
    [Requirement("FT-34-1")]
    public void The_verbs_refuse_what_is_not_over_and_who_does_not_supervise()
    {
        using var city = new SmallCity();
        using var folder = new TemporaryFolder();
        var now = TimeProvider.System.GetUtcNow();
        Ran Pack(string who, string month) => city.As(who, "audit", "pack", "--month", month, "--out", folder.File("pack"));
        Pack("zhao", now.ToString("yyyy-MM", null)).RefusedBy("SB-AUDIT-1");
        Pack("zhao", now.AddMonths(7).ToString("yyyy-MM", null)).RefusedBy("SB-AUDIT-1");
        Pack("zhao", now.AddYears(-1).ToString("yyyy-MM", null)).RefusedBy("SB-AUDIT-2");
        Pack("li", now.AddMonths(-1).ToString("yyyy-MM", null)).RefusedBy("SB-HOST-5");
        foreach (var month in new[] { "2026-13", "2026", "../x", "2026-1", "9999-12", "0001-01" })
        {
            Pack("zhao", month).Ends(Ran.Usage);
        }

        city.As("zhao", "audit", "report", "--year", now.ToString("yyyy", null), "--out", folder.File("risk")).RefusedBy("SB-AUDIT-1");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Assert.Empty(city.Call("audit", "status").Ends(Ran.Done).Json["missed"]!.AsArray());
    }

    private static JsonObject Paper(Answer answer)
    {
        SimulatedYear.Done(answer);
        return ((Answer.Done)answer).Body["paper"]!.AsObject();
    }

    private static string[] Missed(SimulatedYear year) => [.. ((Answer.Done)AuditCalendar.Status(year.Domain)).Body["missed"]!.AsArray().Select(item => item!.GetValue<string>()).Where(name => name != "2025-12" && name != "2025")];

    private static string State(SimulatedYear year, string period) => ((Answer.Done)AuditCalendar.Status(year.Domain)).Body["months"]!.AsArray().Single(item => item!["period"]!.GetValue<string>() == period)!["state"]!.GetValue<string>();

    private static void Same(JsonObject[] entries, JsonObject totals)
    {
        Assert.Equal(entries.Length, totals["entries"]!.GetValue<long>());
        Assert.Equal(entries[0]["n"]!.GetValue<long>(), totals["first"]!.GetValue<long>());
        Assert.Equal(Counted(entries.Select(entry => entry["kind"]!.GetValue<string>())), Read("kinds"));
        Assert.Equal(Counted(entries.Select(entry => entry["actor"]!.GetValue<string>())), Read("persons"));
        Assert.Equal(Counted(entries.Where(entry => entry["kind"]!.GetValue<string>() == "refused").SelectMany(entry => entry["facts"]!["rules"]!.GetValue<string>().Split(' '))), Read("refusals"));
        Assert.Equal(Counted(entries.Select(entry => entry["kind"]!.GetValue<string>() switch { "zone.opened" => "masking", "export.released" => "exporting", _ => "" }).Where(mark => mark.Length > 0)), Read("watched"));

        SortedDictionary<string, long> Read(string part) => new(totals[part]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<long>()), StringComparer.Ordinal);
    }

    private static SortedDictionary<string, long> Counted(IEnumerable<string> words) => new(words.GroupBy(word => word).ToDictionary(group => group.Key, group => (long)group.Count()), StringComparer.Ordinal);
}
