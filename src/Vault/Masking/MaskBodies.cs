using System.Buffers;
using System.Globalization;
using System.Text;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>Policy's pure masking functions over a vector. A missing value stays missing.</summary>
internal static class MaskBodies
{
    private const int DaysToEpoch = 719162;
    private const long MicrosecondsPerTick = 10;

    public static void Text(MaskRule rule, DuckDbVector input, DuckDbVector output)
    {
        var buffer = ArrayPool<char>.Shared.Rent(256);
        try
        {
            for (var row = 0; row < input.Rows; row++)
            {
                if (input.IsNull(row))
                {
                    output.SetNull(row);
                    continue;
                }

                var utf8 = input.Bytes(row);
                if (buffer.Length < utf8.Length)
                {
                    ArrayPool<char>.Shared.Return(buffer, clearArray: true);
                    buffer = ArrayPool<char>.Shared.Rent(utf8.Length);
                }

                var length = Encoding.UTF8.GetChars(utf8, buffer);
                Set(output, row, rule.Apply(buffer.AsSpan(0, length)));
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Decimals travel as text, which every width and scale has.</summary>
    public static void Decimal(MaskRule rule, DuckDbVector input, DuckDbVector output, ReadOnlySpan<ulong> draws = default)
    {
        for (var row = 0; row < input.Rows; row++)
        {
            // A number too wide for the arithmetic is left out, never passed on unmasked.
            var masked = !input.IsNull(row) && decimal.TryParse(input.Bytes(row), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                ? draws.IsEmpty ? rule.Apply(value) : rule.Apply(value, draws[row])
                : null;
            Set(output, row, masked?.ToString(CultureInfo.InvariantCulture));
        }
    }

    public static void Integer(MaskRule rule, DuckDbVector input, DuckDbVector output, ReadOnlySpan<ulong> draws = default)
    {
        var values = input.Values<long>();
        var masked = output.Writable<long>();
        for (var row = 0; row < values.Length; row++)
        {
            if (!input.IsNull(row) && (draws.IsEmpty ? rule.Apply(values[row]) : rule.Apply(values[row], draws[row])) is { } value)
            {
                masked[row] = value;
            }
            else
            {
                output.SetNull(row);
            }
        }
    }

    public static void Float(MaskRule rule, DuckDbVector input, DuckDbVector output, ReadOnlySpan<ulong> draws = default)
    {
        var values = input.Values<double>();
        var masked = output.Writable<double>();
        for (var row = 0; row < values.Length; row++)
        {
            if (!input.IsNull(row) && (draws.IsEmpty ? rule.Apply(values[row]) : rule.Apply(values[row], draws[row])) is { } value)
            {
                masked[row] = value;
            }
            else
            {
                output.SetNull(row);
            }
        }
    }

    public static void Date(MaskRule rule, DuckDbVector input, DuckDbVector output, ReadOnlySpan<ulong> draws = default)
    {
        var values = input.Values<int>();
        var masked = output.Writable<int>();
        for (var row = 0; row < values.Length; row++)
        {
            // Infinite days and years outside 1 to 9999 have no calendar here.
            if (!input.IsNull(row) && values[row] is >= -DaysToEpoch and <= 2932896 && DateOnly.FromDayNumber(values[row] + DaysToEpoch) is var day
                && (draws.IsEmpty ? rule.Apply(day) : rule.Apply(day, draws[row])) is { } value)
            {
                masked[row] = value.DayNumber - DaysToEpoch;
            }
            else
            {
                output.SetNull(row);
            }
        }
    }

    public static void Timestamp(MaskRule rule, DuckDbVector input, DuckDbVector output, ReadOnlySpan<ulong> draws = default)
    {
        var values = input.Values<long>();
        var masked = output.Writable<long>();
        var first = -DateTime.UnixEpoch.Ticks / MicrosecondsPerTick;
        var last = (DateTime.MaxValue.Ticks - DateTime.UnixEpoch.Ticks) / MicrosecondsPerTick;
        for (var row = 0; row < values.Length; row++)
        {
            if (!input.IsNull(row) && values[row] >= first && values[row] <= last
                && new DateTime((values[row] * MicrosecondsPerTick) + DateTime.UnixEpoch.Ticks, DateTimeKind.Unspecified) is var time
                && (draws.IsEmpty ? rule.Apply(time) : rule.Apply(time, draws[row])) is { } value)
            {
                masked[row] = (value.Ticks - DateTime.UnixEpoch.Ticks) / MicrosecondsPerTick;
            }
            else
            {
                output.SetNull(row);
            }
        }
    }

    private static void Set(DuckDbVector output, int row, string? text)
    {
        if (text is null)
        {
            output.SetNull(row);
        }
        else
        {
            output.SetText(row, text);
        }
    }
}
