using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Corrections;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Corrections;

/// <summary>What is ordered.</summary>
internal sealed record NewOrder(string Name, string? Party, string? Scenario, string Trigger, DateOnly Due, string Grounds);

/// <summary>Orders a correction, which stops the use at once; takes the report; accepts it, which opens the same grants again; or ends the authorisation.</summary>
internal static class OrderCorrection
{
    public static IReadOnlyList<string> Triggers { get; } = ["breach", "evaluation", "inspection", "supplier-report"];

    public static Answer Open(OpenDomain domain, Actor actor, NewOrder wanted)
    {
        var facts = new Facts { ["order"] = Names.Valid(wanted.Name) ? wanted.Name : "?" };
        var scenario = Names.Valid(wanted.Scenario) ? domain.Registry.Find<Scenario>(wanted.Scenario!) : null;
        var refusal = !Names.Valid(wanted.Name) ? Refusals.BadName(wanted.Name)
            : wanted.Party is null == wanted.Scenario is null ? Refusals.Form("target (either --party or --scenario)", "对象（--party 与 --scenario 择一）")
            : wanted.Scenario is not null && scenario is null ? Refusals.Missing("scenario", "场景", Names.Valid(wanted.Scenario) ? wanted.Scenario : "?")
            : wanted.Party is not null && !Known(domain, wanted.Party) ? Refusals.Missing("organisation", "单位", Names.Valid(wanted.Party) ? wanted.Party : "?")
            : wanted.Due < domain.Today || !Triggers.Contains(wanted.Trigger) || !Names.PlainWords(wanted.Grounds, 1000) ? Refusals.Form("order (last day, trigger, grounds)", "整改令（期限、事由、理由）")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("order.open", actor.Name, [refusal], facts);
        }

        var party = scenario?.Operator ?? wanted.Party!;
        var by = actor.Role switch { Role.Authority => PartyKind.Authority, Role.Operator => PartyKind.Operator, _ => PartyKind.Unknown };
        var against = PartyKinds.Of(domain.Registry, party);
        if (actor.Organisation == party || domain.Profile.Parties.Corrections?.Value.Contains(new CorrectionPair(by, against)) is not true)
        {
            return domain.Refuse("order.open", actor.Name, [CorrectionRefusals.NoPower()], facts);
        }

        facts["party"] = party;
        facts["trigger"] = wanted.Trigger;
        facts["due"] = IsoDay.Word(wanted.Due);
        if (scenario is not null)
        {
            facts["scenario"] = scenario.Id;
        }

