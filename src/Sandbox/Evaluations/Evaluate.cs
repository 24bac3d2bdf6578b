using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Parties;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Evaluations;

/// <summary>Evaluates organisations as the profile says: a yearly case is open by itself once its year is over, its figures come from the records, and only the profile's results can be saved.</summary>
internal static class Evaluate
{
    /// <summary>Cases that stand, and those that are open because their year is over.</summary>
    public static Answer List(OpenDomain domain)
    {
        if (domain.Profile.Parties.Evaluation is not { } rules)
        {
            return Answer.No(EvaluationRefusals.Silent(domain.Profile.Name));
        }

        var cases = domain.Registry.All<EvaluationCase>();
        var year = domain.Today.Year - 1;
        var due = rules.Value.CycleMonths is null ? [] : Organisations(domain)
            .Where(item => item.Since.Year <= year && rules.Value.Pairs.Any(pair => pair.Of == item.Kind) && !cases.Any(known => known.Id == EvaluationCase.Name(item.Name, year)))
            .Select(item => (JsonNode)new JsonObject { ["party"] = item.Name, ["year"] = year, ["state"] = nameof(EvaluationState.Open), ["task"] = "save a result" });
        var body = new JsonObject { ["evaluations"] = new JsonArray([.. cases.Select(item => (JsonNode)Json(item, domain.Today)), .. due]) };
        return Answer.Of(body, console =>
        {
            foreach (var item in body["evaluations"]!.AsArray())
            {
                console.WriteLine($"{item!["party"]} {item["year"]}: {item["state"]}{(item["task"] is { } task ? $" ({task})" : "")}");
            }
        });
    }

    /// <summary>The figures of an organisation and year, without any judgement.</summary>
    public static Answer Figures(OpenDomain domain, Actor actor, string party, int year)
    {
        var facts = new Facts { ["party"] = Names.Valid(party) ? party : "?", ["year"] = year };
        var kind = Names.Valid(party) ? PartyKinds.Of(domain.Registry, party) : PartyKind.Unknown;
        var refusal = kind == PartyKind.Unknown ? Refusals.Missing("organisation", "单位", "?")
            : actor.Organisation != party && actor.Role is not (Role.Authority or Role.Auditor or Role.AppointedThirdParty or Role.Operator) ? Refusals.NotThisRole("see figures of another organisation", "查看其他单位的评估数据", "an evaluator, auditor or the organisation itself", "评估方、审计人员或该单位本身")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("evaluation.figures", actor.Name, [refusal], facts);
        }

