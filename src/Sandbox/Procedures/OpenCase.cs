using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Procedures;
using Sandbox.Trust;

namespace Sandbox.Host.Procedures;

/// <summary>What a new case is about.</summary>
internal sealed record NewCase(string Chain, string Name, string Subject, DateOnly? On, IReadOnlyList<string> Parties, string? BasedOn);

/// <summary>Somebody opens a case of one of the profile's chains, or sends an approved one through its steps again after a major change.</summary>
internal static class OpenCase
{
    public static Answer Run(OpenDomain domain, Actor actor, NewCase wanted)
    {
        if (domain.Procedures.Find(wanted.Chain) is not { } chain)
        {
            return domain.Refuse("procedure.open", actor.Name, [NoChain(domain)]);
        }

        var refusals = Check(domain, actor, chain, wanted);
        if (refusals.Count > 0)
        {
            return domain.Refuse("procedure.open", actor.Name, refusals);
        }

        domain.Commit(Entry(domain, actor, chain, wanted), writer => Add(domain, actor, writer, wanted));
        return Done(chain, wanted);
    }

    /// <summary>Adds a case within a change that does more (a demand list is submitted and its case opens).</summary>
    public static void Add(OpenDomain domain, Actor actor, RegistryWriter writer, NewCase wanted)
    {
        var made = new ProcedureCase(
            wanted.Name, wanted.Chain, wanted.Subject, actor.Organisation, actor.Name, wanted.On ?? domain.Today, CaseState.Open, [.. wanted.Parties.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            wanted.BasedOn, domain.RulesName, [])
        {
            ForOthers = actor.Role == Role.Authority,
        };
        if (!writer.TryAdd(made))
        {
            throw new RefusedException(Refusals.Taken("case", "案件", wanted.Name));
        }
    }

    public static Answer Amend(OpenDomain domain, Actor actor, string id)
    {
        if (!Names.Valid(id) || domain.Registry.Find<ProcedureCase>(id) is not { } known || domain.Procedures.Find(known.Chain) is not { } chain)
        {
            return domain.Refuse("procedure.amend", actor.Name, [Refusals.Missing("case", "案件", Names.Valid(id) ? id : "?")]);
        }

        try
        {
            domain.Commit(new("procedure.amended", actor.Name, new Facts { ["case"] = id, ["chain"] = chain.Name, ["rule"] = chain.Rule, ["rules"] = domain.RulesName }), writer =>
            {
                var now = writer.Find<ProcedureCase>(id)!;
                if (ChainRules.Amend(chain, now.Facts(chain), actor.Role) is { IsPermitted: false } denied)
                {
                    throw new RefusedException([.. denied.Refusals]);
                }

                writer.Update(now with { Round = now.Round + 1, State = CaseState.Open, OpenedOn = domain.Today, CompleteBy = null });
            });
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("procedure.amend", actor.Name, refused.Refusals);
        }

        return Answer.Of(new JsonObject { ["case"] = id, ["state"] = nameof(CaseState.Open) }, $"Case '{id}' goes through its steps again; what it had opened is shut for new cases. 案件“{id}”须重新办理各步骤。");
    }

    public static Refusal NoChain(OpenDomain domain) => new(
        "SB-PROCEDURE-2",
        $"The profile '{domain.Record.Profile}' has no such chain.",
        domain.Procedures.Chains.Count == 0 ? "It has none." : $"It has: {string.Join(", ", domain.Procedures.Chains.Select(chain => chain.Name))}.",
        $"配置“{domain.Record.Profile}”没有该流程。",
        domain.Procedures.Chains.Count == 0 ? "该配置未规定任何流程。" : $"可用流程：{string.Join("、", domain.Procedures.Chains.Select(chain => chain.Name))}。");

    private static LedgerEntry Entry(OpenDomain domain, Actor actor, Chain chain, NewCase wanted) => new("procedure.opened", actor.Name, new Facts
    {
        ["case"] = wanted.Name,
        ["chain"] = chain.Name,
        ["subject"] = wanted.Subject,
        ["organisation"] = actor.Organisation,
        ["on"] = IsoDay.Word(wanted.On ?? domain.Today),
        ["rule"] = chain.Rule,
        ["rules"] = domain.RulesName,
    });

    private static Answer Done(Chain chain, NewCase wanted) => Answer.Of(
        new JsonObject { ["case"] = wanted.Name, ["chain"] = chain.Name, ["next"] = chain.Steps[0].Name },
        $"Case '{wanted.Name}' is open; the first step is '{chain.Steps[0].Name}'. 案件“{wanted.Name}”已开启，首个步骤为“{chain.Steps[0].NameZh}”。");

    private static List<Refusal> Check(OpenDomain domain, Actor actor, Chain chain, NewCase wanted)
    {
        var refusals = new List<Refusal>();
        if (!Names.Valid(wanted.Name) || !Names.Valid(wanted.Subject))
        {
            refusals.Add(Refusals.BadName(wanted.Name));
        }

        if (actor.Role != Role.Authority && !chain.Steps[0].By.Contains(actor.Role))
        {
            refusals.Add(Refusals.NotThisRole("open a case of this chain", "开启该流程的案件", "the bureau or who takes its first step", "主管部门或首个步骤的办理人"));
        }

        if (wanted.On > domain.Today)
        {
            refusals.Add(Refusals.Form("day of the event (not in the future)", "事项日期（不得晚于今日）"));
        }

        if (wanted.Parties.Any(party => !Names.Valid(party)) || (wanted.Parties.Count == 0 && chain.Steps.Any(step => step.By.Contains(Role.SourceDepartment))))
        {
            refusals.Add(Refusals.Form("list of source departments that are asked (--party)", "所涉数源部门列表（--party）"));
        }

        if (chain.Requires is { } required && (wanted.BasedOn is null || domain.Registry.Find<ProcedureCase>(wanted.BasedOn) is not { } basis || basis.Chain != required))
        {
            refusals.Add(NoBasis(domain, required));
        }

        return refusals;
    }

    /// <summary>Why a case that rests on another may not be opened with its signature; null when it may.</summary>
    internal static Refusal? BasisLacking(OpenDomain domain, RegistryWriter writer, Chain chain, ProcedureCase item, string step) =>
        chain.Requires is { } required && step == chain.OpensWith && domain.Procedures.Find(required) is { } other
            && !(item.BasedOn is { } basis && writer.Find<ProcedureCase>(basis) is { } stands && stands.Chain == required && StepProof.Opens(domain, other, stands))
                ? NoBasis(domain, required)
                : null;

    private static Refusal NoBasis(OpenDomain domain, string required)
    {
        var chain = domain.Procedures.Find(required)!;
        return new(
            chain.Rule,
            $"This needs a case of '{required}' that stands approved; a major change takes the approval away.",
            "Name the case with --based-on, and close its steps up to the approval.",
            $"须以已获批准的“{chain.NameZh}”为依据；重大变更后须重新批准。",
            "请用 --based-on 指明该案，并办结至批准步骤。");
    }
}
