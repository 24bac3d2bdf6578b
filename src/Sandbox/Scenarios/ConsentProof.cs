using System.Text;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Scenarios;

/// <summary>Holds the stored answers of a granted scenario against the registered keys of those who gave them: a grant is what was signed, not what a row says.</summary>
public static class ConsentProof
{
    /// <summary>Domain label of an answer's signature.</summary>
    public const string Label = "sandbox/consent/v2";

    /// <summary>What is signed: step, yes or no, and the whole request.</summary>
    public static byte[] Payload(Scenario scenario, string step, bool agreed)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return [.. Encoding.UTF8.GetBytes($"{step}\n{(agreed ? "agreed" : "refused")}\n"), .. RequestScenario.SignedBytes(scenario)];
    }

    /// <summary>Null when the bureau and every provider of every data set signed for this request as it stands.</summary>
    public static Refusal? Lacking(OpenDomain domain, Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(scenario);
        var signed = scenario.Consents.Where(consent => consent.Agreed && Holds(domain, scenario, consent)).ToArray();
        var confirmed = signed.Any(consent => consent.Step == nameof(ScenarioCommand.Confirm) && domain.Registry.Find<Person>(consent.Person)!.Role == Role.Authority);
        var agreed = signed.Where(consent => consent.Step == nameof(ScenarioCommand.Consent)).Select(consent => consent.Organisation).ToHashSet(StringComparer.Ordinal);
        var sets = scenario.Tables.Select(table => domain.Registry.Find<DataSet>(table.DataSet)).ToArray();

        // For data from outside the bureau's approval of the import stands, which CaseHolds asks for; beside them there must be some that a department gave.
        return confirmed && sets.All(set => set is not null && (set.Outside || agreed.Contains(set.Provider))) && sets.Any(set => !set!.Outside) ? null : Unproved();
    }

    private static bool Holds(OpenDomain domain, Scenario scenario, Consent consent)
    {
        if (domain.Registry.Find<Person>(consent.Person) is not { } person || person.Organisation != consent.Organisation)
        {
            return false;
        }

        try
        {
            return PublicKey.Parse(person.PublicKey).Verify(Label, Payload(scenario, consent.Step, consent.Agreed), Convert.FromBase64String(consent.Signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }

    private static Refusal Unproved() => new(
        "FT-18-1",
        "The stored answers to this request do not carry the signatures of the bureau and of every provider, over the request as it stands.",
        "Ask for the scenario again, and let the bureau and the providers answer; tell the auditor.",
        "该申请的已存答复缺少主管部门及各提供部门对现有申请内容的有效签名。",
        "请重新申请该场景并由主管部门和提供部门答复；并告知审计人员。");
}
