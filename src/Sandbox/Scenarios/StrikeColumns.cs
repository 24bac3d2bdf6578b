using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Scenarios;

/// <summary>A reviewer agrees to less than was asked for: the struck columns leave the grant, the rest stays (CC 17(3)).</summary>
internal static class StrikeColumns
{
    /// <param name="own">Data sets that the reviewer may strike from; null for all.</param>
    /// <exception cref="RefusedException">A column that is not asked for, is another supplier's, or the last of its table.</exception>
    public static Scenario From(Scenario scenario, IReadOnlyList<ColumnName> strikes, IReadOnlyList<string>? own, bool agree)
    {
        if (strikes.Count == 0)
        {
            return scenario;
        }

        var struck = strikes.ToHashSet();
        if (!agree || struck.Count != strikes.Count
            || strikes.Any(strike => (own is not null && !own.Contains(strike.DataSet)) || !scenario.Tables.Any(table => table.DataSet == strike.DataSet && table.Columns.Any(column => column.Name == strike.Column)))
            || scenario.Tables.Any(table => table.Columns.All(column => struck.Contains(new(table.DataSet, column.Name)))))
        {
            throw new RefusedException(Nothing());
        }

        return scenario with
        {
            Asked = scenario.Asked ?? scenario.Tables,
            Tables =
            [
                .. scenario.Tables.Select(table => table with
                {
                    Columns = [.. table.Columns.Where(column => !struck.Contains(new(table.DataSet, column.Name)))],
                    QuasiIdentifiers = [.. table.QuasiIdentifiers.Where(name => !struck.Contains(new(table.DataSet, name)))],
                }),
            ],
        };
    }

    private static Refusal Nothing() => new(
        "CC-17-3",
        "A column that is struck must be one that the request asks for and that you may judge, and every data set keeps at least one.",
        "Name columns as data-set.column, each once; to strike everything, refuse the request.",
        "删减的列须为申请中的列且属于您的审查范围，每个数据集至少保留一列。",
        "请以 数据集.列 的形式逐一列出；如需全部删减，请驳回申请。");
}
