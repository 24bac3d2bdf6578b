using System.Globalization;

namespace Sandbox.Vault.Loading;

/// <summary>Reads UTF-8 text as a value of one type. Never rounds, never guesses: text that is not of the form is refused.</summary>
/// <typeparam name="T">The value as the engine stores it.</typeparam>
internal interface ITextValue<T>
    where T : unmanaged
{
    /// <returns>False when the text is not of the form or its value does not fit.</returns>
    static abstract bool TryRead(ReadOnlySpan<byte> text, out T value);
}

/// <summary>A 64-bit whole number that is written as it is printed: no plus, no leading zero, no minus nought.</summary>
internal readonly struct LosslessWhole : ITextValue<long>
{
    private const int SafeDigits = 18;

    public static bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var negative = text.StartsWith((byte)'-');
        var digits = negative ? text[1..] : text;
        if (digits.IsEmpty || digits.Length > SafeDigits + 1 || (digits[0] == '0' && text.Length > 1))
        {
            return false;
        }

        var sum = 0UL;
        foreach (var digit in digits)
        {
            var one = unchecked((uint)digit - '0');
            if (one > 9)
            {
                return false;
            }

            sum = (sum * 10) + one;
        }

        // Nineteen digits are below 2^64, so the sum itself can't have wrapped.
        if (sum > long.MaxValue + (negative ? 1UL : 0))
        {
            return false;
        }

        value = negative ? unchecked(-(long)sum) : (long)sum;
        return true;
    }
}

/// <summary>A decimal of at most fifteen digits without leading zeros and exponent: every such text has a floating number of its own (IEEE 754 binary64).</summary>
internal readonly struct LosslessFloating : ITextValue<double>
{
    private const int MostDigits = 15;

    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var negative = text.StartsWith((byte)'-');
        var rest = negative ? text[1..] : text;
        if (rest.IsEmpty || rest.Length > MostDigits + 1 || (rest[0] == '0' && rest.Length > 1 && rest[1] != '.'))
        {
            return false;
        }

        var (sum, point) = (0L, -1);
        for (var at = 0; at < rest.Length; at++)
        {
            var one = unchecked((uint)rest[at] - '0');
            if (one <= 9)
            {
                sum = (sum * 10) + one;
            }
            else if (rest[at] == '.' && point < 0 && at > 0 && at < rest.Length - 1)
            {
                point = at;
            }
            else
            {
                return false;
            }
        }

        if (rest.Length - (point < 0 ? 0 : 1) > MostDigits)
        {
            return false;
        }

        // Both are exact, so one division rounds once (Clinger 1990).
        value = sum / Powers[point < 0 ? 0 : rest.Length - 1 - point];
        value = negative ? -value : value;
        return true;
    }
}

