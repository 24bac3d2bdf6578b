using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Host.Answers;
using Sandbox.Host.Exports;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Profiles;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;
using Spectre.Console;

namespace Sandbox.Host.Zones;

/// <summary>The closed request as a table of the gate, and the judged groups as an answer.</summary>
internal static class ProductionForm
{
    // A sum or mean of many people needs no more; the rest of a double's digits could carry something else.
    private const int Digits = 12;

    /// <summary>One measure for each kind and column that is asked for, and a count of rows: who is in a group is judged in every case.</summary>
    public static ExportTable ToTable(AggregateRequest request, string dataSet)
    {
        var measures = Measures(request);
        return new ExportTable(
            "answer", dataSet, null, null, request.Dimensions,
            [.. measures.Select((measure, at) => new ExportMeasure(ProductionGroups.Name(measure.Kind, at), measure.Kind, measure.Column, Digits))],
            request.Filters.Count == 0 ? null : [.. request.Filters.Select(Condition)]);
    }

    public static Answer Shown(AggregateRequest request, ProductionGroups groups, DomainFloor floor)
    {
        var measures = Measures(request);
        var rows = groups.Shown.Select(cells => request.Items.Select(item => item.Kind == AggregateKind.Dimension
            ? Value(cells[0].Key[request.Dimensions.ToList().IndexOf(item.Column!)])
            : Value(cells[measures.IndexOf((Of(item.Kind), item.Column))], item)).ToArray()).ToList();
        rows.Sort((left, right) => Compare(request, left, right));
        var most = Math.Min(request.Limit ?? int.MaxValue, floor.DisplayRows.Value);
        var shown = new List<object?[]>();
        var bytes = 0;
        foreach (var row in rows.Take(most))
        {
            bytes += row.Sum(cell => System.Text.Encoding.UTF8.GetByteCount(ShownRows.Words(cell)) + 1);
            if (bytes > floor.DisplayBytes.Value)
            {
                break;
            }

            shown.Add(row);
        }

        var truncated = shown.Count < Math.Min(rows.Count, request.Limit ?? int.MaxValue);
        var (band, bandZh) = Band(groups.Withheld);
        string[] names = [.. request.Items.Select(item => item.Name)];
        var body = ShownRows.Body(names, shown, truncated);
        body["withheld"] = band;
        return Answer.Of(body, console =>
        {
            ShownRows.Draw(console, names, shown);
            console.WriteLine(truncated ? "Cut off at the display limit: more groups matched than a screen may show." : "All groups that may be shown are shown.");
            console.WriteLine($"Groups withheld or empty: {band}. 隐去或为空的分组：{bandZh}。");
        });
    }

    // Empty groups are not listed either, so the lowest band has to hold "none": else a missing group would be an answer.
    private static (string English, string Chinese) Band(int withheld) => withheld switch
    {
        < 10 => ("fewer than 10", "少于 10 个"),
        < 100 => ("10 to 99", "10 至 99 个"),
        _ => ("100 or more", "100 个及以上"),
    };

    private static List<(MeasureKind Kind, string? Column)> Measures(AggregateRequest request) =>
        [.. request.Items.Where(item => item.Kind != AggregateKind.Dimension).Select(item => (Kind: Of(item.Kind), item.Column)).Distinct()];

    private static MeasureKind Of(AggregateKind kind) => kind switch
    {
        AggregateKind.Count => MeasureKind.Count,
        AggregateKind.Sum => MeasureKind.Sum,
        AggregateKind.Mean => MeasureKind.Mean,
        _ => MeasureKind.Unknown,
    };

    private static ExportCondition Condition(RowFilter filter) => filter switch
    {
        RowFilter.Between between => new ExportCondition(between.Column, between.From, between.To),
        RowFilter.OneOf list => new ExportCondition(list.Column, OneOf: list.Values),
        RowFilter.NoneOf list => new ExportCondition(list.Column, NoneOf: list.Values),
        RowFilter.AnyOf any => new ExportCondition(Any: [.. any.Conditions.Select(Condition)]),
        _ => throw new RefusedException(),
    };

    private static object? Value(string? key) => key switch
    {
        null or EvidenceService.MissingKey => null,
        _ when long.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole.ToString(CultureInfo.InvariantCulture) == key => whole,
        _ => key,
    };

    private static object? Value(CellEvidence cell, AggregateItem item)
    {
        if (item.Kind == AggregateKind.Count)
        {
            return item.Column is null ? cell.Rows : cell.NonNull;
        }

        var value = item.Kind == AggregateKind.Sum ? cell.Sum : cell.Sum / cell.NonNull;
        value = double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return item.Decimals is { } decimals ? Math.Round(value, decimals, MidpointRounding.AwayFromZero) : value;
    }

    private static int Compare(AggregateRequest request, object?[] left, object?[] right)
    {
        foreach (var order in request.Order)
        {
            var way = Compare(left[order.Item], right[order.Item]);
            if (way != 0)
            {
                // Missing values come last either way, as in the workbench.
                return order.Descending && left[order.Item] is not null && right[order.Item] is not null ? -way : way;
            }
        }

        for (var at = 0; at < left.Length; at++)
        {
            if (request.Items[at].Kind == AggregateKind.Dimension && Compare(left[at], right[at]) is not 0 and var way)
            {
                return way;
            }
        }

        return 0;
    }

    private static int Compare(object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        (string a, string b) => string.CompareOrdinal(a, b),
        (string, _) => 1,
        (_, string) => -1,
        _ => Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(right, CultureInfo.InvariantCulture)),
    };
}
