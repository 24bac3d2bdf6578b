using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Domains;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;
using Sandbox.Trust;

namespace Sandbox.Sandbox.Tests.Supervision;

/// <summary>A burst raises one alert, as an entry and before a supervisor; ordinary work raises none.</summary>
public sealed class AlertTests : IDisposable
{
    private readonly SmallCity _city = new();

    public void Dispose() => _city.Dispose();

    private JsonObject[] Open() => [.. _city.Call("alerts", "list").Ends(Ran.Done).Json["alerts"]!.AsArray().Select(item => item!.AsObject())];

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = TimeProvider.System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Fact]
    [Requirement("YB-24-1")]
    public void A_burst_of_refusals_through_the_door_raises_one_alert_that_another_supervisor_settles()
    {
        for (var i = 0; i < 9; i++)
        {
            _city.As("li", "person", "add", "somebody", "--org", "o", "--role", "operator").RefusedBy("SB-HOST-5");
        }

        Assert.Empty(Open());
        _city.As("li", "person", "add", "somebody", "--org", "o", "--role", "operator").RefusedBy("SB-HOST-5");
        _city.As("li", "person", "add", "somebody", "--org", "o", "--role", "operator").RefusedBy("SB-HOST-5");
        var alert = Assert.Single(Open());
        Assert.Equal(("refusals", "li", 10), (alert["rule"]!.GetValue<string>(), alert["by"]!.GetValue<string>(), alert["acts"]!.GetValue<int>()));
        var id = alert["alert"]!.GetValue<string>();

        // The supervisor is told whatever he does.
        Assert.Contains("alerts list", SandboxProgram.Run("person", "add", "sun", "--org", "audit-office", "--role", "auditor", "--dir", _city.Folder, "--as", "zhao").Errors, StringComparison.Ordinal);
        _city.As("wu", "alerts", "see", id, "--words", "nothing").RefusedBy("SB-HOST-5");
        _city.As("sun", "alerts", "see", "refusals-9999", "--words", "nothing").RefusedBy("SB-HOST-1");
        _city.As("sun", "alerts", "see", id, "--words", "an old script").Ends(Ran.Done);
        _city.As("sun", "alerts", "see", id, "--words", "an old script").RefusedBy("SB-ALERT-2");
        Assert.Empty(Open());
        _city.Call("ledger", "verify").Ends(Ran.Done);
        Assert.Single(_city.Call("ledger", "show", "--kind", "alert", "--actor", "sandbox").Ends(Ran.Done).Json["entries"]!.AsArray());
    }

    [Theory]
    [InlineData("refused", "refusals", 10, 9)]
    [InlineData("export.shown", "exports", 6, 59)]
    [InlineData("backup.created", "copying", 4, 59)]
    [InlineData("query.answered", "queries", 101, 59)]
    [InlineData("zone.opened", "masking", 6, 59)]
    [InlineData("key.destroyed", "destruction", 3, 1400)]
    [Requirement("YB-24-1")]
    public void Each_watched_act_raises_its_alert_when_it_comes_in_a_burst_and_not_when_it_is_spread(string kind, string rule, int burst, int minutes)
    {
        var clock = new Clock();
        using var domain = OpenDomain.Open(_city.Folder, new Unlocking(), clock, new DomainSettings());
        void Act() => domain.Note(new LedgerEntry(kind, "li", new Facts { ["act"] = "x", ["rules"] = "y" }));
        int Raised() => domain.Registry.All<Host.Supervision.Alert>().Count(alert => alert.Rule == rule);

        // Spread: one fewer than a burst within every window.
        for (var i = 0; i < burst * 2; i++)
        {
            clock.Now += TimeSpan.FromMinutes((double)minutes / (burst - 2 > 0 ? burst - 2 : 1) + 1);
            Act();
        }

        Assert.Equal(0, Raised());
        clock.Now += TimeSpan.FromDays(2);
        for (var i = 0; i < burst - 1; i++)
        {
            Act();
        }

        Assert.Equal(0, Raised());
        Act();
        Assert.Equal(1, Raised());

        // It goes on: the same burst raises no second one, the next does.
        Act();
        Assert.Equal(1, Raised());
        clock.Now += TimeSpan.FromDays(2);
        for (var i = 0; i < burst; i++)
        {
            Act();
        }

        Assert.Equal(2, Raised());
    }

    [Fact]
    public void Somebody_who_is_nobody_is_noticed_sooner()
    {
        for (var i = 0; i < 5; i++)
        {
            _city.As("mallory", "person", "add", "somebody", "--org", "o", "--role", "operator").RefusedBy("SB-HOST-4");
        }

        Assert.Equal("unproved-persons", Assert.Single(Open())["rule"]!.GetValue<string>());
    }
}