        var figures = EvaluationFigures.Of(domain, party, kind, year);
        domain.Note(new("evaluation.figures-shown", actor.Name, facts));
        return Answer.Of(new JsonObject { ["party"] = party, ["kind"] = PartyWords.English(kind), ["year"] = year, ["figures"] = Json(figures) }, console =>
        {
            foreach (var (name, count) in figures)
            {
                console.WriteLine($"{name}: {count}");
            }
        });
    }

    /// <summary>The evaluator saves a result.</summary>
    public static Answer Save(OpenDomain domain, Actor actor, string party, int year, string outcome, string words)
    {
        var result = outcome switch { "pass" => EvaluationOutcome.Pass, "fail" => EvaluationOutcome.Fail, "rectify" => EvaluationOutcome.Rectify, _ => EvaluationOutcome.Unknown };
        return domain.Profile.Parties.Evaluation is not { } rules
            ? domain.Refuse("evaluation.save", actor.Name, [EvaluationRefusals.Silent(domain.Profile.Name)])
            : EvaluationTransitions.Command(rules.Value, result) is var command and not EvaluationCommand.Unknown
                ? Step(domain, actor, party, year, command, words)
                : domain.Refuse("evaluation.save", actor.Name, [EvaluationRefusals.NoOutcome(rules.Value)]);
    }

    /// <summary>A step of either side.</summary>
    public static Answer Step(OpenDomain domain, Actor actor, string party, int year, EvaluationCommand command, string words)
    {
        var saves = command is EvaluationCommand.Pass or EvaluationCommand.Fail or EvaluationCommand.FailForRemoval or EvaluationCommand.Rectify;
        var act = saves ? "evaluation.save" : "evaluation." + command.ToString().ToLowerInvariant();
        var facts = new Facts { ["party"] = Names.Valid(party) ? party : "?", ["year"] = year, ["command"] = command.ToString() };
        var kind = Names.Valid(party) ? PartyKinds.Of(domain.Registry, party) : PartyKind.Unknown;
        var by = actor.Role switch { Role.Authority => PartyKind.Authority, Role.Operator => PartyKind.Operator, _ => PartyKind.Unknown };
        var refusal = domain.Profile.Parties.Evaluation is null ? EvaluationRefusals.Silent(domain.Profile.Name)
            : kind == PartyKind.Unknown ? Refusals.Missing("organisation", "单位", "?")
            : !Names.PlainWords(words, 2000) || year < 2000 || year > domain.Today.Year ? Refusals.Form("step (words, year)", "步骤（说明、年度）")
            : saves && (actor.Organisation == party || !domain.Profile.Parties.Evaluation.Value.Pairs.Contains(new EvaluationPair(by, kind))) ? EvaluationRefusals.NoPair()
            : null;
        if (refusal is not null)
        {
            return domain.Refuse(act, actor.Name, [refusal], facts);
        }

        EvaluationCase? after = null;
        var figures = EvaluationFigures.Of(domain, party, kind, year);
        domain.Commit(new("evaluation.moved", actor.Name, facts), writer =>
        {
            var id = EvaluationCase.Name(party, year);
            var now = writer.Find<EvaluationCase>(id);
            var before = now ?? new EvaluationCase(id, party, year, actor.Organisation, figures, EvaluationState.Open, null, []);
            var hand = actor.Organisation == party ? EvaluationHand.Evaluated : actor.Organisation == before.EvaluatorOrganisation || actor.Role == Role.Authority ? EvaluationHand.Evaluator : EvaluationHand.Unknown;
            var (state, wrong) = EvaluationTransitions.Apply(before.State, command, hand, words, before.RectifyBy is { } last && domain.Today > last);
            if (wrong is not null)
            {
                throw new RefusedException(wrong);
            }

            after = before with
            {
                State = state,
                RectifyBy = command == EvaluationCommand.Rectify ? domain.Today.AddDays(domain.Profile.Parties.Evaluation!.Value.RectifyDays!.Value) : before.RectifyBy,
                Steps = [.. before.Steps, new EvaluationStep(command, actor.Name, words, domain.Time.GetUtcNow())],
            };
            writer.Put(after);

            facts["state"] = state.ToString();
            Notice.Give(domain, writer, [party, before.EvaluatorOrganisation], $"evaluation:{id}", "evaluation.moved", "CC-12-1", actor.Name);
        });
        return Answer.Of(Json(after!, domain.Today), $"The evaluation of {party} for {year} is now {after!.State}.");
    }

    private static JsonObject Json(EvaluationCase item, DateOnly today) => new()
    {
        ["party"] = item.Party,
        ["year"] = item.Year,
        ["state"] = item.State.ToString(),
        ["rectify_by"] = item.RectifyBy is { } day ? IsoDay.Word(day) : null,
        ["task"] = item.State switch
        {
            EvaluationState.PlanDue or EvaluationState.Rectifying when item.RectifyBy < today => "overdue: save a result",
            EvaluationState.PlanDue => "plan",
            EvaluationState.Rectifying => "finish",
            EvaluationState.SecondDue => "second evaluation",
            EvaluationState.Failed => "answer in writing",
            EvaluationState.RemovalDue => "remove (sandbox party measure --measure cancel)",
            _ => null,
        },
        ["figures"] = Json(item.Figures),
    };

    private static JsonObject Json(IReadOnlyDictionary<string, long> figures)
    {
        var body = new JsonObject();
        foreach (var (name, count) in figures)
        {
            body[name] = count;
        }

        return body;
    }

    private static IEnumerable<(string Name, PartyKind Kind, DateTimeOffset Since)> Organisations(OpenDomain domain) =>
        domain.Registry.All<Person>().GroupBy(person => person.Organisation, StringComparer.Ordinal)
            .Select(group => (group.Key, PartyKinds.Of(domain.Registry, group.Key), group.Min(person => person.RegisteredAt)));
}
