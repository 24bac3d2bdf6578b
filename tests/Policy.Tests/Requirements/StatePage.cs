using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sandbox.Policy.Agreements;
using Sandbox.Policy.Cases;
using Sandbox.Policy.Corrections;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Review;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Tests.Requirements;

/// <summary>Writes docs/reference/states.md: a picture of every transition table, made from the table itself.</summary>
internal static partial class StatePage
{
    public static string Write()
    {
        var text = new StringBuilder(
            """
            # States

            Made from the transition tables of `src/Policy`; a test fails when this page is not what they give, and `./sandbox test --matrix` writes it anew. An arrow bears the command and who may give it; what has no arrow is refused.


            """);
        Draw(text, "Scenarios 场景", "A request for data, its grant and its end (`scenario`).", ScenarioTransitions.Table.Select(row => (Word(row.From), Word(row.To), $"{Word(row.Command)}, {RoleWords.English(row.By)}")), [Word(ScenarioState.Draft)]);
        Draw(text, "Export reviews 出域审查", "From a request to a release (`export`). An approval that makes the profile's number leads on; a change of content begins anew.", Reviews(), [Word(ReviewStage.InReview)]);
        Draw(text, "Agreements 协议", "Papers that organisations sign (`agreement`).", AgreementTransitions.Table.Select(row => (Word(row.From), Word(row.To), $"{Word(row.Command)}, {Word(row.By)}")), [Word(AgreementState.Filed)]);
        Draw(text, "Organisations 单位", "Admission, measures and leaving (`party`).", PartyTransitions.Table.Select(row => (Word(row.From), Word(row.To), Word(row.Command))), [Word(PartyState.Registered)]);
        Draw(text, "Orders to correct 整改令", "Use is stopped until the correction is accepted (`order`).", CorrectionTransitions.Table.Select(row => (Word(row.From), Word(row.To), $"{Word(row.Command)}, {Word(row.By)}")), [Word(CorrectionState.Open)]);
        Draw(text, "Evaluations 评估", "A result and what follows it (`evaluation`).", EvaluationTransitions.Table.Select(row => (Word(row.From), Word(row.To), $"{Word(row.Command)}, {Word(row.By)}")), [Word(EvaluationState.Open)]);
        text.Append("## Cases 案卷\n\nOne machine runs all kinds (`case`); each is a file in `src/Policy/Cases/Data`.\n\n");
        foreach (var form in CaseForms.All.OrderBy(form => form.Kind, StringComparer.Ordinal))
        {
            var moves = form.Moves.SelectMany(move => move.From.SelectMany(from => new[] { move.To, move.Otherwise }.OfType<string>().Select(to => (Id(from), Id(to == Policy.Cases.CaseMove.Stay ? from : to), $"{move.Command}, {string.Join(" or ", move.Roles.Select(role => Word(role)))}"))));
            Draw(text, $"#{form.Kind} {form.TitleZh}", $"{form.Title} ({form.Requirement}).", moves, [Id(form.First)]);
        }

        text.Append("## Procedures 流程\n\nChains of steps that are closed one after another (`procedure`). **Bold**: the step that opens what depends on the chain. In brackets: the time for it.\n");
        foreach (var profile in Policy.Requirements.Profiles.Select(item => item.Profile))
        {
            foreach (var chain in ProcedureRules.Of(profile).Chains)
            {
                var steps = chain.Steps.Select(step =>
                {
                    var limit = step.Limit is { } time ? string.Create(CultureInfo.InvariantCulture, $" [{(step.AtLeast ? "at least " : "")}{time.Count} {Word(time.Unit)}]") : "";
                    var name = $"{step.Name} {step.NameZh} ({string.Join(" or ", step.By.Select(RoleWords.English))}){limit}";
                    return step.Name == chain.OpensWith ? $"**{name}**" : name;
                });
                text.Append(CultureInfo.InvariantCulture, $"\n- `{profile}` **{chain.Name}** {chain.NameZh} ({chain.Rule}): {string.Join(" → ", steps)}");
            }
        }

        return text.Append('\n').ToString();
    }

    private static IEnumerable<(string From, string To, string Words)> Reviews() =>
        from row in ReviewTransitions.OpenIn
        from stage in row.Value
        from to in ReviewTransitions.LeadsTo(row.Key)
        select (Word(stage), Word(to), Spaced(row.Key.Name));

    private static void Draw(StringBuilder text, string title, string words, IEnumerable<(string From, string To, string Words)> moves, string[] first)
    {
        text.Append(CultureInfo.InvariantCulture, $"##{(title[0] == '#' ? title.Insert(1, " ") : " " + title)}\n\n{words}\n\n```mermaid\nstateDiagram-v2\n");
        foreach (var state in first)
        {
            text.Append(CultureInfo.InvariantCulture, $"    [*] --> {state}\n");
        }

        // Several hands at one arrow stand in one line of it.
        var all = moves.ToArray();
        foreach (var arrow in all.GroupBy(move => (move.From, move.To)))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {arrow.Key.From} --> {arrow.Key.To} : {string.Join("; ", arrow.Select(move => move.Words).Distinct(StringComparer.Ordinal))}\n");
        }

        foreach (var end in all.Select(move => move.To).Distinct(StringComparer.Ordinal).Where(state => all.All(move => move.From != state || move.To == state)))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {end} --> [*]\n");
        }

        text.Append("```\n\n");
    }

    private static string Word<T>(T value)
        where T : struct, Enum => typeof(T).Name.EndsWith("State", StringComparison.Ordinal) || typeof(T) == typeof(ReviewStage) ? value.ToString() : Spaced(value.ToString());

    private static string Spaced(string name) => Capital().Replace(name, " $1").Trim().ToLowerInvariant();

    private static string Id(string state) => state.Replace('-', '_');

    [GeneratedRegex("([A-Z])")]
    private static partial Regex Capital();
}
