using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Types of CSV columns. The engine's own casts round and guess (<c>'1.5'::BIGINT</c> is 2), so a form is demanded before each cast.</summary>
internal static class CsvTyping
{
    private const int TestsAtOnce = 256;
    private const int TrialRows = 2000;

    // Undeclared: only forms that come out again as they went in, so that no leading zero and no digit is lost.
    private static readonly (StoredType Type, string Sql, string Holds)[] Lossless =
    [
        (StoredType.Whole, "BIGINT", "try_cast({0} AS BIGINT)::VARCHAR = {0}"),
        (StoredType.Floating, "DOUBLE", "regexp_full_match({0}, '-?(0|[1-9][0-9]*)(\\.[0-9]+)?') AND length(replace(replace({0}, '.', ''), '-', '')) <= 15"),
        (StoredType.Date, "DATE", "try_cast({0} AS DATE)::VARCHAR = {0}"),
        (StoredType.Timestamp, "TIMESTAMP", "regexp_full_match({0}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\\.[0-9]{{1,6}})?') AND try_cast({0} AS TIMESTAMP) IS NOT NULL"),
        (StoredType.Boolean, "BOOLEAN", "{0} IN ('true', 'false')"),
    ];

    /// <summary>The columns that can be something better than text.</summary>
    internal static IEnumerable<(int Index, SourceColumn Column)> Infer(DuckDbConnection connection, SourceColumn[] texts, IReadOnlyList<(int Index, TextForm Form)> open)
    {
        // What the source itself calls text stays text, but for dates, which most formats have no other form for.
        var candidates = open
            .SelectMany(column => Enumerable.Range(0, Lossless.Length)
                .Where(type => column.Form == TextForm.Untyped || Lossless[type].Type.Kind is StoredKind.Date or StoredKind.Timestamp)
                .Select(type => (column.Index, Type: type)))
            .ToList();
        candidates = Survivors(connection, $"(SELECT * FROM loaded LIMIT {TrialRows})", texts, candidates, whole: false);
        candidates = Survivors(connection, "loaded", texts, candidates, whole: true);
        foreach (var column in candidates.GroupBy(candidate => candidate.Index))
        {
            var (type, sql, _) = Lossless[column.Min(candidate => candidate.Type)];
            var text = texts[column.Key];
            yield return (column.Key, new SourceColumn(text.Name, $"CAST({text.Expression} AS {sql})", type));
        }
    }

    /// <summary>The column as declared.</summary>
    internal static SourceColumn Declare(SourceColumn text, StoredType type) => type.Kind == StoredKind.Text
        ? text
        : new SourceColumn(text.Name, $"CAST({text.Expression} AS {StoredTypes.DeclaredSql(type)})", type);

    /// <summary>SQL that is true for a present value that is not of the column's type; null for text.</summary>
    internal static string? Unfit(SourceColumn column, string text)
    {
        var form = column.Type.Kind switch
        {
            >= StoredKind.Whole8 and <= StoredKind.Natural64 => "[+-]?[0-9]+",
            StoredKind.Floating64 => "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?",
            StoredKind.Exact => column.Type.Scale == 0 ? "[+-]?[0-9]+" : $"[+-]?[0-9]*(\\.[0-9]{{0,{column.Type.Scale}}})?",
            StoredKind.Date => "[0-9]{4}-[0-9]{2}-[0-9]{2}",
            StoredKind.Timestamp => "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?",
            StoredKind.Boolean => "true|false|TRUE|FALSE|True|False|0|1",
            StoredKind.Text => null,
            _ => throw new WorkerRefusedException(LoadRules.Declared),
        };
        return form is null
            ? null
            : $"({text} IS NOT NULL AND (NOT regexp_full_match({text}, '{form}') OR try_cast({text} AS {StoredTypes.DeclaredSql(column.Type)}) IS NULL))";
    }

    private static List<(int Index, int Type)> Survivors(DuckDbConnection connection, string relation, SourceColumn[] texts, List<(int Index, int Type)> candidates, bool whole)
    {
        // The engine's memory for one statement grows with the square of its expressions: a wide table is looked at in parts.
        return [.. candidates.Chunk(TestsAtOnce).SelectMany(part => Surviving(connection, relation, texts, part, whole))];
    }

    private static List<(int Index, int Type)> Surviving(DuckDbConnection connection, string relation, SourceColumn[] texts, (int Index, int Type)[] candidates, bool whole)
    {
        var tests = candidates.Select(candidate =>
        {
            var text = texts[candidate.Index].Expression;
            var holds = string.Format(System.Globalization.CultureInfo.InvariantCulture, Lossless[candidate.Type].Holds, text);

            // Where every value ends in .0 a spreadsheet has made numbers of codes: what they were is not ours to say.
            var made = whole && Lossless[candidate.Type].Type.Kind == StoredKind.Floating64 ? $" AND count(*) FILTER ({text} NOT LIKE '%.0') > 0" : "";
            return $"(count({text}) > 0{made} AND count(*) FILTER ({text} IS NOT NULL AND NOT coalesce({holds}, false)) = 0)";
        });
        using var result = connection.Query($"SELECT {string.Join(", ", tests)} FROM {relation}");
        using var chunk = result.Fetch()!;
        var survivors = new List<(int Index, int Type)>();
        for (var i = 0; i < candidates.Length; i++)
        {
            if (chunk[i].Values<byte>()[0] == 1)
            {
                survivors.Add(candidates[i]);
            }
        }

        return survivors;
    }
}
