using Sandbox.Export.Artefacts;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.Evidence;

namespace Sandbox.Host.Exports;

/// <summary>Which sets of rows the figures of a table are about, for the atom index.</summary>
internal static class PublishedTables
{
    public static string Label(string export, string table) => $"{export}/{table}";

    /// <summary>Null when the table holds a column over which nothing is ever computed; the checks refuse it.</summary>
    /// <param name="segments">How many segments of the data set it covers.</param>
    public static PublishedTable? Of(DataSet set, Scenario scenario, string export, ExportTable table, int segments)
    {
        var granted = scenario.Tables.FirstOrDefault(item => item.DataSet == set.Id);
        var dimensions = new List<EvidenceDimension>();
        foreach (var name in table.Dimensions)
        {
            if (granted?.Columns.FirstOrDefault(column => column.Name == name) is not { } column || column.Rule(ZoneKind.Production) is not { } rule
                || rule is MaskRule.Suppress or MaskRule.ExactInvisible or { IsKeyed: true } || set.Columns.First(item => item.Name == name).Grade == ColumnGrade.Identifier)
            {
                return null;
            }

            dimensions.Add(new EvidenceDimension(name, rule) { Merges = table.Mend?.Of(name) ?? [] });
        }

        string[] Columns(params MeasureKind[] kinds) => [.. table.Measures.Where(measure => kinds.Contains(measure.Kind)).Select(measure => measure.Column).OfType<string>().Distinct(StringComparer.Ordinal)];

        // A mean beside its sum tells how many values there are.
        string[] counted = [.. Columns(MeasureKind.Count).Union(Columns(MeasureKind.Sum).Intersect(Columns(MeasureKind.Mean)))];
        return new PublishedTable
        {
            Label = Label(export, table.Name),
            Dimensions = dimensions,
            Filters = [.. (table.Where ?? []).Select(condition => condition.ToFilter())],
            CountsRows = table.Measures.Any(measure => measure is { Kind: MeasureKind.Count, Column: null }),
            CountsOf = counted,
            SumsOf = Columns(MeasureKind.Sum, MeasureKind.Mean),
            Segments = segments,
        };
    }

    /// <summary>Every released table and every answered query of a data set, in the order in which they left, each over the segments that there were then.</summary>
    /// <param name="except">An export that is being looked at itself.</param>
    /// <exception cref="RefusedException">A release can't be put into this form.</exception>
    public static IReadOnlyList<PublishedTable> Released(OpenDomain domain, DataSet set, string except)
    {
        var told = new List<(long Entry, PublishedTable Table)>();
        foreach (var release in domain.Registry.All<Release>().Where(release => release.Id != except))
        {
            var request = ExportReading.Find(domain, release.Id);
            var scenario = ScenarioAccess.Find(domain, request.Spec.Scenario);
            if (set.RemovedAt >= release.ReleasedAt && request.Spec.Tables.Any(table => table.Source == set.Id))
            {
                throw new RefusedException(Withdrawn());
            }

            var segments = set.Standing.Count(batch => batch.Rows > 0 && batch.LoadedAt <= release.ReleasedAt);
            foreach (var table in request.Spec.Tables.Where(table => table.Source == set.Id))
            {
                told.Add((release.Entry, (Of(set, scenario, release.Id, table, segments) ?? throw new RefusedException()) with { Permissions = PermissionNeed.View(domain, scenario.Id, release.Permissions.FirstOrDefault(state => state.DataSet == set.Id)), Withheld = release.Withheld?.GetValueOrDefault(table.Name) ?? [] }));
            }
        }

        foreach (var query in domain.Registry.All<AnsweredQuery>().Where(query => query.Table.Source == set.Id))
        {
            if (set.RemovedAt >= query.AnsweredAt)
            {
                throw new RefusedException(Withdrawn());
            }

            told.Add((query.Entry, (query.Published(set, ScenarioAccess.Find(domain, query.Scenario)) ?? throw new RefusedException()) with { Permissions = PermissionNeed.View(domain, query.Scenario, query.Permissions) }));
        }

        // The sort is stable: tables of one release keep their order.
        return [.. told.OrderBy(item => item.Entry).Select(item => item.Table)];
    }

    // What left was computed over rows that are gone: whether a new figure beside it singles out a withdrawn record can't be told any more.
    private static Refusal Withdrawn() => new(
        "EXPORT-EPOCH",
        "Rows of this data set were withdrawn or replaced after figures of it had left; a new figure beside those could single out what was withdrawn.",
        "Let the provider register the present state as a data set of its own, and use that.",
        "该数据集在其统计结果释放之后有数据被撤回或替换；新的结果与已释放结果对比可能识别出被撤回的记录。",
        "请提供部门将现状登记为新的数据集后使用。");
}
