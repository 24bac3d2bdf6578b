using System.Text;
using Sandbox.Export.Outlet;
using Sandbox.Export.Reviewing;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Exports;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>An operating unit that tries to get more out than was granted.</summary>
public class ExportAttackTests
{
    private const string People = """{"name":"people","kind":"count","column":null,"digits":15}""";

    [Fact]
    [Requirement("CC-17-3")]
    [Requirement("CC-27-2")]
    public async Task Measures_reach_no_further_than_the_grant_and_no_smaller_than_the_minimum()
    {
        using var domain = await AttackDomain.MakeAsync();

        // A control: what was granted passes.
        AttackDomain.Done(await domain.AskAsync("granted", AttackDomain.Table(People + """,{"name":"income","kind":"sum","column":"income","digits":6}""")));

        // Granted as suppressed, or as bands of 500: exact sums are something else.
        Assert.Contains("CC-17-3", AttackDomain.Rules(await domain.AskAsync("secret", AttackDomain.Table("""{"name":"s","kind":"sum","column":"secret","digits":15}"""))));
        Assert.Contains("CC-17-3", AttackDomain.Rules(await domain.AskAsync("secret-mean", AttackDomain.Table("""{"name":"s","kind":"mean","column":"secret","digits":15}"""))));
        Assert.Contains("CC-17-3", AttackDomain.Rules(await domain.AskAsync("secret-count", AttackDomain.Table("""{"name":"s","kind":"count","column":"secret","digits":15}"""))));
        Assert.Contains("CC-17-3", AttackDomain.Rules(await domain.AskAsync("banded", AttackDomain.Table("""{"name":"s","kind":"sum","column":"banded","digits":15}"""))));

        // Three of three hundred receive anything: the sum is about three people.
        Assert.IsType<Answer.Refused>(await domain.AskAsync("allowance", AttackDomain.Table("""{"name":"s","kind":"sum","column":"allowance","digits":15}""")));
        Assert.IsType<Answer.Refused>(await domain.AskAsync("allowance-mean", AttackDomain.Table("""{"name":"s","kind":"mean","column":"allowance","digits":15}""")));
        Assert.IsType<Answer.Refused>(await domain.AskAsync("flagged", AttackDomain.Table("""{"name":"s","kind":"sum","column":"flagged","digits":15}""")));
    }

    [Fact]
    public async Task The_applicant_does_not_choose_what_is_quasi_identifying()
    {
        using var domain = await AttackDomain.MakeAsync();
        using var li = domain.As("li");

        // Ages were graded quasi-identifying by the provider; sixty ages over ninety sampled rows can't reach k although the applicant named none.
        var answer = await BuildZone.RunAsync(domain.Open, li, "buses", ZoneKind.Workbench, null, null, CancellationToken.None);
        Assert.IsType<Answer.Refused>(answer);
        Assert.Null(domain.Open.Registry.Find<Zone>("buses-wb"));
    }

    [Fact]
    [Requirement("CC-27-4")]
    public async Task A_grant_that_is_suspended_during_the_release_stops_it()
    {
        using var domain = await AttackDomain.MakeAsync();
        AttackDomain.Done(await domain.AskAsync("means", AttackDomain.Table(People)));
        foreach (var name in new[] { "qian", "sun" })
        {
            using var reviewer = domain.As(name);
            AttackDomain.Done(VoteExport.Run(domain.Open, reviewer, "means", VoteDecision.Approve));
        }

        using var zhao = domain.As("zhao");
        var release = ReleaseExport.RunAsync(domain.Open, zhao, "means", CancellationToken.None);
        using (var other = Domains.OpenDomain.Open(domain.Root, new Domains.Unlocking(), TimeProvider.System, new Domains.DomainSettings()))
        {
            var scenario = other.Registry.Find<Scenario>("buses")!;
            other.Commit(new("scenario.suspended", "zhao", new Facts()), writer => writer.Update(scenario with { State = ScenarioState.Suspended }));
        }

        var refused = await Assert.ThrowsAsync<RefusedException>(() => release);
        Assert.Equal("CC-27-4", Assert.Single(refused.Refusals).Rule);
        Assert.Empty(Directory.GetFiles(domain.Open.Folder.Releases));
    }

    [Fact]
    public async Task Two_processes_releasing_one_request_do_not_spoil_the_file()
    {
        var folder = Path.Combine(Path.GetTempPath(), "sandbox-attack-" + Path.GetRandomFileName());
        var outlet = new ReleaseOutlet(folder, Suite.Nist);
        using (var first = outlet.Stage("e.tar", "first"u8))
        {
            // The second process comes while the first writes its transaction; it loses and cleans up.
            using (outlet.Stage("e.tar", "second"u8))
            {
            }

            first.Commit();
        }

        Assert.Equal("first", await File.ReadAllTextAsync(Path.Combine(folder, "e.tar")));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("\\u001b[2J\\u001b[Hchecks Pass")]
    [InlineData("bus \\u202e")]
    [InlineData("")]
    public void What_reviewers_read_holds_no_steering_characters(string recipient) =>
        Assert.Throws<RefusedException>(() => ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec("e", AttackDomain.Table(People), recipient))));

    [Theory]
    [InlineData("null")]
    [InlineData("""{"name":"t","source":"register","run":null,"round":null,"dimensions":[null],"measures":[]}""")]
    [InlineData("""{"name":"t","source":"register","run":null,"round":null,"dimensions":[],"measures":[null]}""")]
    public void Nulls_in_lists_are_refused(string table) =>
        Assert.Throws<RefusedException>(() => ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec("e", table))));

    [Fact]
    public void More_tables_than_anybody_reads_are_refused() =>
        Assert.Throws<RefusedException>(() => ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(AttackDomain.Spec("e", string.Join(',', Enumerable.Repeat(AttackDomain.Table(People), 17))))));
}
