using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;

namespace Sandbox.Host.DataSets;

/// <summary>The provider confirms the proposed grades or changes some. Without it no scenario may use the data set (CC 25).</summary>
public static class ConfirmGrades
{
    /// <param name="changes">Column to grade; unnamed columns keep the proposal.</param>
    /// <param name="tags">Whom the rows are about and the set identifiers, where they were not said at loading; null leaves them.</param>
    /// <param name="floors">Column to the least mask that every scenario must use on it; unnamed columns keep what they have.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string id, IReadOnlyDictionary<string, ColumnGrade> changes, IReadOnlyDictionary<string, MaskRule>? floors = null, SetIdentifierTags? tags = null)
    {
        floors ??= new Dictionary<string, MaskRule>();
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(changes);
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?", ["changed"] = changes.Count, ["floors"] = floors.Count };
        if (domain.Registry.Find<DataSet>(id) is not { } set)
        {
            return domain.Refuse("data.confirm", actor.Name, [Refusals.Missing("data set", "数据集", Names.Valid(id) ? id : "?")], facts);
        }

        if (!set.IsOf(actor))
        {
            return domain.Refuse("data.confirm", actor.Name, [Refusals.NotThisRole("confirm the grades", "确认分级", "the data set's provider", "该数据集的提供部门")], facts);
        }

        if (changes.Keys.Any(name => set.Columns.All(column => column.Name != name)) || changes.Values.Any(grade => grade == ColumnGrade.Ungraded || !Enum.IsDefined(grade)))
        {
            return domain.Refuse("data.confirm", actor.Name, [Refusals.Form("list of grades", "分级列表")], facts);
        }

        if (floors.Keys.Any(name => set.Columns.All(column => column.Name != name)) || floors.Values.Any(rule => rule.Problem is not null))
        {
            return domain.Refuse("data.confirm", actor.Name, [Refusals.Form("list of floor rules", "最低脱敏规则列表")], facts);
        }

        // A detected identifier may be declared stricter, never looser: an upgrade of openness needs evidence, which no command line can give.
        if (set.Columns.Any(column => changes.TryGetValue(column.Name, out var grade) && column.Grade == ColumnGrade.Identifier && grade > ColumnGrade.Identifier))
        {
            return domain.Refuse("data.confirm", actor.Name, [Looser()], facts);
        }

        // What was declared before stays where nothing new is said.
        var declared = new SetIdentifierTags(
            tags is null or { About: RowSubject.Unknown } ? set.About : tags.About,
            tags is null or { Columns.Count: 0 } ? set.Columns.Where(column => column.Tag != SetIdentifier.None).ToDictionary(column => column.Name, column => column.Tag) : tags.Columns);
        if (declared.Lacking(domain) is { } untagged)
        {
            return domain.Refuse("data.confirm", actor.Name, [untagged], facts);
        }

        if (declared.Against(domain, [.. set.Columns.Select(column => (column.Name, column.Identifies))]) is { Count: > 0 } other)
        {
            return domain.Refuse("data.confirm", actor.Name, other, facts);
        }

        // A column that is tagged now, but was not kept apart when it was loaded, lies among the others: only its grade is raised.
        if (declared.Columns.Keys.Any(name => changes.GetValueOrDefault(name, ColumnGrade.Identifier) != ColumnGrade.Identifier))
        {
            return domain.Refuse("data.confirm", actor.Name, [Looser()], facts);
        }

        DataSet? after = null;
        domain.Commit(new("data.graded", actor.Name, facts), writer =>
        {
            var now = writer.Find<DataSet>(id)!;
            after = now with
            {
                GradesConfirmed = true,
                About = declared.About,
                Columns = [.. now.Columns.Select(column => column with
                {
                    Grade = declared.Columns.ContainsKey(column.Name) ? ColumnGrade.Identifier : changes.GetValueOrDefault(column.Name, column.Grade),
                    Tag = declared.Of(column.Name),
                    Floor = floors.TryGetValue(column.Name, out var floor) ? floor.ToJson() : column.Floor,
                })],
            };
            writer.Update(after);
        });
        return AddData.Shown(after!);
    }

    private static Refusal Looser() => new(
        "CC-25-1",
        "A column that identifies, by what was recognised in it or by the provider's own word, may not be graded as anything less.",
        "Leave the grade; mask the column in each scenario.",
        "经识别或由提供部门声明为标识信息的列不得降低分级。",
        "请保留该级别，并在各场景中对该列脱敏。");
}
