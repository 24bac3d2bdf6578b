using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Evaluations;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Agreements;

/// <summary>A party files a paper; it is held against the profile's form before anybody signs.</summary>
internal static class FileAgreement
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, AgreementSpec spec, byte[] paper, CancellationToken cancel)
    {
        var facts = new Facts { ["agreement"] = spec.Name };
        var rules = domain.Profile.Parties;
        if (rules.Paper(spec.Form) is not { } form)
        {
            return domain.Refuse("agreement.file", actor.Name, [AgreementRefusals.UnknownForm(rules.Papers.Select(item => item.Form))], facts);
        }

        facts["form"] = form.Form;
        if (!spec.Parties.Values.Any(names => names.Contains(actor.Organisation)))
        {
            return domain.Refuse("agreement.file", actor.Name, [NotAParty(form.Rule)], facts);
        }

        var decision = AgreementChecks.Filing(form, new AgreementTerms
        {
            Form = spec.Form,
            Parties = spec.Parties.ToDictionary(item => PartyWords.Of(item.Key), item => item.Value),
            Sector = spec.Sector,
            Clauses = spec.Clauses.Keys.ToHashSet(StringComparer.Ordinal),
            From = spec.From,
            Until = spec.Until,
            DataSets = spec.DataSets.ToHashSet(StringComparer.Ordinal),
            Scenarios = spec.Scenarios.ToHashSet(StringComparer.Ordinal),
            Exception = spec.Exception is not null,
        });
        if (decision is Decision.Denied denied)
        {
            return domain.Refuse("agreement.file", actor.Name, denied.Reasons, facts);
        }

        if (paper.Length == 0)
        {
            return domain.Refuse("agreement.file", actor.Name, [Refusals.Form("paper", "协议文本")], facts);
        }

        var (stored, digest) = await PaperStore.KeepAsync(domain, actor.Name, paper, cancel).ConfigureAwait(false);
        facts["from"] = IsoDay.Word(spec.From);
        facts["until"] = IsoDay.Word(spec.Until);
        facts["exception"] = spec.Exception is null ? 0 : 1;
        facts["digest"] = digest;
        domain.Commit(new("agreement.filed", actor.Name, facts), writer =>
        {
            CheckRenewal(domain, writer, form, spec);
            var made = new Agreement(
                spec.Name, spec.Form, spec.Parties, spec.Sector, spec.Clauses, spec.DataSets, spec.Scenarios, spec.Ways, spec.From, spec.Until, spec.Exception, spec.Renews,
                AgreementState.Filed, [], stored, digest, actor.Name, domain.Time.GetUtcNow());
            if (!writer.TryAdd(made))
            {
                throw new RefusedException(Refusals.Taken("agreement", "协议", spec.Name));
            }
        });
        return Answer.Of(
            new JsonObject { ["agreement"] = spec.Name, ["state"] = nameof(AgreementState.Filed), ["digest"] = digest },
            $"Agreement '{spec.Name}' is filed. Every party signs it: sandbox agreement sign {spec.Name}.");
    }

    private static void CheckRenewal(OpenDomain domain, RegistryWriter writer, PaperForm form, AgreementSpec spec)
    {
        if (spec.Renews is null)
        {
            return;
        }

        if (writer.Find<Agreement>(spec.Renews) is not { } old || old.Form != spec.Form)
        {
            throw new RefusedException(Refusals.Missing("agreement of that form", "该类协议", spec.Renews));
        }

        if (form.RenewBeforeExpiry && (old.Until < domain.Today || old.State is not (AgreementState.InForce or AgreementState.EndAsked)))
        {
            throw new RefusedException(AgreementRefusals.TooLate(form));
        }

        if (writer.All<EvaluationCase>().Any(item => EvaluationTransitions.BlocksRenewal(item.State) && spec.Parties.Values.Any(names => names.Contains(item.Party))))
        {
            throw new RefusedException(EvaluationRefusals.Renewal());
        }
    }

    private static Refusal NotAParty(string rule) => new(
        rule, "Only a party of the agreement files it.", "Let a person of one of its parties file it.", "只有协议的一方可以提交。", "请由协议一方的人员提交。");
}
