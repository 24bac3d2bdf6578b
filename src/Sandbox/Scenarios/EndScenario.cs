using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Scenarios;

/// <summary>Ends a scenario for good: by the bureau, by the supplier with grounds and notices (YB 17), or by the operating unit itself. Hands over what must be deleted.</summary>
internal static class EndScenario
{
    public static Answer Run(OpenDomain domain, Actor actor, string id, string? grounds)
    {
        var facts = new Facts { ["scenario"] = Names.Valid(id) ? id : "?", ["organisation"] = actor.Organisation };
        if (!Names.Valid(id) || domain.Registry.Find<Scenario>(id) is null)
        {
            return domain.Refuse("scenario.end", actor.Name, [Refusals.Missing("scenario", "场景", Names.Valid(id) ? id : "?")], facts);
        }

        if (grounds is not null && !Names.PlainWords(grounds, 500))
        {
            return domain.Refuse("scenario.end", actor.Name, [Refusals.Form("grounds (1 to 500 characters)", "理由（1 至 500 个字符）")], facts);
        }

        var rule = "";
        domain.Commit(new("scenario.ended", actor.Name, facts), writer =>
        {
            var scenario = writer.Find<Scenario>(id)!;
            if (ScenarioTransitions.Apply(scenario.State, ScenarioCommand.End, actor.Role, grounds) is not ScenarioStep.Moved moved)
            {
                throw new RefusedException(((ScenarioStep.Refused)ScenarioTransitions.Apply(scenario.State, ScenarioCommand.End, actor.Role, grounds)).Reason);
            }

            var providers = scenario.Tables.Select(table => writer.Find<DataSet>(table.DataSet)!.Provider).Distinct(StringComparer.Ordinal).ToArray();
            if ((actor.Role == Role.SourceDepartment && !providers.Contains(actor.Organisation)) || (actor.Role is Role.Operator or Role.Developer && actor.Organisation != scenario.Operator))
            {
                throw new RefusedException(NotYours(moved.Rule));
            }

            rule = moved.Rule;
            facts["rule"] = rule;
            facts["state"] = moved.State.ToString();
            writer.Update(scenario with { State = moved.State, Ending = new ScenarioEnding(actor.Name, actor.Organisation, rule, grounds, domain.Time.GetUtcNow()) });
            Notice.Give(domain, writer, [.. Notice.Bureau(writer), scenario.Operator], $"scenario:{id}", "scenario.ended", rule, actor.Name);
        });
        return Answer.Of(
            new JsonObject { ["scenario"] = id, ["state"] = nameof(ScenarioState.Ended), ["rule"] = rule, ["to_delete"] = MustDelete.Of(domain.Registry, [id]) },
            $"Scenario '{id}' has ended ({rule}). What must be deleted: `sandbox scenario leftovers {id}`.");
    }

    /// <summary>Ends every open grant that a test picks, within a transaction of another act.</summary>
    public static IReadOnlyList<string> All(RegistryWriter writer, Func<Scenario, bool> picks, string rule)
    {
        var ended = new List<string>();
        foreach (var scenario in writer.All<Scenario>().Where(scenario => scenario.State is ScenarioState.Granted or ScenarioState.Suspended && picks(scenario)))
        {
            writer.Update(scenario with { State = ScenarioState.Ended, Ending = new ScenarioEnding("", "", rule, null, default) });
            ended.Add(scenario.Id);
        }

        return ended;
    }

    private static Refusal NotYours(string rule) => new(
        rule,
        "Only a supplier of the scenario's data, its own operating unit or the bureau ends it.",
        "Let a person of one of them do it.",
        "只有该场景数据的数源部门、其运营单位或主管部门可以终止。",
        "请由上述单位的人员办理。");
}
