using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Cases;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;

namespace Sandbox.Host.Cases;

/// <summary>What open cases shut, and joins that wait for an assessment: asked at every act on a scenario's data.</summary>
internal static class CaseHolds
{
    /// <summary>The demand that a combination of data about the same persons be assessed first (YN23 44, YN25 28).</summary>
    private const string Combination = "YN23-44-1";

    /// <summary>Why nothing may be done with a scenario's data now; empty where nothing stands in the way.</summary>
    public static IReadOnlyList<Refusal> On(OpenDomain domain, Scenario scenario) => On(CaseReading.Of(domain.Registry), domain.Record.Profile, scenario);

    /// <inheritdoc cref="On(OpenDomain, Scenario)"/>
    public static IReadOnlyList<Refusal> On(CaseReading reading, string basis, Scenario scenario)
    {
        var sets = scenario.Tables.Select(table => table.DataSet).ToHashSet(StringComparer.Ordinal);
        var cases = reading.Cases();
        var refusals = new List<Refusal>();
        foreach (var item in cases.Where(item => !item.Drill))
        {
            if (CaseForms.Find(item.CaseKind) is { Hold: { } hold } form && hold.States.Contains(item.State) && item.Text(hold.Field) is { } held && sets.Contains(held))
            {
                refusals.Add(Held(form, item, held));
            }
        }

        if (Requirements.Find(Combination)!.Profiles.Contains(basis) && Joins(reading, scenario)
            && !cases.Any(item => item is { CaseKind: "combination", State: "assessed" } && item.Text("scenario") == scenario.Id))
        {
            refusals.Add(NotAssessed());
        }

        return refusals;
    }

    /// <summary>Whether rows of two data sets can be joined by the person that they are about: both have a subject column of the same kind of identifier.</summary>
    private static bool Joins(CaseReading reading, Scenario scenario)
    {
        var subjects = scenario.Tables.Select(table => reading.DataSet(table.DataSet)).OfType<DataSet>()
            .Where(set => set.SubjectColumn is not null)
            .Select(set => set.Columns.First(column => column.Name == set.SubjectColumn).Identifies);
        return subjects.GroupBy(kind => kind).Any(group => group.Count() > 1);
    }

    /// <summary>A column whose mask is too weak for the grade that the assessment of the join gave; null where there is none.</summary>
    public static Refusal? TooWeak(OpenDomain domain, Scenario scenario, ZoneKind kind)
    {
        var assessed = domain.Registry.All<Case>().Where(item => item is { CaseKind: "combination", State: "assessed" } && item.Text("scenario") == scenario.Id).MaxBy(item => item.Steps[^1].Entry);
        if (assessed is null)
        {
            return null;
        }

        var grade = assessed.Steps[^1].Content.GetProperty("grade").GetString() switch { "general" => ColumnGrade.General, "quasi_identifier" => ColumnGrade.QuasiIdentifier, _ => ColumnGrade.Sensitive };
        foreach (var table in scenario.Tables)
        {
            var known = domain.Registry.Find<DataSet>(table.DataSet)!.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
            foreach (var column in table.Columns)
            {
                // The stricter of the two grades: the smaller value.
                var (identifies, own) = (known[column.Name].Identifies, known[column.Name].Grade);
                if (!MaskPolicy.Check(identifies, own < grade ? own : grade, column.Rule(kind), kind).IsPermitted)
                {
                    return Weak(table.DataSet, column.Name, assessed);
                }
            }
        }

        return null;
    }

    private static Refusal Weak(string set, string column, Case assessed) => new(
        Combination, $"The assessment '{assessed.Id}' gave the joined data a higher grade, and the mask of {column} in {set} is too weak for it.", "Ask for the scenario with a stronger mask, or have the join assessed again after treatment.",
        $"评估“{assessed.Id}”给出更高级别，{set} 的 {column} 列脱敏强度不足。", "请以更强的脱敏规则申请场景，或处理后重新评估。");

    private static Refusal Held(CaseForm form, Case item, string set) => new(
        form.Requirement, $"The data set '{set}' is shut while the case '{item.Id}' ({form.Kind}) is {item.State}.", "Wait until the case is decided; its next steps stand in `case show`.",
        $"因案卷“{item.Id}”（{form.TitleZh}）处于“{item.State}”状态，数据集“{set}”暂停使用。", "请待案卷处理完毕。");

    private static Refusal NotAssessed() => new(
        Combination, "The scenario joins data sets about the same persons, and the security assessment of that is not on file.", "Open a case (case open combination) and let the bureau or an appointed third party assess it.",
        "该场景关联同一主体的多个数据集，尚无安全评估记录。", "请提出评估（case open combination），由主管部门或受委托第三方评估。");
}
