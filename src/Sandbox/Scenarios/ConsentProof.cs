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
    public const string Label = "sandbox/consent/v3";

    /// <summary>What is signed: step, yes or no, the columns struck by this answer, and the whole request as it was asked.</summary>
    public static byte[] Payload(Scenario scenario, string step, bool agreed, IReadOnlyList<ColumnName>? strikes = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var struck = string.Join('\n', (strikes ?? []).Select(column => $"{column.DataSet}\t{column.Column}"));
        return [.. Encoding.UTF8.GetBytes($"{step}\n{(agreed ? "agreed" : "refused")}\n{(strikes ?? []).Count}\n{struck}\n"), .. RequestScenario.SignedBytes(scenario)];
    }

    /// <summary>Null when the bureau, every provider of every data set and, for a partner's request, the operating unit signed for this request as it stands.</summary>
    public static Refusal? Lacking(OpenDomain domain, Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(scenario);
        var signed = scenario.Consents.Where(consent => consent.Agreed && Holds(domain, scenario, consent)).ToArray();
        var confirmed = signed.Any(consent => consent.Step == nameof(ScenarioCommand.Confirm) && Deputies.Holds(domain.Registry, domain.Time.LocalTimeZone, domain.Registry.Find<Person>(consent.Person)!, Role.Authority, consent.At));
        var agreed = signed.Where(consent => consent.Step == nameof(ScenarioCommand.Consent)).Select(consent => consent.Organisation).ToHashSet(StringComparer.Ordinal);
        var passed = !scenario.Partner || signed.Any(consent => consent.Step == nameof(ScenarioCommand.PassOn) && Deputies.Holds(domain.Registry, domain.Time.LocalTimeZone, domain.Registry.Find<Person>(consent.Person)!, Role.Operator, consent.At));
        var sets = scenario.Tables.Select(table => domain.Registry.Find<DataSet>(table.DataSet)).ToArray();

        // For data from outside the bureau's approval of the import stands, which CaseHolds asks for; beside them there must be some that a department gave.
        return confirmed && passed && OnlyTheRemainder(scenario) && sets.All(set => set is not null && (set.Outside || agreed.Contains(set.Provider))) && sets.Any(set => !set!.Outside) ? null : Unproved();
    }

    /// <summary>Whether the tables are what was asked for without what the answers struck.</summary>
    private static bool OnlyTheRemainder(Scenario scenario)
    {
        if (scenario.Asked is not { } asked)
        {
            return scenario.Consents.All(consent => consent.Strikes is null or { Count: 0 });
        }

        var struck = scenario.Consents.SelectMany(consent => consent.Strikes ?? []).ToHashSet();
        return asked.Select(table => table.DataSet).SequenceEqual(scenario.Tables.Select(table => table.DataSet), StringComparer.Ordinal)
            && asked.Zip(scenario.Tables).All(pair => pair.First.Columns.Select(column => column.Name).Where(name => !struck.Contains(new(pair.First.DataSet, name))).SequenceEqual(pair.Second.Columns.Select(column => column.Name), StringComparer.Ordinal));
    }

    /// <summary>Whether an answer carries the signature of a person of its organisation over the request as it stands.</summary>
    internal static bool Holds(OpenDomain domain, Scenario scenario, Consent consent)
    {
        if (domain.Registry.Find<Person>(consent.Person) is not { } person || person.Organisation != consent.Organisation)
        {
            return false;
        }

        try
        {
            return PublicKey.Parse(person.PublicKey).Verify(Label, Payload(scenario, consent.Step, consent.Agreed, consent.Strikes), Convert.FromBase64String(consent.Signature));
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
