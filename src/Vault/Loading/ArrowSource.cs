using System.Globalization;
using System.Runtime.InteropServices;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Takes an Arrow IPC file or stream over into the table <c>loaded</c>, batch by batch. No value is bent: what the engine has no type for is kept as a whole number in the
/// column's own unit, as all digits, or as JSON text, and the report says so; what could not be kept is refused with column and type.
/// </summary>
internal static class ArrowSource
{
    /// <summary>Whether the bytes may be Arrow: the file's magic, a stream's mark, or the length before a schema of format versions up to 0.14.</summary>
    internal static bool Looks(ReadOnlySpan<byte> head) =>
        ArrowFileReader.LooksLikeFile(head)
        || (head.Length >= 8 && (MemoryMarshal.Read<uint>(head) == uint.MaxValue || (MemoryMarshal.Read<uint>(head) is > 0 and <= 4 << 20 && head[3] == 0 && head[..8].Contains((byte)0))));

    /// <exception cref="WorkerRefusedException">It is damaged, too large, or holds what is not taken.</exception>
    internal static SourceTable Open(DuckDbConnection connection, string path, LoadWork work, Action<double> tell)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
            var head = new byte[8];
            var isFile = file.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8 && ArrowFileReader.LooksLikeFile(head);
            IArrowReader Start()
            {
                file.Position = 0;
                return isFile ? new ArrowFileReader(file, ArrowLimits.Loading) : new ArrowStreamReader(file, ArrowLimits.Loading);
            }

            using var json = new NestedJson();
            var digits = Digits(Start());
            var table = Take(connection, Start(), json, digits, work, () => tell(file.Length == 0 ? 0 : (double)file.Position / file.Length));
            return !isFile && file.Position != file.Length ? throw new WorkerRefusedException(LoadRules.Arrow) : table;
        }
        catch (ArrowFormatException refused)
        {
            throw new WorkerRefusedException(refused.Refusal switch
            {
                ArrowRefusal.TooLarge => LoadRules.ArrowLimit,
                ArrowRefusal.NotSupported => LoadRules.ArrowFeature,
                _ => LoadRules.Arrow,
            });
        }
    }

    // Decimals need a look beforehand: the engine's type must hold the longest.
    private static int[] Digits(IArrowReader reader)
    {
        var digits = new int[reader.Schema.Fields.Count];
        int[] decimals = [.. Enumerable.Range(0, digits.Length).Where(i => ArrowCell.Meaning(reader.Schema.Fields[i]).Type.IsDecimal)];
        while (decimals.Length > 0 && reader.Next() is { } batch)
        {
            foreach (var i in decimals)
            {
                digits[i] = ArrowDecimals.Longest(batch.Columns[i], digits[i]);
            }
        }

        return digits;
    }

    private static SourceTable Take(DuckDbConnection connection, IArrowReader reader, NestedJson json, int[] digits, LoadWork work, Action tell)
    {
        var fields = reader.Schema.Fields;
        if (fields.Count is 0 or > CsvHeader.MaxColumns)
        {
            throw new WorkerRefusedException(LoadRules.Columns);
        }

        var names = ArrowNames.Unique(fields, StringComparer.OrdinalIgnoreCase);
        if (names.Any(name => !CsvHeader.Usable(name)))
        {
            throw new WorkerRefusedException(LoadRules.Header);
        }

        var plans = fields.Select((field, i) => ArrowPlan.Of(field, json, digits[i])).ToArray();
        connection.Execute($"CREATE TABLE loaded ({string.Join(", ", plans.Select((plan, i) => $"{CsvSource.Column(i)} {plan.Sql}"))})");
        using (var appender = DuckDbAppender.Create(connection, null, "loaded"))
        {
            using var chunk = DuckDbChunk.Create(plans.Select(plan => plan.Create()).ToArray());
            while (reader.Next() is { } batch)
            {
                Append(appender, chunk, batch, plans);
                tell();
            }

            appender.Complete();
        }

        var rows = connection.ScalarInt64("SELECT count(*) FROM loaded") ?? 0;
        if (rows == 0 && !work.AcceptEmpty)
        {
            throw new WorkerRefusedException(LoadRules.NoRows);
        }

        return new SourceTable("loaded", string.Create(CultureInfo.InvariantCulture, $"rowid % {SourceTable.Step(rows)} = 0"), Columns(connection, fields, names, plans));
    }

    private static void Append(DuckDbAppender appender, DuckDbChunk chunk, ArrowBatch batch, ArrowPlan[] plans)
    {
        for (var from = 0; from < batch.Rows; from += DuckDbDatabase.VectorSize)
        {
            var rows = Math.Min(DuckDbDatabase.VectorSize, batch.Rows - from);
            chunk.Reset();
            for (var i = 0; i < plans.Length; i++)
            {
                try
                {
                    Fill(chunk.Writable(i), batch.Columns[i], from, rows, plans[i]);
                }
                catch (ArrowValueException)
                {
                    throw new WorkerRefusedException(LoadRules.ArrowValue, i, ArrowTypeText.Of(batch.Columns[i].Field));
                }
            }

            chunk.Rows = rows;
            appender.Append(chunk);
        }
    }

    private static void Fill(DuckDbVector vector, ArrowColumn column, int from, int rows, ArrowPlan plan)
    {
        var direct = plan.CopyBytes != 0 && column.Field.Dictionary is null && column.Field.Type.Kind != ArrowKind.RunEnds;
        if (direct)
        {
            column.Data.Span.Slice(from * plan.CopyBytes, rows * plan.CopyBytes).CopyTo(vector.WritableBytes(plan.CopyBytes));
            if (column.MissingCount == 0)
            {
                return;
            }
        }

        for (var row = 0; row < rows; row++)
        {
            if (!ArrowCell.Find(column, from + row, out var cell))
            {
                vector.SetNull(row);
            }
            else if (!direct)
            {
                plan.Put(vector, row, cell);
            }
        }
    }

    private static SourceColumn[] Columns(DuckDbConnection connection, IReadOnlyList<ArrowField> fields, string[] names, ArrowPlan[] plans)
    {
        var columns = new SourceColumn[plans.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var stored = CsvSource.Column(i);
            columns[i] = new SourceColumn(names[i], stored, plans[i].Type, ArrowTypeText.Of(fields[i]));
            if (plans[i].Better is var (when, expression, type)
                && connection.ScalarInt64($"SELECT count(*) FROM loaded WHERE {stored} IS NOT NULL AND NOT ({string.Format(CultureInfo.InvariantCulture, when, stored)})") == 0)
            {
                columns[i] = columns[i] with { Expression = string.Format(CultureInfo.InvariantCulture, expression, stored), Type = type };
            }
        }

        return columns;
    }
}
