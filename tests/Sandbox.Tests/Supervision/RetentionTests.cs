using Sandbox.Fixtures;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Supervision;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Sandbox.Tests.Audits;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>To the day: sealed periods stay until the profile's time has run from their last entry or from the end of the latest scenario that they tell of, whoever asks; and in cold storage they verify and can be searched.</summary>
public sealed class RetentionTests
{
    private static readonly DateOnly End = new(2026, 5, 31);

    private static SimulatedYear WithSealedJanuary(string profile, ScenarioState state)
    {
        var year = new SimulatedYear(new(2026, 1, 10, 8, 0, 0, TimeSpan.Zero), profile);
        foreach (var (name, role) in new[] { ("chen", Role.SourceDepartment), ("li", Role.Operator), ("sun", Role.Auditor), ("qian", Role.AppointedThirdParty), ("wu", Role.DataScientist), ("fang", Role.Developer) })
        {
            year.Register(name, role);
        }

        year.Domain.Commit(new("scenario.requested", "li", new Facts { ["scenario"] = "buses" }), writer =>
            writer.TryAdd(new Scenario("buses", "Plan buses", "office-of-li", "li", new(2026, 1, 1), End, state, ["li"], [], [])));
        for (var i = 0; i < 40; i++)
        {
            year.Domain.Note(new("query.answered", "wu", new Facts { ["scenario"] = "buses", ["zone"] = $"z{i}" }));
        }

        year.Now = new(2026, 2, 20, 8, 0, 0, TimeSpan.Zero);
        using var zhao = year.As("zhao");
        SimulatedYear.Done(LedgerPeriods.Seal(year.Domain, zhao, null));
        return year;
    }