/// <summary>YYYY-MM-DD of the Gregorian calendar, years 0001 to 9999, as days since 1970-01-01.</summary>
internal readonly struct TextDate : ITextValue<int>
{
    internal const int Length = 10;

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    public static bool TryRead(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        if (text.Length != Length || text[4] != '-' || text[7] != '-'
            || !TextDigits.TryRead(text[..4], out var year) || !TextDigits.TryRead(text[5..7], out var month) || !TextDigits.TryRead(text[8..], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || (day > 28 && day > DateTime.DaysInMonth(year, month)))
        {
            return false;
        }

        value = new DateOnly(year, month, day).DayNumber - Epoch;
        return true;
    }
}

/// <summary>A date, a blank or T, and HH:MM:SS with at most six digits of a second, as microseconds since 1970-01-01 00:00.</summary>
internal readonly struct LosslessTimestamp : ITextValue<long>
{
    public static bool TryRead(ReadOnlySpan<byte> text, out long value) => TextMoment.TryRead(text, secondsMayLack: false, out value);
}

/// <summary>The same; the seconds may be left out.</summary>
internal readonly struct DeclaredTimestamp : ITextValue<long>
{
    public static bool TryRead(ReadOnlySpan<byte> text, out long value) => TextMoment.TryRead(text, secondsMayLack: true, out value);
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal readonly struct LosslessBoolean : ITextValue<byte>
{
    public static bool TryRead(ReadOnlySpan<byte> text, out byte value)
    {
        value = text.SequenceEqual("true"u8) ? (byte)1 : (byte)0;
        return value == 1 || text.SequenceEqual("false"u8);
    }
}

/// <summary>True, false, in small or large letters or with a large first one, 1 or 0.</summary>
internal readonly struct DeclaredBoolean : ITextValue<byte>
{
    public static bool TryRead(ReadOnlySpan<byte> text, out byte value)
    {
        value = text.SequenceEqual("true"u8) || text.SequenceEqual("1"u8) || text.SequenceEqual("TRUE"u8) || text.SequenceEqual("True"u8) ? (byte)1 : (byte)0;
        return value == 1 || text.SequenceEqual("false"u8) || text.SequenceEqual("0"u8) || text.SequenceEqual("FALSE"u8) || text.SequenceEqual("False"u8);
    }
}

/// <summary>A 64-bit whole number; a sign and leading zeros are nothing that is lost where the provider says it is a number.</summary>
internal readonly struct DeclaredWhole : ITextValue<long>
{
    public static bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        if (LosslessWhole.TryRead(text, out value))
        {
            return true;
        }

        var digits = text.StartsWith((byte)'-') || text.StartsWith((byte)'+') ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }
}

/// <summary>A decimal, with an exponent or not, rounded to the nearest floating number; what is beyond the largest is refused.</summary>
internal readonly struct DeclaredFloating : ITextValue<double>
{
    public static bool TryRead(ReadOnlySpan<byte> text, out double value) =>
        LosslessFloating.TryRead(text, out value)
        || (IsDecimal(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value));

    // [+-]? (digits [. digits*] | . digits) ([eE] [+-]? digits)?
    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        text = text.StartsWith((byte)'-') || text.StartsWith((byte)'+') ? text[1..] : text;
        var whole = Digits(ref text);
        var broken = 0;
        if (text.StartsWith((byte)'.'))
        {
            text = text[1..];
            broken = Digits(ref text);
        }

        if (whole + broken == 0)
        {
            return false;
        }

        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is not ((byte)'e' or (byte)'E'))
        {
            return false;
        }

        text = text[1..];
        text = text.StartsWith((byte)'-') || text.StartsWith((byte)'+') ? text[1..] : text;
        return Digits(ref text) > 0 && text.IsEmpty;
    }

    private static int Digits(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var count = end < 0 ? text.Length : end;
        text = text[count..];
        return count;
    }
}

/// <summary>Date and time of day.</summary>
internal static class TextMoment
{
    private const int MinutesEnd = 16;
    private const int SecondsEnd = 19;
    private const int MostParts = 6;

    internal static bool TryRead(ReadOnlySpan<byte> text, bool secondsMayLack, out long value)
    {
        value = 0;
        if (text.Length is not (MinutesEnd or SecondsEnd or (> SecondsEnd + 1 and <= SecondsEnd + 1 + MostParts)) || (text.Length == MinutesEnd && !secondsMayLack)
            || !TextDate.TryRead(text[..TextDate.Length], out var days)
            || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':'
            || !TextDigits.TryRead(text[11..13], out var hour) || !TextDigits.TryRead(text[14..16], out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        var (second, parts) = (0, 0);
        if (text.Length > MinutesEnd && (text[16] != ':' || !TextDigits.TryRead(text[17..19], out second) || second > 59))
        {
            return false;
        }

        if (text.Length > SecondsEnd)
        {
            if (text[SecondsEnd] != '.' || !TextDigits.TryRead(text[(SecondsEnd + 1)..], out parts))
            {
                return false;
            }

            for (var digits = text.Length - SecondsEnd - 1; digits < MostParts; digits++)
            {
                parts *= 10;
            }
        }

        value = (((((days * 24L) + hour) * 60) + minute) * 60 + second) * 1_000_000 + parts;
        return true;
    }
}

/// <summary>A few digits.</summary>
internal static class TextDigits
{
    /// <returns>False when there is anything but digits.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            var one = unchecked((uint)digit - '0');
            if (one > 9)
            {
                return false;
            }

            value = (value * 10) + (int)one;
        }

        return true;
    }
}
