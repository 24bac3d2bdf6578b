using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Tests.Attacks;

/// <summary>Rows written with the program's own pen, so that every seal fits: only signatures can tell.</summary>
public sealed class ConsentAttackTests
{
    public static TheoryData<string> Forgeries => ["none", "no-provider", "no-bureau", "own-key", "refusal-turned", "other-person", "wider-request", "other-term"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    [Requirement("CC-18-1")]
    public async Task A_grant_that_was_not_signed_is_worth_nothing(string forgery)
    {
        using var domain = await AttackDomain.MakeAsync();
        var scenario = domain.Open.Registry.Find<Scenario>("buses")!;
        Assert.Equal(ScenarioState.Granted, scenario.State);
        Assert.Null(ConsentProof.Lacking(domain.Open, scenario));
        using var forged = domain.Open.Keys.Suite.GenerateSigningKey();
        var changed = forgery switch
        {
            "none" => scenario with { Consents = [] },
            "no-provider" => scenario with { Consents = [.. scenario.Consents.Where(c => c.Step != nameof(ScenarioCommand.Consent))] },
            "no-bureau" => scenario with { Consents = [.. scenario.Consents.Where(c => c.Step != nameof(ScenarioCommand.Confirm))] },
            "own-key" => scenario with { Consents = [.. scenario.Consents.Select(c => c with { Signature = Convert.ToBase64String(forged.Sign(ConsentProof.Label, ConsentProof.Payload(scenario, c.Step, true))) })] },
            "refusal-turned" => scenario with { Consents = [.. scenario.Consents.Select(c => c with { Signature = Refusal(domain, scenario, c) })] },
            "other-person" => scenario with { Consents = [.. scenario.Consents.Select(c => c with { Person = "li" })] },
            "wider-request" => scenario with { Tables = [.. scenario.Tables.Select(t => t with { SamplePerMille = t.SamplePerMille + 1 })] },
            _ => scenario with { Until = scenario.Until.AddDays(1) },
        };
        domain.Open.Commit(new("scenario.answered", "wang", new Facts()), writer => writer.Update(changed));

        using var li = domain.As("li");
        var stored = domain.Open.Registry.Find<Scenario>("buses")!;
        var decision = ScenarioAccess.Decide(domain.Open, li, stored, DomainAction.Query, ZoneKind.Workbench);
        Assert.Contains(decision.Refusals, refusal => refusal.Rule == "FT-18-1");
    }

    [Fact]
    public async Task A_key_file_that_stands_is_not_written_over()
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        using var zhao = domain.As("zhao");
        var path = Path.Combine(domain.Root, "keys", "wang.key");
        var before = File.ReadAllBytes(path);
        var refused = Assert.IsType<Answer.Refused>(AddPerson.Run(domain.Open, zhao, "nobody", "data-bureau", Role.Authority, path));
        Assert.Equal("SB-PERSON-1", Assert.Single(refused.Refusals).Rule);
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Null(domain.Open.Registry.Find<Person>("nobody"));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!, "*.new"));
    }

    /// <summary>What this person would have signed to refuse.</summary>
    private static string Refusal(AttackDomain domain, Scenario scenario, Consent consent)
    {
        using var actor = domain.As(consent.Person);
        return Convert.ToBase64String(actor.Key.Sign(ConsentProof.Label, ConsentProof.Payload(scenario, consent.Step, false)));
    }
}
