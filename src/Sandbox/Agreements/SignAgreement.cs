using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Agreements;

/// <summary>Signing, withdrawing and ending of papers. With the last signature a paper is in force; its end closes every grant below it in the same transaction (CC 31).</summary>
internal static class SignAgreement
{
    public static Answer Run(OpenDomain domain, Actor actor, string id)
    {
        var facts = new Facts { ["agreement"] = Names.Valid(id) ? id : "?", ["organisation"] = actor.Organisation };
        if (Find(domain, id, out var form) is not { } paper)
        {
            return domain.Refuse("agreement.sign", actor.Name, [Refusals.Missing("agreement", "协议", Names.Valid(id) ? id : "?")], facts);
        }

        Agreement? after = null;
        domain.Commit(new("agreement.signed", actor.Name, facts), writer =>
        {
            paper = writer.Find<Agreement>(id)!;
            var (kind, hand) = Hand(paper, form, actor);
            var given = new AgreementSignature(actor.Name, actor.Organisation, PartyWords.English(kind), domain.Time.GetUtcNow(), Convert.ToBase64String(actor.Key.Sign(Agreement.Label, paper.Payload())));
            var signatures = paper.Signatures.Where(item => item.Organisation != given.Organisation || item.PartyKind != given.PartyKind).Append(given).ToArray();
            var whole = paper.Signers.All(signer => signatures.Any(item => item.Organisation == signer.Organisation && item.PartyKind == PartyWords.English(signer.Kind)));
            var (state, _, refusal) = AgreementTransitions.Apply(paper.State, whole ? AgreementCommand.Conclude : AgreementCommand.Sign, hand, null);
            if (refusal is not null)
            {
                throw new RefusedException(refusal);
            }

            after = paper with { State = state, Signatures = signatures };
            facts["state"] = state.ToString();
            writer.Update(after);
        });
        var open = after!.Signers.Where(signer => !after.Signatures.Any(item => item.Organisation == signer.Organisation && item.PartyKind == PartyWords.English(signer.Kind))).Select(signer => signer.Organisation).Distinct(StringComparer.Ordinal).ToArray();
        return Answer.Of(
            new JsonObject { ["agreement"] = id, ["state"] = after.State.ToString(), ["open"] = new JsonArray([.. open.Select(name => (JsonNode)name)]) },
            open.Length == 0 ? $"Agreement '{id}' is in force for its term." : $"Signed. Still to sign: {string.Join(", ", open)}.");
    }

    /// <summary>Withdraws a paper that is not in force; ends one that is, or asks for its end, as the actor's place in it allows.</summary>
    public static Answer End(OpenDomain domain, Actor actor, string id, AgreementCommand wanted, string? grounds)
    {
        var act = wanted == AgreementCommand.End ? "agreement.end" : "agreement." + wanted.ToString().ToLowerInvariant();
        var facts = new Facts { ["agreement"] = Names.Valid(id) ? id : "?", ["organisation"] = actor.Organisation };
        if (Find(domain, id, out var form) is null)
        {
            return domain.Refuse(act, actor.Name, [Refusals.Missing("agreement", "协议", Names.Valid(id) ? id : "?")], facts);
        }

        if (grounds is not null && !Names.PlainWords(grounds, 500))
        {
            return domain.Refuse(act, actor.Name, [Refusals.Form("grounds (1 to 500 characters)", "理由（1 至 500 个字符）")], facts);
        }

        Agreement? after = null;
        IReadOnlyList<string> ended = [];
        domain.Commit(new("agreement.moved", actor.Name, facts), writer =>
        {
            var paper = writer.Find<Agreement>(id)!;
            var (_, hand) = Hand(paper, form, actor);
            var command = wanted == AgreementCommand.End && hand == AgreementHand.Party && paper.State == AgreementState.InForce ? AgreementCommand.AskEnd : wanted;
            var (state, rule, refusal) = AgreementTransitions.Apply(paper.State, command, hand, grounds);
            if (refusal is not null)
            {
                throw new RefusedException(refusal);
            }

            after = paper with { State = state, Ending = command is AgreementCommand.AskEnd or AgreementCommand.End ? new AgreementEnding(actor.Name, actor.Organisation, grounds!, domain.Time.GetUtcNow()) : null };
            facts["command"] = command.ToString();
            facts["rule"] = rule;
            facts["state"] = state.ToString();
            writer.Update(after);
            if (state == AgreementState.Ended)
            {
                ended = EndScenario.All(writer, Below(writer, form, paper), "CC-31-1");
            }

            facts["scenarios_ended"] = ended.Count;
            Notice.Give(domain, writer, paper.Signers.Select(signer => signer.Organisation), $"agreement:{id}", "agreement.moved", rule, actor.Name);
        });
        return Answer.Of(
            new JsonObject
            {
                ["agreement"] = id,
                ["state"] = after!.State.ToString(),
                ["scenarios_ended"] = new JsonArray([.. ended.Select(name => (JsonNode)name)]),
                ["to_delete"] = MustDelete.Of(domain.Registry, ended),
            },
            $"Agreement '{id}' is now {after.State}.{(ended.Count > 0 ? $" All access under {string.Join(", ", ended)} is closed; what must be deleted: sandbox scenario leftovers." : "")}");
    }

    internal static Agreement? Find(OpenDomain domain, string id, out PaperForm form)
    {
        var paper = Names.Valid(id) ? domain.Registry.Find<Agreement>(id) : null;
        form = paper is null ? null! : domain.Profile.Parties.Paper(paper.Form) ?? throw new RefusedException(AgreementRefusals.UnknownForm(domain.Profile.Parties.Papers.Select(item => item.Form)));
        return paper;
    }

    private static (PartyKind Kind, AgreementHand Hand) Hand(Agreement paper, PaperForm form, Actor actor)
    {
        var (kind, organisation) = paper.Signers.FirstOrDefault(signer => signer.Organisation == actor.Organisation && PartyWords.Signer(signer.Kind) == actor.Role);
        return organisation is null ? (PartyKind.Unknown, AgreementHand.Unknown) : (kind, kind == AgreementChecks.Senior(form) ? AgreementHand.Senior : AgreementHand.Party);
    }

    /// <summary>Scenarios whose use rests on a paper and on no other one of its form that counts today.</summary>
    private static Func<Scenario, bool> Below(RegistryWriter writer, PaperForm form, Agreement paper)
    {
        bool Rests(Agreement on, Scenario scenario) => form.Gate switch
        {
            PaperGate.Operation => on.Of(PartyKind.Operator).Contains(scenario.Operator),
            PaperGate.Developer => on.Of(PartyKind.Developer).Contains(scenario.Operator),
            PaperGate.Scenario => on.Scenarios.Contains(scenario.Id),
            PaperGate.Supply => scenario.Tables.Any(table => on.DataSets.Contains(table.DataSet)),
            _ => false,
        };
        var others = writer.All<Agreement>().Where(other => other.Id != paper.Id && other.Form == paper.Form && other.State is AgreementState.InForce or AgreementState.EndAsked && other.Until >= paper.From).ToArray();
        return scenario => Rests(paper, scenario) && !others.Any(other => Rests(other, scenario) && other.From <= scenario.From && other.Until >= scenario.Until);
    }
}
