using System.Globalization;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Judge.Microdata;

/// <summary>One cell of a grouped table: its typed key, its evidence and its value.</summary>
internal sealed record GroupedCell(object[] Key, CellEvidence Evidence, object? Value);

/// <summary>
/// Groups a CSV file as pandas.crosstab does: rows where a dimension is null are left out, and the table holds every combination of the values that are left.
/// </summary>
internal static class GroupedTable
{
    public static IReadOnlyList<GroupedCell> Group(
        int rows, Func<int, Func<string, object?>> rowOf, IReadOnlyList<string> dimensions, string? measure, string aggregation, int largest,
        Func<Func<string, object?>, object?>? where)
    {
        var groups = new Dictionary<string, List<object?>>(StringComparer.Ordinal);
        var levels = dimensions.Select(_ => new Dictionary<string, object>(StringComparer.Ordinal)).ToArray();
        for (var at = 0; at < rows; at++)
        {
            var row = rowOf(at);
            var key = dimensions.Select(row).ToArray();
            if (key.Contains(null) || (where is not null && where(row) is not true))
            {
                continue;
            }

            for (var dimension = 0; dimension < key.Length; dimension++)
            {
                levels[dimension].TryAdd(SqlValues.Text(key[dimension]!), key[dimension]!);
            }

            var name = Name(key!);
            if (!groups.TryGetValue(name, out var values))
            {
                groups.Add(name, values = []);
            }

            values.Add(measure is null ? null : row(measure));
        }

        return [.. Combinations(levels).Select(key => Cell(key, groups.GetValueOrDefault(Name(key)) ?? [], measure is not null, aggregation, largest))];
    }

    private static GroupedCell Cell(object[] key, List<object?> values, bool measured, string aggregation, int largest)
    {
        var texts = key.Select(SqlValues.Text).ToArray();
        if (!measured)
        {
            return new GroupedCell(key, new CellEvidence(texts, values.Count, null, values.Count, 0, 0, 0, 0), (long)values.Count);
        }

        var numbers = values.Where(value => value is not null).Select(SqlValues.Number).OrderDescending().ToArray();
        var sum = numbers.Sum();
        var evidence = new CellEvidence(
            texts, values.Count, null, numbers.Length, sum, numbers.ElementAtOrDefault(0), numbers.ElementAtOrDefault(1), numbers.Count(number => number < 0))
        {
            LargestN = numbers.Take(largest).Sum(),
        };
        return new GroupedCell(key, evidence, Value(numbers, sum, values.All(value => value is null or long), aggregation));
    }

    private static object? Value(double[] descending, double sum, bool whole, string aggregation) => (aggregation, descending.Length) switch
    {
        ("count", var count) => (long)count,
        (_, 0) => null,
        ("sum", _) => whole && Math.Abs(sum) < 9e15 ? (object)(long)sum : sum,
        ("mean", var count) => sum / count,
        ("median", var count) => (descending[(count - 1) / 2] + descending[count / 2]) / 2,
        ("min", var count) => descending[count - 1],
        ("max", _) => descending[0],
        ("std", > 1) => Math.Sqrt(descending.Sum(value => Math.Pow(value - (sum / descending.Length), 2)) / (descending.Length - 1)),
        ("mode", _) => descending.GroupBy(value => value).OrderByDescending(group => group.Count()).First().Key,
        _ => null,
    };

    private static IEnumerable<object[]> Combinations(Dictionary<string, object>[] levels)
    {
        IEnumerable<object[]> keys = [[]];
        foreach (var level in levels)
        {
            var sorted = level.Values.Order(Comparer<object>.Create((a, b) => SqlValues.Compare(a, b) ?? 0)).ToArray();
            keys = keys.SelectMany(_ => sorted, (key, value) => (object[])[.. key, value]);
        }

        return keys;
    }

    private static string Name(IEnumerable<object> key) =>
        string.Concat(key.Select(SqlValues.Text).Select(text => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}")));
}
