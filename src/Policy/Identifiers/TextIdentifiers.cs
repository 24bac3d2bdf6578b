using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sandbox.Policy.Identifiers;

/// <summary>Mail and network addresses.</summary>
internal static class NetworkAddress
{
    private static readonly SearchValues<char> HexAndColons = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool IsEmail(ReadOnlySpan<char> value)
    {
        if (value.Length is < 6 or > 254)
        {
            return false;
        }

        var at = value.IndexOfAny('@', '＠');
        if (at is < 1 or > 64 || value[(at + 1)..].ContainsAny('@', '＠'))
        {
            return false;
        }

        var domain = value[(at + 1)..];
        var dot = domain.LastIndexOf('.');
        return dot > 0 && domain.Length - dot > 2 && !domain.Contains("..", StringComparison.Ordinal) && domain[0] is not ('.' or '-')
            && All(value[..at], c => char.IsLetterOrDigit(c) || ".!#$%&'*+/=?^_`{|}~-".Contains(c, StringComparison.Ordinal))
            && All(domain, c => char.IsLetterOrDigit(c) || c is '.' or '-')
            && All(domain[(dot + 1)..], char.IsLetter);
    }

    public static bool IsIp(ReadOnlySpan<char> value)
    {
        if (value.Length is < 3 or > 45 || !value.ContainsAny('.', ':') || !IPAddress.TryParse(value, out var address))
        {
            return false;
        }

        // "1" and "1.2" are addresses to the parser; people write four parts, and a decimal number is no address.
        return address.AddressFamily == AddressFamily.InterNetwork ? value.Count('.') == 3 : value.Count(':') >= 2 && !value.ContainsAnyExcept(HexAndColons);
    }

    private static bool All(ReadOnlySpan<char> text, Func<char, bool> allowed)
    {
        foreach (var character in text)
        {
            if (!allowed(character))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Personal names in Chinese characters: a known surname and one or two more characters, or a dotted name of a minority.</summary>
internal static class PersonName
{
    public static bool IsName(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || !IsHan(value[0]))
        {
            return false;
        }

        if (value.ContainsAny('·', '•', '．'))
        {
            return value.Length is >= 5 and <= 20 && HanOnly(value, dots: true) && value.IndexOfAny('·', '•', '．') is > 1;
        }

        if (value.Length is < 2 or > 4 || !HanOnly(value, dots: false))
        {
            return false;
        }

        var surname = ChineseSurnames.Length(value);
        var given = value.Length - surname;
        return surname > 0 && given is 1 or 2 && surname + given <= 4 && DivisionNames.ProvinceLength(value) == 0 && !"省市区县镇乡村街路局厅部".Contains(value[^1], StringComparison.Ordinal);
    }

    public static bool IsHan(char character) => character is (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF');

    public static bool HanOnly(ReadOnlySpan<char> value, bool dots)
    {
        foreach (var character in value)
        {
            if (!IsHan(character) && !(dots && character is '·' or '•' or '．'))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Postal addresses in Chinese: at least two levels of divisions or streets and a number or building.</summary>
internal static class PostalAddress
{
    private static readonly SearchValues<char> Streets = SearchValues.Create("路街巷道村弄");
    private static readonly SearchValues<char> Houses = SearchValues.Create("号栋楼幢室");

    public static bool IsAddress(ReadOnlySpan<char> value)
    {
        if (value.Length is < 6 or > 120 || !PersonName.IsHan(value[0]))
        {
            return false;
        }

        var divisions = (DivisionNames.ProvinceLength(value) > 0 ? 1 : 0) + (value.ContainsAny("市州盟") ? 1 : 0) + (value.ContainsAny("区县旗") ? 1 : 0) + (value.ContainsAny("镇乡") || value.Contains("街道", StringComparison.Ordinal) ? 1 : 0);
        var streets = value.ContainsAny(Streets) ? 1 : 0;
        var house = value.ContainsAny(Houses) || value.Contains("小区", StringComparison.Ordinal) ? 1 : 0;
        return divisions + streets >= 2 && streets + house >= 1 && divisions + streets + house >= 3;
    }
}

/// <summary>Dates of birth written as a date of the last 130 years; a date alone is a hint only, the column's name decides.</summary>
internal static class BirthDate
{
    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd", "yyyy.MM.dd", "yyyy/M/d", "yyyy-M-d", "yyyy年M月d日", "yyyy-MM-dd HH:mm:ss"];

    public static bool IsBirthDate(ReadOnlySpan<char> value) =>
        value.Length is >= 8 and <= 19 && value[0] is '1' or '2' && value[4] is '-' or '/' or '.' or '年' or (>= '0' and <= '9')
        && DateOnly.TryParseExact(value, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && date.Year is >= 1900 and <= ResidentIdentity.LastYear;
}
