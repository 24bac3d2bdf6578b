using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sandbox.Vault.Arrow;

namespace Sandbox.Vault.Loading;

/// <summary>
/// One nested Arrow value as JSON text that loses nothing: lists as arrays, structures as objects, maps as arrays of {key, value} in their order,
/// unions as {type, value}; whole numbers, decimals and times (in their own unit) as numbers of all digits, floats in their shortest exact form
/// (NaN and infinities as texts), bytes as hexadecimal text.
/// </summary>
internal sealed class NestedJson : IDisposable
{
    /// <summary>Most bytes of one value: overlapping list views can make gigabytes out of a few bytes.</summary>
    internal const int MostBytes = 16 << 20;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<ArrowField, JsonEncodedText[]> _names = new(ReferenceEqualityComparer.Instance);

    internal NestedJson() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 256, SkipValidation = true });

    /// <exception cref="ArrowValueException">The value is longer than is taken.</exception>
    internal ReadOnlySpan<byte> Write(ArrowCell cell)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        Value(cell);
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();

    private void Any(ArrowColumn column, int row)
    {
        if (_json.BytesPending + _json.BytesCommitted > MostBytes)
        {
            throw new ArrowValueException();
        }

        if (ArrowCell.Find(column, row, out var cell))
        {
            Value(cell);
        }
        else
        {
            _json.WriteNullValue();
        }
    }

    private void Value(ArrowCell cell)
    {
        var (column, row) = cell;
        var type = column.Field.Type;
        switch (type.Kind)
        {
            case ArrowKind.Bool:
                _json.WriteBooleanValue(column.GetBool(row));
                break;
            case ArrowKind.UInt64:
                _json.WriteNumberValue(column.Values<ulong>()[row]);
                break;
            case ArrowKind.Float16 or ArrowKind.Float32:
                Float((float)column.GetDouble(row)!.Value);
                break;
            case ArrowKind.Float64:
                Float(column.GetDouble(row)!.Value);
                break;
            case ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Utf8View:
                _json.WriteStringValue(cell.Bytes);
                break;
            case ArrowKind.Binary or ArrowKind.LargeBinary or ArrowKind.BinaryView or ArrowKind.FixedBinary:
                _json.WriteStringValue(Convert.ToHexString(cell.Bytes));
                break;
            case ArrowKind.Decimal32 or ArrowKind.Decimal64 or ArrowKind.Decimal128 or ArrowKind.Decimal256:
                _json.WriteRawValue(ArrowDecimals.Text(cell), skipInputValidation: true);
                break;
            case ArrowKind.IntervalDayTime or ArrowKind.IntervalMonthDayNano:
                Interval(type.Kind, cell.Bytes);
                break;
            case ArrowKind.Struct:
                Structure(column, row);
                break;
            case ArrowKind.Map:
                Map(column, row);
                break;
            case ArrowKind.SparseUnion or ArrowKind.DenseUnion:
                var (child, at) = column.Member(row);
                _json.WriteStartObject();
                _json.WriteNumber("type"u8, column.Field.Tags[child]);
                _json.WritePropertyName("value"u8);
                Any(column.Children[child], at);
                _json.WriteEndObject();
                break;
            case >= ArrowKind.List and <= ArrowKind.FixedList:
                var (from, count) = column.Items(row);
                _json.WriteStartArray();
                for (var i = 0; i < count; i++)
                {
                    Any(column.Children[0], from + i);
                }

                _json.WriteEndArray();
                break;
            default:
                _json.WriteNumberValue(cell.Whole);
                break;
        }
    }

    private void Float<T>(T value)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (T.IsFinite(value))
        {
            _json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            _json.WriteStringValue(text);
        }
    }

    private void Interval(ArrowKind kind, ReadOnlySpan<byte> bytes)
    {
        _json.WriteStartObject();
        if (kind == ArrowKind.IntervalDayTime)
        {
            _json.WriteNumber("days"u8, BinaryPrimitives.ReadInt32LittleEndian(bytes));
            _json.WriteNumber("milliseconds"u8, BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));
        }
        else
        {
            _json.WriteNumber("months"u8, BinaryPrimitives.ReadInt32LittleEndian(bytes));
            _json.WriteNumber("days"u8, BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));
            _json.WriteNumber("nanoseconds"u8, BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]));
        }

        _json.WriteEndObject();
    }

    private void Structure(ArrowColumn column, int row)
    {
        if (!_names.TryGetValue(column.Field, out var names))
        {
            _names[column.Field] = names = [.. ArrowNames.Unique(column.Field.Children, StringComparer.Ordinal).Select(name => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        }

        _json.WriteStartObject();
        for (var i = 0; i < names.Length; i++)
        {
            _json.WritePropertyName(names[i]);
            Any(column.Children[i], row);
        }

        _json.WriteEndObject();
    }

    private void Map(ArrowColumn column, int row)
    {
        var (from, count) = column.Items(row);
        var entries = column.Children[0];
        _json.WriteStartArray();
        for (var i = from; i < from + count; i++)
        {
            _json.WriteStartObject();
            _json.WritePropertyName("key"u8);
            Any(entries.Children[0], i);
            _json.WritePropertyName("value"u8);
            Any(entries.Children[1], i);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }
}
