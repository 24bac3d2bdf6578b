using System.Globalization;
using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Vault.Arrow;

namespace Sandbox.Host.Rounds;

/// <summary>
/// Rows of an Arrow IPC stream (taken batch by batch) or file (taken whole, at most 1 GiB) at a provider's home. Numbers become the text that they exactly are: whole numbers
/// and decimals as they stand, floating numbers as the shortest text that reads back as the same number.
/// </summary>
internal sealed class ArrowRows : ProviderRows
{
    private const int LeadIn = 6;

    private readonly Func<ArrowBatch?> _next;
    private readonly ArrowSchema _schema;
    private IReadOnlyList<int> _columns = [];
    private ArrowBatch? _batch;
    private int _at;
    private long _row;

    /// <param name="source">Read as the rows are.</param>
    /// <exception cref="RefusedException">No Arrow.</exception>
    public ArrowRows(Stream source)
    {
        (_schema, _next) = Taken(() =>
        {
            var head = new byte[LeadIn];
            var isFile = source.ReadAtLeast(head, LeadIn, throwOnEndOfStream: false) == LeadIn && head.AsSpan().SequenceEqual("ARROW1"u8);
            source.Position = 0;
            if (!isFile)
            {
                var reader = new ArrowStreamReader(source, ArrowLimits.Default);
                return (reader.Schema, (Func<ArrowBatch?>)reader.Next);
            }

            if (source.Length > ArrowLimits.Default.TotalBytes)
            {
                throw new RefusedException(RoundWords.ArrowForm());
            }

            var bytes = new byte[source.Length];
            source.ReadExactly(bytes);
            var table = ArrowTable.FromUntrusted(bytes, ArrowLimits.Default);
            var batches = table.Batches.GetEnumerator();
            return (table.Schema, () => batches.MoveNext() ? batches.Current : null);
        });
        Header = [.. _schema.Fields.Select(field => field.Name)];
    }

    public override string[]? Header { get; }

    public override void Choose(IReadOnlyList<int> columns)
    {
        if (columns.Any(column => _schema.Fields[column].Type is { IsInteger: false, IsText: false, Kind: not (ArrowKind.Float16 or ArrowKind.Float32 or ArrowKind.Float64 or ArrowKind.Decimal128) }))
        {
            throw new RefusedException(RoundWords.ArrowForm());
        }

        _columns = columns;
    }

    public override string?[]? Next()
    {
        while (_batch is null || _at == _batch.Rows)
        {
            (_batch, _at) = (Taken(_next), 0);
            if (_batch is null)
            {
                return null;
            }
        }

        var values = new string?[_columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Text(_batch.Columns[_columns[i]], _at);
        }

        _at++;
        _row++;
        return values;
    }

    public override Refusal Here(Refusal refusal) => RoundWords.Record(_row, refusal);

    private static string? Text(ArrowColumn column, int row)
    {
        if (column.IsMissing(row))
        {
            return null;
        }

        var type = column.Field.Type;
        var values = column.Dictionary is null;
        return type.Kind switch
        {
            ArrowKind.Utf8 or ArrowKind.LargeUtf8 => column.GetText(row),
            ArrowKind.Float64 => column.GetDouble(row)?.ToString("R", CultureInfo.InvariantCulture),
            ArrowKind.Float32 => ((float?)column.GetDouble(row))?.ToString("R", CultureInfo.InvariantCulture),
            ArrowKind.Float16 => ((Half?)column.GetDouble(row))?.ToString("R", CultureInfo.InvariantCulture),
            ArrowKind.UInt64 when values => column.Values<ulong>()[row].ToString(CultureInfo.InvariantCulture),
            ArrowKind.Decimal128 when values => column.GetDecimalUnscaled(row) is { } units ? string.Create(CultureInfo.InvariantCulture, $"{units}e{-type.Scale}") : null,
            _ when type.IsInteger => column.GetInt64(row)?.ToString(CultureInfo.InvariantCulture),
            _ => throw new RefusedException(RoundWords.ArrowForm()),
        };
    }

    private static T Taken<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ArrowFormatException)
        {
            throw new RefusedException(RoundWords.ArrowForm());
        }
    }
}
