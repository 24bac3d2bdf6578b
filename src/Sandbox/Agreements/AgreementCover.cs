using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Procedures;
using Sandbox.Trust;

namespace Sandbox.Host.Agreements;

/// <summary>Which papers a scenario needs today and which of them are lacking. A paper counts only with the genuine signature of every party over it as it stands.</summary>
/// <param name="domain">What the register says now.</param>
/// <param name="bound">Whether papers are demanded although none was ever filed.</param>
internal sealed class AgreementCover(RegisterView domain, bool bound)
{
    private readonly IReadOnlyList<Agreement> _all = domain.Registry.All<Agreement>();

    /// <summary>Papers that are lacking for work under a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="organisations">Organisations whose people work: a developer among them needs its own agreement, also in somebody else's scenario.</param>
    public IEnumerable<Refusal> Lacking(Scenario scenario, IReadOnlyCollection<string> organisations)
    {
        foreach (var refusal in ConditionalOpen(scenario))
        {
            yield return refusal;
        }

        if (_all.Count == 0 && !bound)
        {
            yield break;
        }

        var byDeveloper = domain.Registry.Find<Person>(scenario.RequestedBy) is { Role: Role.Developer };
        foreach (var form in domain.Profile.Parties.Papers)
        {
            switch (form.Gate)
            {
                case PaperGate.Operation when !byDeveloper:
                    if (Missing(form, paper => paper.Of(PartyKind.Operator).Contains(scenario.Operator)))
                    {
                        yield return AgreementRefusals.NotInForce(form, scenario.Operator);
                    }

                    break;
                case PaperGate.Scenario:
                    if (Missing(form, paper => paper.Scenarios.Contains(scenario.Id)) || (byDeveloper && bound && !Sound(form, paper => paper.Scenarios.Contains(scenario.Id) && paper.Of(PartyKind.Developer).Contains(scenario.Operator))))
                    {
                        yield return AgreementRefusals.NotInForce(form, scenario.Operator);
                    }

                    break;
                case PaperGate.Developer:
                    foreach (var developer in organisations.Where(name => (byDeveloper && name == scenario.Operator) || PartyKinds.Of(domain.Registry, name) == PartyKind.Developer))
                    {
                        if (Missing(form, paper => paper.Of(PartyKind.Developer).Contains(developer)))
                        {
                            yield return AgreementRefusals.NotInForce(form, developer);
                        }
                    }

                    break;
                case PaperGate.Supply:
                    foreach (var set in scenario.Tables.Select(table => domain.Registry.Find<DataSet>(table.DataSet)!))
                    {
                        if (Missing(form, paper => paper.DataSets.Contains(set.Id) && paper.Of(PartyKind.SourceDepartment).Contains(set.Provider) && paper.Of(PartyKind.Operator).Contains(scenario.Operator)))
                        {
                            yield return AgreementRefusals.NotInForce(form, set.Provider);
                        }
                    }

                    break;
            }
        }
    }

    /// <summary>
    /// Papers that stand beside the supplier's answer before data that are open under conditions are used (YN23 35): each must name the data set, the organisation that asked, and the supplier where the supplier signs.
    /// The condition comes from the data set's own attribute, so it holds in every domain of such a profile.
    /// </summary>
    private IEnumerable<Refusal> ConditionalOpen(Scenario scenario)
    {
        var forms = domain.Profile.Parties.Papers.Where(form => form.Gate == PaperGate.ConditionalOpen).ToArray();
        if (forms.Length == 0)
        {
            yield break;
        }

        foreach (var set in scenario.Tables.Select(table => domain.Registry.Find<DataSet>(table.DataSet)!))
        {
            if (domain.Registry.Find<Classification>(set.Id)?.Now.Attributes.Openness != Openness.Conditional)
            {
                continue;
            }

            foreach (var form in forms)
            {
                var supplierSigns = form.Signers.Contains(PartyKind.SourceDepartment);
                if (!Sound(form, paper => paper.DataSets.Contains(set.Id) && paper.Signers.Any(signer => signer.Organisation == scenario.Operator && signer.Kind != PartyKind.SourceDepartment)
                    && (!supplierSigns || paper.Of(PartyKind.SourceDepartment).Contains(set.Provider))))
                {
                    yield return AgreementRefusals.NotInForce(form, supplierSigns ? set.Provider : scenario.Operator);
                }
            }
        }
    }

