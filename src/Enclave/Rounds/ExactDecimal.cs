using System.Globalization;

namespace Sandbox.Enclave.Rounds;

/// <summary>A decimal number exactly as it was written: <c>Units · 10^-Decimals</c>. At most 30 digits and 30 decimals.</summary>
public readonly record struct ExactDecimal(Int128 Units, int Decimals)
{
    /// <summary>Most decimals.</summary>
    public const int MostDecimals = 30;

    private const int MostDigits = 30;

    /// <summary>Reads an optional sign, digits, an optional point with digits and an optional exponent; nothing is rounded.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ExactDecimal value)
    {
        value = default;
        var exponent = 0;
        if (text.IndexOfAny('e', 'E') is >= 0 and var mark)
        {
            if (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || exponent is < -MostDigits or > MostDigits)
            {
                return false;
            }

            text = text[..mark];
        }

        var negative = text is ['-', ..];
        text = text is ['-' or '+', ..] ? text[1..] : text;
        Int128 units = 0;
        int digits = 0, decimals = 0;
        var point = false;
        foreach (var c in text)
        {
            if (c == '.' && !point)
            {
                point = true;
                continue;
            }

            if (!char.IsAsciiDigit(c) || (units != 0 && digits >= MostDigits))
            {
                return false;
            }

            units = (units * 10) + (c - '0');
            digits += units == 0 ? 0 : 1;
            decimals += point ? 1 : 0;
            value = new(units, decimals);
        }

        return text.ContainsAnyInRange('0', '9') && decimals <= 2 * MostDigits && Normal(negative ? -units : units, decimals - exponent, out value);
    }

    /// <summary>The number in units of 10^-<paramref name="decimals"/>; false when it has more decimals than that or leaves the integer's range.</summary>
    public bool TryScale(int decimals, out long scaled)
    {
        scaled = 0;
        if (!TryScale(decimals, out Int128 units) || units > long.MaxValue || units < -long.MaxValue)
        {
            return false;
        }

        scaled = (long)units;
        return true;
    }

    /// <inheritdoc cref="TryScale(int, out long)"/>
    public bool TryScale(int decimals, out Int128 scaled)
    {
        scaled = 0;
        var (units, own) = (Units, Decimals);
        for (; own > decimals; own--)
        {
            if (units % 10 != 0)
            {
                return false;
            }

            units /= 10;
        }

        for (; own < decimals; own++)
        {
            if (Int128.Abs(units) > Int128.MaxValue / 10)
            {
                return false;
            }

            units *= 10;
        }

        scaled = units;
        return true;
    }

    /// <summary>All decimals are written, trailing zeros too: 1.50 stays 1.50.</summary>
    public override string ToString()
    {
        if (Decimals == 0)
        {
            return Units.ToString(CultureInfo.InvariantCulture);
        }

        var text = Int128.Abs(Units).ToString(CultureInfo.InvariantCulture).PadLeft(Decimals + 1, '0');
        return (Units < 0 ? "-" : "") + text[..^Decimals] + "." + text[^Decimals..];
    }

    private static bool Normal(Int128 units, int decimals, out ExactDecimal value)
    {
        value = default;
        for (; decimals < 0; decimals++)
        {
            if (Int128.Abs(units) > Int128.MaxValue / 100)
            {
                return false;
            }

            units *= 10;
        }

        value = new(units, decimals);
        return decimals <= MostDecimals;
    }
}
