using System.Globalization;
using System.Text;

namespace Sandbox.Export.Serialising;

/// <summary>
/// Writes numbers in the one form in which they leave: rounded to the declared significant digits, invariant culture, no trailing zeros,
/// plain notation between 1e-7 and 1e21. The same value always gives the same bytes and the low digits, which could carry a message, are gone.
/// </summary>
public static class NumberForm
{
    /// <summary>Most digits that may be declared; a double holds 15 for certain.</summary>
    public const int MaxDigits = 15;

    /// <param name="value">A whole number, written in full.</param>
    public static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <exception cref="ArgumentOutOfRangeException">Digits outside 1 to 15.</exception>
    public static string Rounded(decimal value, int digits) => Plain(value.ToString(Pattern(digits), CultureInfo.InvariantCulture));

    /// <exception cref="ArgumentOutOfRangeException">Digits outside 1 to 15, or a value that is not a finite number.</exception>
    public static string Rounded(double value, int digits)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(nameof(value), "Only finite numbers leave.");
        }

        return Plain(value.ToString(Pattern(digits), CultureInfo.InvariantCulture));
    }

    private static string Pattern(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, MaxDigits);
        return string.Create(CultureInfo.InvariantCulture, $"E{digits - 1}");
    }

    /// <summary>Turns <c>-1.2300E+004</c> into <c>-12300</c>.</summary>
    private static string Plain(string scientific)
    {
        var mark = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var negative = scientific[0] == '-';
        var digits = scientific[(negative ? 1 : 0)..mark].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        if (digits.Length == 0)
        {
            return "0";
        }

        var text = new StringBuilder(negative ? "-" : "");
        if (exponent is < -7 or >= 21)
        {
            text.Append(digits[0]);
            if (digits.Length > 1)
            {
                text.Append('.').Append(digits, 1, digits.Length - 1);
            }

            text.Append('E').Append(exponent.ToString(CultureInfo.InvariantCulture));
        }
        else if (exponent < 0)
        {
            text.Append("0.").Append('0', -exponent - 1).Append(digits);
        }
        else if (digits.Length <= exponent + 1)
        {
            text.Append(digits).Append('0', exponent + 1 - digits.Length);
        }
        else
        {
            text.Append(digits, 0, exponent + 1).Append('.').Append(digits, exponent + 1, digits.Length - exponent - 1);
        }

        return text.ToString();
    }
}