    /// <summary>Whether a recipient may be served.</summary>
    public IEnumerable<Refusal> Recipient(string recipient) =>
        domain.Profile.Parties.Papers.Where(form => form.Gate == PaperGate.Recipient && Missing(form, paper => paper.Of(PartyKind.DataUser).Contains(recipient))).Select(form => AgreementRefusals.NotInForce(form, Names.Valid(recipient) ? recipient : "?"));

    /// <summary>Whether the term of a wanted scenario lies within the operation agreement above it.</summary>
    /// <param name="plan">Last day of its plan, where one is given.</param>
    public IEnumerable<Refusal> Term(Actor actor, DateOnly from, DateOnly until, DateOnly? plan)
    {
        foreach (var form in domain.Profile.Parties.Papers.Where(form => form.Gate == (actor.Role == Role.Developer ? PaperGate.Developer : PaperGate.Operation)))
        {
            var kind = actor.Role == Role.Developer ? PartyKind.Developer : PartyKind.Operator;
            var named = _all.Where(paper => paper.Form == form.Form && paper.Of(kind).Contains(actor.Organisation)).ToArray();
            if (named.Length == 0 && !bound)
            {
                continue;
            }

            var sound = named.Where(paper => paper.Counts(paper.From) && Genuine(paper)).ToArray();
            if (sound.Length == 0)
            {
                yield return AgreementRefusals.NotInForce(form, actor.Organisation);
            }
            else if (!sound.Any(paper => paper.From <= from && paper.Until >= until))
            {
                yield return AgreementRefusals.OutsideTerm(form);
                if (plan is { } last && !sound.Any(paper => paper.Until >= last))
                {
                    yield return PlanTooLong(form);
                }
            }
        }
    }

    /// <summary>Whether every party of a paper signed it as it stands, with the registered key of a person of its own.</summary>
    public bool Genuine(Agreement paper)
    {
        var payload = paper.Payload();
        return paper.Signers.All(signer => paper.Signatures.Any(given =>
            given.Organisation == signer.Organisation && given.PartyKind == PartyWords.English(signer.Kind)
            && domain.Registry.Find<Person>(given.Person) is { } person && person.Organisation == given.Organisation && Deputies.Holds(domain.Registry, domain.Zone, person, PartyWords.Signer(signer.Kind), given.At)
            && Verifies(person.PublicKey, payload, given.Signature)));
    }

    private bool Sound(PaperForm form, Func<Agreement, bool> concerns) => _all.Any(paper => paper.Form == form.Form && paper.Counts(domain.Today) && concerns(paper) && Genuine(paper));

    private bool Missing(PaperForm form, Func<Agreement, bool> concerns) => (bound || _all.Any(paper => paper.Form == form.Form && concerns(paper))) && !Sound(form, concerns);

    private static bool Verifies(string key, byte[] payload, string signature)
    {
        try
        {
            return PublicKey.Parse(key).Verify(Agreement.Label, payload, Convert.FromBase64String(signature));
        }
        catch (Exception error) when (error is FormatException or TrustException)
        {
            return false;
        }
    }

    private static Refusal PlanTooLong(PaperForm form) => new(
        "CC-17-2",
        $"$.description.plan_until: the plan ends after the agreement above it ({string.Join(", ", form.References)}).",
        "Make the plan fit into the operating term.",
        $"$.description.plan_until：计划晚于其上位协议的期限（{string.Join("、", form.References)}）。",
        "请使计划在运营期限之内。");
}