        domain.Commit(new("order.opened", actor.Name, facts), writer =>
        {
            if (scenario is not null)
            {
                Move(writer, scenario.Id, ScenarioCommand.Suspend, wanted.Grounds);
            }

            var order = new CorrectionOrder(wanted.Name, party, scenario?.Id, wanted.Trigger, actor.Name, actor.Organisation, wanted.Due, wanted.Grounds, CorrectionState.Open, [], domain.Time.GetUtcNow());
            if (!writer.TryAdd(order))
            {
                throw new RefusedException(Refusals.Taken("order", "整改令", wanted.Name));
            }

            Notice.Give(domain, writer, [party, .. Notice.Bureau(writer)], $"order:{wanted.Name}", "order.opened", "FT-39-1", actor.Name);
        });
        return Shown(domain.Registry.Find<CorrectionOrder>(wanted.Name)!, [], domain);
    }

    public static Answer Step(OpenDomain domain, Actor actor, string name, CorrectionCommand command, string? words)
    {
        var act = "order." + command.ToString().ToLowerInvariant();
        var facts = new Facts { ["order"] = Names.Valid(name) ? name : "?", ["command"] = command.ToString() };
        if (!Names.Valid(name) || domain.Registry.Find<CorrectionOrder>(name) is null)
        {
            return domain.Refuse(act, actor.Name, [Refusals.Missing("order", "整改令", "?")], facts);
        }

        if (words is not null && !Names.PlainWords(words, 1000))
        {
            return domain.Refuse(act, actor.Name, [Refusals.Form("words (1 to 1000 characters)", "说明（1 至 1000 个字符）")], facts);
        }

        CorrectionOrder? after = null;
        IReadOnlyList<string> ended = [];
        domain.Commit(new("order.moved", actor.Name, facts), writer =>
        {
            var order = writer.Find<CorrectionOrder>(name)!;
            var hand = actor.Organisation == order.Party ? CorrectionHand.Target
                : actor.Organisation == order.ByOrganisation && actor.Role is Role.Authority or Role.Operator || actor.Role == Role.Authority ? CorrectionHand.Orderer
                : CorrectionHand.Unknown;
            var (state, refusal) = CorrectionTransitions.Apply(order.State, command, hand, words, order.Due, domain.Today);
            if (refusal is not null)
            {
                throw new RefusedException(refusal);
            }

            after = order with { State = state, Words = [.. order.Words, new CorrectionWords(command, actor.Name, words, domain.Time.GetUtcNow())] };
            writer.Update(after);
            if (state == CorrectionState.Accepted && order.Scenario is { } stopped && !Others(writer, order).Any())
            {
                Move(writer, stopped, ScenarioCommand.Restore, null);
            }

            if (state == CorrectionState.Terminated)
            {
                ended = EndScenario.All(writer, scenario => order.Scenario is null ? scenario.Operator == order.Party : scenario.Id == order.Scenario, "FT-39-1");
            }

            facts["state"] = state.ToString();
            facts["scenarios_ended"] = ended.Count;
            Notice.Give(domain, writer, [order.Party, order.ByOrganisation, .. Notice.Bureau(writer)], $"order:{name}", "order.moved", "FT-39-1", actor.Name);
        });
        return Shown(after!, ended, domain);
    }

    /// <summary>An order in members; the end is due from the day after the last day of an order that nobody answered.</summary>
    internal static JsonObject Json(CorrectionOrder order, DateOnly today) => new()
    {
        ["order"] = order.Id,
        ["party"] = order.Party,
        ["scenario"] = order.Scenario,
        ["trigger"] = order.Trigger,
        ["by"] = order.ByOrganisation,
        ["due"] = IsoDay.Word(order.Due),
        ["state"] = order.State.ToString(),
        ["task"] = CorrectionTransitions.TerminationDue(order.State, order.Due, today) ? "end" : order.State switch { CorrectionState.Open => "correct", CorrectionState.Reported => "accept or return", _ => null },
    };

    private static Answer Shown(CorrectionOrder order, IReadOnlyList<string> ended, OpenDomain domain)
    {
        var body = Json(order, domain.Today);
        body["scenarios_ended"] = new JsonArray([.. ended.Select(id => (JsonNode)id)]);
        body["to_delete"] = MustDelete.Of(domain.Registry, ended);
        return Answer.Of(body, $"Order '{order.Id}' on {order.Scenario ?? order.Party} is {order.State}; last day {IsoDay.Word(order.Due)}.{(ended.Count > 0 ? $" Ended: {string.Join(", ", ended)}." : "")}");
    }

    private static IEnumerable<CorrectionOrder> Others(RegistryWriter writer, CorrectionOrder order) =>
        writer.All<CorrectionOrder>().Where(other => other.Id != order.Id && other.Scenario == order.Scenario && CorrectionTransitions.Stops(other.State));

    private static void Move(RegistryWriter writer, string id, ScenarioCommand command, string? grounds)
    {
        var scenario = writer.Find<Scenario>(id)!;
        if (command == ScenarioCommand.Suspend && scenario.State == ScenarioState.Suspended)
        {
            // A second order on what is stopped already.
            return;
        }

        // The order stands for the bureau's word: who may order was checked against the profile.
        switch (ScenarioTransitions.Apply(scenario.State, command, Role.Authority, grounds))
        {
            case ScenarioStep.Moved moved:
                writer.Update(scenario with { State = moved.State });
                break;
            case ScenarioStep.Refused refused:
                throw new RefusedException(refused.Reason);
        }
    }

    private static bool Known(OpenDomain domain, string name) =>
        Names.Valid(name) && (domain.Registry.Find<Party>(name) is not null || domain.Registry.All<Person>().Any(person => person.Organisation == name));
}
