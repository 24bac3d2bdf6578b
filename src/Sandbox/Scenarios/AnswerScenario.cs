using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Scenarios;

/// <summary>
/// The operating unit passes a partner's request on, the bureau confirms and each source department consents, or one of them refuses, in the profile's order (FT 18, CC 18). The grant stands only after every provider of every
/// data set has signed; each signature covers the whole request.
/// </summary>
public static class AnswerScenario
{
    public static Answer Run(OpenDomain domain, Actor actor, string id, bool agree, string? grounds, IReadOnlyList<ColumnName>? strikes = null, ScenarioCommand? asked = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        if (domain.Registry.Find<Scenario>(id) is null)
        {
            return domain.Refuse("scenario.answer", actor.Name, [Refusals.Missing("scenario", "场景", Names.Valid(id) ? id : "?")]);
        }

        Scenario? after = null;
        var rule = "";
        var facts = new Facts { ["scenario"] = id, ["organisation"] = actor.Organisation, ["agreed"] = agree ? 1 : 0 };
        try
        {
            domain.Commit(new("scenario.answered", actor.Name, facts), writer =>
            {
                var scenario = writer.Find<Scenario>(id)!;
                (after, rule) = Next(domain, writer.All<DataSet>(), scenario, actor, agree, grounds, strikes ?? [], asked);
                facts["struck"] = (strikes ?? []).Count;
                facts["state"] = after.State.ToString();
                facts["rules"] = domain.RulesName;
                facts["rule"] = rule;
                writer.Update(after);
            });
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("scenario.answer", actor.Name, refused.Refusals, new Facts { ["scenario"] = id });
        }

        return Answer.Of(
            new JsonObject { ["scenario"] = id, ["state"] = after!.State.ToString(), ["rule"] = rule },
            $"Scenario '{id}' is now {after.State} ({rule}).");
    }

    private static (Scenario After, string Rule) Next(OpenDomain domain, IReadOnlyList<DataSet> sets, Scenario scenario, Actor actor, bool agree, string? grounds, IReadOnlyList<ColumnName> strikes, ScenarioCommand? asked)
    {
        var command = !agree ? ScenarioCommand.Reject : actor.Role switch
        {
            Role.Authority => ScenarioCommand.Confirm,
            Role.Operator => ScenarioCommand.PassOn,
            _ => ScenarioCommand.Consent,
        };
        // What is signed is what was asked for by name.
        if (agree && asked is { } wanted && wanted != command)
        {
            throw new RefusedException(OtherStep());
        }

        var step = ScenarioTransitions.Apply(scenario.State, command, actor.Role, grounds);
        if (step is not ScenarioStep.Moved moved)
        {
            throw new RefusedException(((ScenarioStep.Refused)step).Reason);
        }

        if (scenario.Partner && actor.Organisation == scenario.Operator)
        {
            throw new RefusedException(OwnRequest());
        }

        if (agree && Admission.Barred(domain, scenario.Tables.Select(table => table.DataSet)) is { Count: > 0 } barred)
        {
            throw new RefusedException([.. barred]);
        }

        if (grounds is not null && !Names.PlainWords(grounds, 1000))
        {
            throw new RefusedException(Refusals.Form("grounds (1 to 1000 characters)", "理由（1 至 1000 个字符）"));
        }

        var providers = scenario.Tables.Select(table => sets.First(set => set.Id == table.DataSet)).Where(set => !set.Outside).Select(set => set.Provider).Distinct(StringComparer.Ordinal).ToArray();
        if (actor.Role == Role.SourceDepartment && !providers.Contains(actor.Organisation))
        {
            throw new RefusedException(NotYours());
        }

        var original = scenario;
        scenario = StrikeColumns.From(scenario, strikes, actor.Role == Role.SourceDepartment ? [.. sets.Where(set => set.Provider == actor.Organisation).Select(set => set.Id)] : null, agree);
        var signature = Convert.ToBase64String(actor.Key.Sign(ConsentProof.Label, ConsentProof.Payload(original, command.ToString(), agree, strikes)));
        var consents = scenario.Consents.Append(new Consent(command.ToString(), actor.Name, actor.Organisation, agree, domain.Time.GetUtcNow(), signature, strikes.Count == 0 ? null : strikes)
        {
            Grounds = agree ? null : grounds,
            Rules = domain.RulesName,
        }).ToArray();
        if (command == ScenarioCommand.Consent)
        {
            var agreed = consents.Where(consent => consent is { Step: nameof(ScenarioCommand.Consent), Agreed: true }).Select(consent => consent.Organisation);
            if (providers.Except(agreed, StringComparer.Ordinal).Any())
            {
                // Other providers have still to answer: the state does not move.
                return (scenario with { Consents = consents }, moved.Rule);
            }
        }

        return (scenario with { State = moved.State, Consents = consents }, moved.Rule);
    }

    private static Refusal OtherStep() => new(
        "FT-18-1",
        "That step is another role's: the operating unit passes a partner's request on, the bureau confirms, the source departments consent.",
        "Take your own step; the due list names it.",
        "该步骤属于其他角色：运营单位转送合作方申请，主管部门确认，数源部门同意提供。",
        "请办理本角色的步骤，待办清单中有说明。");

    private static Refusal OwnRequest() => new(
        "FT-18-2",
        "Nobody of the organisation that asks checks its own request.",
        "Let the operating unit check it.",
        "申请单位人员不得审核本单位的申请。",
        "请由运营单位审核。");

    private static Refusal NotYours() => new(
        "FT-18-1",
        "Only the source departments of the data that are asked for answer this request.",
        "Let a person of the data set's provider answer.",
        "只有所申请数据的数源部门可以答复该申请。",
        "请由数据集提供部门的人员答复。");
}
