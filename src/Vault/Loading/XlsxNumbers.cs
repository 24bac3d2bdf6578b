using System.Globalization;

namespace Sandbox.Vault.Loading;

/// <summary>Numbers of cells: which are dates, and how a number is written so that nothing of it is lost.</summary>
internal static class XlsxNumbers
{
    // A cell holds 15 digits: of a longer whole number the last ones were lost when it was typed in.
    private const decimal FirstLost = 1_000_000_000_000_000m;
    private const int Lost1900 = 60;
    private const int From1904Days = 1462;
    private const double MostSerial = 2_958_465.999_999_9;

    /// <summary>Formats that are built in (ECMA-376 18.8.30), with those of Chinese, Japanese and Korean spreadsheets.</summary>
    internal static bool IsDateFormat(int format) => format is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58);

    /// <summary>Whether a format code shows a date or time: one of its letters outside quotes, brackets and escapes.</summary>
    internal static bool IsDateFormat(string code)
    {
        var (quoted, bracket) = (false, false);
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' or '_' or '*' when !quoted:
                    i++;
                    break;
                case '[' when !quoted:
                    // [h], [mm] and [s] are spans of time; [Red], [$-804] and [>100] are not.
                    bracket = true;
                    if (i + 1 < code.Length && code[i + 1] is 'h' or 'H' or 'm' or 'M' or 's' or 'S' && code.AsSpan(i).IndexOf(']') is > 0 and var end && code.AsSpan(i + 1, end - 1).TrimEnd(code[i + 1]).IsEmpty)
                    {
                        return true;
                    }

                    break;
                case ']' when !quoted:
                    bracket = false;
                    break;
                case 'y' or 'Y' or 'd' or 'D' or 'h' or 'H' or 's' or 'S' or 'm' or 'M' when !quoted && !bracket:
                    return true;
                case 'G' when !quoted && !bracket && code.AsSpan(i).StartsWith("General", StringComparison.Ordinal):
                    i += 6;
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>All digits of a number; null when it is none, or when it has lost some.</summary>
    internal static string? Number(string raw)
    {
        if (!double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) || !double.IsFinite(real))
        {
            return null;
        }

        // Written out without an exponent where that is the same number.
        return decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && (double)value == real
            ? decimal.Truncate(value) == value && Math.Abs(value) >= FirstLost ? null : Plain(value)
            : Math.Abs(real) < 1 ? raw : null;
    }

    /// <summary>A day, a moment or a time of day; null when the number is none.</summary>
    internal static string? Date(string raw, bool from1904)
    {
        if (!double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var serial) || !(serial >= 0) || serial > MostSerial)
        {
            return null;
        }

        var milliseconds = Math.Round((serial - Math.Floor(serial)) * 86_400_000);
        var time = TimeSpan.FromMilliseconds(milliseconds);
        var days = (int)Math.Floor(serial);
        if (days == 0 && !from1904)
        {
            return Time(time);
        }

        // The format counts a 29 February 1900 that never was.
        days = from1904 ? days + From1904Days : days > Lost1900 ? days : days == Lost1900 ? -1 : days + 1;
        if (days < 0)
        {
            return null;
        }

        var moment = new DateTime(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified).AddDays(days) + time;
        return time == TimeSpan.Zero ? moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : $"{moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} {Time(moment.TimeOfDay)}";
    }

    private static string Time(TimeSpan time) => time.ToString(time.Milliseconds == 0 ? "hh\\:mm\\:ss" : "hh\\:mm\\:ss\\.fff", CultureInfo.InvariantCulture);

    private static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
