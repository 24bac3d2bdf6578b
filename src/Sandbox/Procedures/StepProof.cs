using System.Text.Json;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy.Procedures;
using Sandbox.Trust;

namespace Sandbox.Host.Procedures;

/// <summary>Signs closed steps and holds them against the registered keys of those who closed them: what a case opens rests on what was signed, not on what a row says.</summary>
internal static class StepProof
{
    private const string Label = "sandbox/procedure-step/v1";

    public static ClosedStep Sign(Actor actor, ProcedureCase item, ClosedStep step) =>
        step with { Signature = Convert.ToBase64String(actor.Key.Sign(Label, Payload(item, step))) };

    /// <summary>Whether the step carries its person's signature, by a person of a role that may close it or a deputy of that day.</summary>
    public static bool Holds(OpenDomain domain, Chain chain, ProcedureCase item, ClosedStep step)
    {
        if (domain.Registry.Find<Person>(step.Person) is not { } person || person.Organisation != step.Organisation || chain.IndexOf(step.Step) is var at && (at < 0 || !chain.Steps[at].By.Any(role => Deputies.Holds(domain.Registry, domain.Time.LocalTimeZone, person, role, step.At))))
        {
            return false;
        }

        try
        {
            return PublicKey.Parse(person.PublicKey).Verify(Label, Payload(item, step), Convert.FromBase64String(step.Signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }

    /// <summary>Whether the case opens what depends on it: its opening step is closed, nothing has undone it, and every step of the round holds.</summary>
    public static bool Opens(OpenDomain domain, Chain chain, ProcedureCase item) =>
        item.Facts(chain).Opens(chain) && item.Steps.Where(step => step.Round == item.Round).All(step => Holds(domain, chain, item, step));

    // What of the case never changes, and the step as it stands.
    private static byte[] Payload(ProcedureCase item, ClosedStep step) => JsonSerializer.SerializeToUtf8Bytes(
        item with { Steps = [step with { Signature = "" }], State = CaseState.Unknown, OpenedOn = default, Round = 0, CompleteBy = null },
        RegistryDatabase.Format);
}