    [Theory]
    [InlineData("changchun", ScenarioState.Granted, 2026, 11, 30)]
    [InlineData("changchun", ScenarioState.Ended, 2026, 11, 30)]
    [InlineData("changchun", ScenarioState.Rejected, 2026, 7, 10)]
    [InlineData("futian", ScenarioState.Granted, 2028, 5, 31)]
    [InlineData("futian", ScenarioState.Suspended, 2028, 5, 31)]
    [InlineData("yunnan-2025", ScenarioState.Granted, 2031, 5, 31)]
    [InlineData("yunnan-2025", ScenarioState.Rejected, 2031, 1, 10)]
    [Requirement("CC-31-3")]
    [Requirement("YN25-25-4")]
    public void One_day_before_its_time_nobody_purges_a_log_and_on_the_day_the_bureau_may(string profile, ScenarioState state, int y, int m, int d)
    {
        using var year = WithSealedJanuary(profile, state);
        var file = Assert.Single(Directory.GetFiles(year.Domain.Folder.Archive));
        var free = new DateOnly(y, m, d);

        year.Now = new(free.ToDateTime(new TimeOnly(23, 59, 59)).AddDays(-1), TimeSpan.Zero);
        foreach (var who in new[] { "zhao", "chen", "li", "sun", "qian", "wu", "fang" })
        {
            using var actor = year.As(who);
            Assert.Equal(who == "zhao" ? "SB-LEDGER-4" : "SB-HOST-5", SimulatedYear.Rule(LedgerPeriods.Expire(year.Domain, actor)));
            Assert.True(File.Exists(file));
        }

        year.Now = new(free.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        foreach (var who in new[] { "chen", "li", "sun", "qian", "wu", "fang" })
        {
            using var actor = year.As(who);
            Assert.Equal("SB-HOST-5", SimulatedYear.Rule(LedgerPeriods.Expire(year.Domain, actor)));
        }

        using (var zhao = year.As("zhao"))
        {
            SimulatedYear.Done(LedgerPeriods.Expire(year.Domain, zhao));
        }

        Assert.False(File.Exists(file));
        Assert.IsType<LedgerReport.Intact>(year.Domain.Ledger.VerifyWithArchive(year.Domain.Folder.Archive));
    }

    [Fact]
    [Requirement("CC-31-3")]
    public void Deleting_the_data_leaves_their_logs_untouched()
    {
        using var year = WithSealedJanuary("changchun", ScenarioState.Granted);
        year.Domain.Key(KeyScope.DataSet, "register", "chen").Dispose();
        var file = Assert.Single(Directory.GetFiles(year.Domain.Folder.Archive));
        var before = File.ReadAllBytes(file);
        year.Domain.Commit(new("key.destroyed", "zhao", new Facts { ["scope"] = "DataSet", ["id"] = "register" }), writer => year.Domain.Keys.Destroy(writer.Transaction, KeyScope.DataSet, "register"));
        Assert.Equal(before, File.ReadAllBytes(file));
        var entries = year.Domain.Ledger.Everything(year.Domain.Folder.Archive).ToArray();
        Assert.Equal(Enumerable.Range(0, entries.Length).Select(index => (long)index), entries.Select(entry => entry.Index));
        Assert.Contains(entries, entry => entry.Kind == "key.created" && entry.Facts["id"].Text == "register");
        Assert.IsType<LedgerReport.Intact>(year.Domain.Ledger.VerifyWithArchive(year.Domain.Folder.Archive));
    }

    [Fact]
    [Requirement("YN25-25-4")]
    public void An_archive_in_cold_storage_verifies_is_searched_and_proved_and_goes_only_after_its_time()
    {
        using var year = WithSealedJanuary("changchun", ScenarioState.Granted);
        var cold = year.File("cold");
        Directory.CreateDirectory(cold);
        var file = Assert.Single(Directory.GetFiles(year.Domain.Folder.Archive));
        var moved = Path.Combine(cold, Path.GetFileName(file));
        Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", year.Root]);
        year.Closed(() =>
        {
            var searched = Call("ledger", "show", "--kind", "query", "--count", "1000").Ends(Ran.Done).Output;
            Assert.Equal(40, Call("ledger", "show", "--kind", "query").Json["entries"]!.AsArray().Count);
            File.Move(file, moved);
            Call("ledger", "verify").RefusedBy("TRUST-LEDGER-1");
            Call("ledger", "verify", "--archive", cold).Ends(Ran.Done);
            Assert.Equal(searched, Call("ledger", "show", "--kind", "query", "--count", "1000", "--archive", cold).Ends(Ran.Done).Output);
            Assert.Equal(5, Call("ledger", "show", "--from", "5", "--count", "1", "--archive", cold).Ends(Ran.Done).Json["entries"]![0]!["n"]!.GetValue<int>());
            Call("ledger", "prove", "5", "--out", year.File("5.receipt"), "--archive", cold).Ends(Ran.Done);
            SandboxProgram.Json("ledger", "verify", "--proof", year.File("5.receipt"), "--key", Path.Combine(year.Root, "domain.pub")).Ends(Ran.Done);
            Call("ledger", "export", year.File("audit"), "--archive", cold).Ends(Ran.Done);
            SandboxProgram.Json("ledger", "verify", "--files", year.File("audit"), "--key", Path.Combine(year.Root, "domain.pub")).Ends(Ran.Done);
        });

        // Its time has come; but what it is about is not known without the file, and a changed file could shorten it.
        year.Now = new(2027, 3, 1, 0, 0, 0, TimeSpan.Zero);
        using var zhao = year.As("zhao");
        Assert.Equal("TRUST-LEDGER-6", Assert.Throws<TrustException>(() => LedgerPeriods.Expire(year.Domain, zhao)).Refusal.Rule);
        var whole = File.ReadAllBytes(moved);
        var text = System.Text.Encoding.UTF8.GetString(whole);
        File.WriteAllText(moved, text.Replace("\"scenario\":\"buses\"", "\"scenario\":\"buzes\"", StringComparison.Ordinal));
        Assert.Equal("TRUST-LEDGER-1", Assert.Throws<TrustException>(() => LedgerPeriods.Expire(year.Domain, zhao, cold)).Refusal.Rule);
        File.WriteAllBytes(moved, whole);
        SimulatedYear.Done(LedgerPeriods.Expire(year.Domain, zhao, cold));
        Assert.False(File.Exists(moved));
    }
}
