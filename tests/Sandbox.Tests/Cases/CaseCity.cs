using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.Domains;
using Sandbox.Host.Due;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Trust;
namespace Sandbox.Host.Tests.Cases;

/// <summary>A domain with one reviewed release, whose clock and whose profile a test sets; all tests of a class share it.</summary>
public sealed class CaseCity : IAsyncLifetime
{
    internal const string People = """{"name":"people","kind":"count","column":null,"digits":15}""";

    private readonly Clock _clock = new();
    private AttackDomain _made = null!;

    internal OpenDomain Domain { get; private set; } = null!;

    internal string Root => _made.Root;

    /// <summary>Null: the time of the machine.</summary>
    internal DateTimeOffset? Now
    {
        set => _clock.Set = value;
    }

    public async Task InitializeAsync()
    {
        _made = await AttackDomain.MakeAsync();
        _made.Open.Dispose();
        Domain = Opened();
        using (var zhao = As("zhao"))
        {
            foreach (var (name, organisation, role) in new[]
            {
                ("wu", "city-data-company", Role.DataScientist), ("dev", "city-data-company", Role.Developer), ("ma", "other-company", Role.Operator), ("head", "civil-affairs", Role.SourceDepartment),
                ("hu", "tax-office", Role.SourceDepartment), ("tang", "household", Role.DataSubject), ("lin", "third-company", Role.Operator),
            })
            {
                AttackDomain.Done(AddPerson.Run(Domain, zhao, name, organisation, role, null));
            }
        }

        await ReleaseAsync("people", People);
    }

    public Task DisposeAsync()
    {
        Domain.Dispose();
        _made.Dispose();
        return Task.CompletedTask;
    }

    internal Actor As(string name) => Actor.Authenticate(Domain, name, null);

    /// <summary>Asks for a table, has it reviewed by two and released.</summary>
    internal async Task<JsonObject> ReleaseAsync(string name, string measures)
    {
        using (var li = As("li"))
        {
            AttackDomain.Done(await RequestExport.RunAsync(Domain, li, ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec(name, AttackDomain.Table(measures)))), default));
        }

        foreach (var reviewer in new[] { "qian", "sun" })
        {
            using var actor = As(reviewer);
            AttackDomain.Done(VoteExport.Run(Domain, actor, name, VoteDecision.Approve));
        }

        using var zhao = As("zhao");
        return Body(await ReleaseExport.RunAsync(Domain, zhao, name, default));
    }

    /// <summary>Moves the domain under another profile, as a deployment would that is made anew with the same books.</summary>
    internal void Under(string profile, params string[] overlays)
    {
        var record = Domain.Record;
        if (record.Profile == profile && record.Overlays.SequenceEqual(overlays, StringComparer.Ordinal))
        {
            return;
        }

        Domain.Commit(new("profile.moved", "zhao", new Facts()), writer => writer.Update(record with { Profile = profile, Overlays = overlays, Acknowledged = new ProfileAcknowledgement(true, true) }));
        Domain.Dispose();
        Domain = Opened();
    }

    internal async Task<Answer> OpenAsync(string who, string kind, string id, string json, string? paper = null, bool drill = false)
    {
        using var actor = As(who);
        return await TakeCaseStep.OpenAsync(Domain, actor, kind, id, drill, Encoding.UTF8.GetBytes(json), paper is null ? null : Encoding.UTF8.GetBytes(paper), default);
    }

    internal async Task<Answer> StepAsync(string who, string id, string command, string json = "{}", string? paper = null)
    {
        using var actor = As(who);
        return await TakeCaseStep.StepAsync(Domain, actor, id, command, Encoding.UTF8.GetBytes(json), paper is null ? null : Encoding.UTF8.GetBytes(paper), default);
    }

    /// <summary>The same, which must be done; gives the state.</summary>
    internal async Task<string> DoneAsync(string who, string id, string command, string json = "{}", string? paper = null) =>
        Body(await StepAsync(who, id, command, json, paper))["state"]!.GetValue<string>();

    internal JsonObject Show(string who, string id)
    {
        using var actor = As(who);
        return Body(ShowCase.Run(Domain, actor, id));
    }

    internal JsonObject Listed(string id) => Body(ShowCase.List(Domain, null, false))["cases"]!.AsArray().Select(item => item!.AsObject()).Single(item => item["case"]!.GetValue<string>() == id);

    /// <summary>What waits for a role, of one case.</summary>
    internal JsonObject? Due(string id, Role role) => Body(DueList.Show(Domain, false, role, null))["items"]!.AsArray().Select(item => item!.AsObject()).SingleOrDefault(item => item["subject"]!.GetValue<string>() == id);

    internal static JsonObject Body(Answer answer)
    {
        AttackDomain.Done(answer);
        return ((Answer.Done)answer).Body;
    }

    /// <summary>A refusal by a demand, at a path where one is named; every refusal has words in two languages.</summary>
    internal static void Refused(Answer answer, string rule, string words = "")
    {
        var refusals = Assert.IsType<Answer.Refused>(answer).Refusals;
        Assert.All(refusals, refusal => Assert.True(refusal.Why.Length > 0 && refusal.Remedy.Length > 0 && refusal.WhyZh.Length > 0 && refusal.RemedyZh.Length > 0));
        Assert.True(refusals.Any(refusal => refusal.Rule == rule && refusal.Why.Contains(words, StringComparison.Ordinal)), string.Join('\n', refusals));
    }

    /// <summary>The object without one member.</summary>
    internal static string Without(string json, string member)
    {
        var whole = JsonNode.Parse(json)!.AsObject();
        Assert.True(whole.Remove(member));
        return whole.ToJsonString();
    }

    internal static string Points(params string[] names) => new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["holds"] = true, ["words"] = "looked at" }))).ToJsonString();

    private OpenDomain Opened() => OpenDomain.Open(_made.Root, new Unlocking(), _clock, new DomainSettings());

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset? Set { get; set; }

        public override DateTimeOffset GetUtcNow() => Set ?? base.GetUtcNow();

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
