using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Vault.Arrow;

namespace Sandbox.Judge.Loading;

/// <summary>
/// <c>parquet FOLDER|FILE</c>: rows and columns as in <c>duckdb_baseline.tsv</c>, values as in <c>NAME_expect.csv</c> where there is one; encrypted files, and those that the
/// baseline could not read in full, must be refused within 5 seconds with nothing kept. Of <c>bad_data</c> a refusal is always right.
/// </summary>
internal static class ParquetVerb
{
    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        using var bench = new Workbench();
        var (root, files) = Workbench.FilesOf(arguments.File, file => file.EndsWith(".parquet", StringComparison.Ordinal) || file.EndsWith(".encrypted", StringComparison.Ordinal));
        var list = Workbench.Above(root, "duckdb_baseline.tsv");
        var start = list is null ? root : Path.GetDirectoryName(list)!;
        var baseline = list is null ? [] : File.ReadLines(list).Skip(1).Select(line => line.Split('\t')).Where(parts => parts.Length >= 4).ToDictionary(parts => parts[0], StringComparer.Ordinal);
        Workbench.Each(files, output, async file =>
        {
            var name = Path.GetRelativePath(start, file);
            var (_, back, actual) = await bench.LoadAsync(file).ConfigureAwait(false);
            var expect = Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileNameWithoutExtension(file) + "_expect.csv");
            var equal = true;
            if (File.Exists(expect))
            {
                var difference = back is null ? "not read back" : Difference(expect, back);
                actual["equal"] = equal = difference is null;
                if (difference is not null)
                {
                    actual["difference"] = difference;
                }
            }

            return (name, actual, Pass(baseline.GetValueOrDefault(name), name, actual, equal));
        });
    }

    private static bool? Pass(string[]? known, string name, JsonObject actual, bool equal)
    {
        var refused = Workbench.Clean(actual);
        if ((string?)actual["rule"] == "LOAD-MEMORY" && refused)
        {
            // Refused by the limit that a load is given, not by what the file is: two texts of a gigabyte each are more than one load may hold.
            return null;
        }

        if (known is null)
        {
            return name.EndsWith(".encrypted", StringComparison.Ordinal) ? refused : null;
        }

        var same = (string?)actual["status"] == "loaded" && $"{actual["rows"]} {actual["columns"]}" == $"{known[1]} {known[2]}" && equal;
        return known[3] == "ok" ? same || (refused && name.StartsWith("bad_data", StringComparison.Ordinal)) : refused;
    }

    private static string? Difference(string expect, ArrowTable back)
    {
        using var reader = new StreamReader(expect);
        using var rows = CsvRows.Read(reader).GetEnumerator();
        if (!rows.MoveNext() || rows.Current.Length != back.Schema.Fields.Count)
        {
            return "other columns";
        }

        var number = 0;
        foreach (var batch in back.Batches)
        {
            for (var row = 0; row < batch.Rows; row++, number++)
            {
                if (!rows.MoveNext())
                {
                    return $"more rows than {number}";
                }

                for (var c = 0; c < batch.Columns.Count; c++)
                {
                    if (!Same(rows.Current[c], Text(batch.Columns[c], row)))
                    {
                        return $"row {number}, column {c}";
                    }
                }
            }
        }

        return rows.MoveNext() ? $"fewer rows: {number}" : null;
    }

    private static bool Same(string wanted, string? got) => got is null
        ? wanted.Length == 0
        : wanted == got || (decimal.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out var a) && decimal.TryParse(got, NumberStyles.Float, CultureInfo.InvariantCulture, out var b) && a == b);

    private static string? Text(ArrowColumn column, int row) => column.IsMissing(row) ? null : column.Field.Type.Kind switch
    {
        ArrowKind.Bool => column.GetBool(row) ? "true" : "false",
        ArrowKind.Utf8 => column.GetText(row),
        ArrowKind.Binary => Encoding.UTF8.GetString(column.GetBytes(row)),
        ArrowKind.Float32 or ArrowKind.Float64 or ArrowKind.Decimal128 => column.GetDouble(row)!.Value.ToString("R", CultureInfo.InvariantCulture),
        ArrowKind.Date32 => DateOnly.FromDayNumber(719162 + (int)column.GetInt64(row)!.Value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ArrowKind.UInt64 => column.Values<ulong>()[row].ToString(CultureInfo.InvariantCulture),
        _ => column.GetInt64(row)!.Value.ToString(CultureInfo.InvariantCulture),
    };
}
