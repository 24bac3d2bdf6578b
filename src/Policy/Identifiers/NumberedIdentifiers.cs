using System.Buffers;

namespace Sandbox.Policy.Identifiers;

/// <summary>Telephone numbers of mainland China; the code is clean (digits, a plus sign or brackets).</summary>
internal static class Phone
{
    public static bool IsPhone(ReadOnlySpan<char> code)
    {
        if (code.Length is < 10 or > 20)
        {
            return false;
        }

        var national = WithoutCountry(code);
        return IsMobile(national) || IsFixedLine(national) || (national.Length < code.Length && IsAbroadFixedLine(national));
    }

    /// <summary>A mobile number, with or without the country's prefix.</summary>
    public static bool IsMobileNumber(ReadOnlySpan<char> code) => code.Length is >= 11 and <= 20 && IsMobile(WithoutCountry(code));

    private static ReadOnlySpan<char> WithoutCountry(ReadOnlySpan<char> code)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["(+86)", "(0086)", "(86)", "+86", "0086", "+(86)"])
        {
            if (code.StartsWith(prefix, StringComparison.Ordinal))
            {
                return code[prefix.Length..];
            }
        }

        return code.Length == 13 && code.StartsWith("86", StringComparison.Ordinal) ? code[2..] : code;
    }

    // 13 to 19: every third digit, as ranges are handed out year by year.
    private static bool IsMobile(ReadOnlySpan<char> code) => code.Length == 11 && code[0] == '1' && code[1] is >= '3' and <= '9' && !code.ContainsAnyExceptInRange('0', '9');

    // 0 + area code (2 or 3 digits) + 7 or 8 digits that start with 2…9.
    private static bool IsFixedLine(ReadOnlySpan<char> code)
    {
        if (code.Length > 0 && code[0] == '(' && code.IndexOf(')') is var close and > 0)
        {
            return code.Length < 20 && IsFixedLine(string.Concat(code[1..close], code[(close + 1)..]));
        }

        if (code.Length is < 10 or > 12 || code[0] != '0' || code.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var area = code[1] is '1' or '2' ? 3 : 4;
        var local = code[area..];
        return code[1] is not '0' && local.Length is 7 or 8 && local[0] is >= '2' and <= '9';
    }

    // After the country's prefix the 0 of the area code falls away.
    private static bool IsAbroadFixedLine(ReadOnlySpan<char> national) => national.Length is >= 9 and <= 11 && IsFixedLine(string.Concat("0", national));
}

/// <summary>Bank card numbers (ISO/IEC 7812): 12 to 19 digits of a card network with a Luhn check digit.</summary>
internal static class BankCard
{
    public static bool IsCard(ReadOnlySpan<char> code)
    {
        if (code.Length is < 12 or > 19 || code.ContainsAnyExceptInRange('0', '9') || !HasNetwork(code))
        {
            return false;
        }

        var sum = 0;
        for (var at = 0; at < code.Length; at++)
        {
            var digit = code[code.Length - 1 - at] - '0';
            sum += at % 2 == 0 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }

        return sum % 10 == 0;
    }

    // Ranges of issuers by their first four digits.
    private static bool HasNetwork(ReadOnlySpan<char> code)
    {
        var four = ((code[0] - '0') * 1000) + ((code[1] - '0') * 100) + ((code[2] - '0') * 10) + (code[3] - '0');
        var length = code.Length;
        return four switch
        {
            >= 4000 and <= 4999 => length is 13 or 16 or 19, // Visa
            >= 5100 and <= 5599 => length == 16, // Mastercard
            >= 2221 and <= 2720 => length == 16, // Mastercard, second series
            >= 2200 and <= 2204 => length is >= 16 and <= 19, // Mir
            >= 3400 and <= 3499 or >= 3700 and <= 3799 => length == 15, // American Express
            >= 3528 and <= 3589 => length is >= 16 and <= 19, // JCB
            >= 3000 and <= 3059 or 3095 or >= 3600 and <= 3699 or >= 3800 and <= 3999 => length is >= 14 and <= 19, // Diners Club
            >= 6200 and <= 6299 or >= 8100 and <= 8171 => length is >= 16 and <= 19, // UnionPay
            6011 or >= 6440 and <= 6599 => length is >= 16 and <= 19, // Discover
            >= 5000 and <= 5099 or >= 5600 and <= 5899 or >= 6300 and <= 6399 or >= 6700 and <= 6799 => true, // Maestro
            >= 6000 and <= 6099 or >= 6800 and <= 6999 or >= 9000 and <= 9999 => length is >= 15 and <= 19, // older cards of Chinese banks, RuPay, Troy
            _ => false,
        };
    }
}

/// <summary>Number plates of mainland China: province character, office letter, five characters, or six for new-energy cars.</summary>
internal static class Plate
{
    private static readonly SearchValues<char> Provinces = SearchValues.Create("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼");
    private static readonly SearchValues<char> Serial = SearchValues.Create("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789");

    public static bool IsProvince(char character) => Provinces.Contains(character);

    public static bool IsPlate(ReadOnlySpan<char> code)
    {
        if (code.Length < 7)
        {
            return false;
        }

        if (!Provinces.Contains(code[0]))
        {
            return IsEmbassy(code);
        }

        Span<char> plate = stackalloc char[CleanValue.Longest];
        var length = 0;
        foreach (var character in code)
        {
            if (character is not ('·' or '•' or '.'))
            {
                plate[length++] = character;
            }
        }

        if (length is not (7 or 8) || !Provinces.Contains(plate[0]) || plate[1] is < 'A' or > 'Z' or 'I')
        {
            return false;
        }

        ReadOnlySpan<char> serial = plate[2..length];
        var special = length == 7 && serial[4] is '学' or '警' or '港' or '澳' or '挂' or '领' or '使';
        if ((special ? serial[..4] : serial).ContainsAnyExcept(Serial))
        {
            return false;
        }

        var letters = serial.Length - serial.Count('0', '9');
        return length == 7 ? letters <= 4 : IsNewEnergy(serial);
    }

    // GA 36: small cars carry the letter of the drive (A to E electric, F to K other) in front, with a letter or digit after it; large ones carry it at the end.
    private static bool IsNewEnergy(ReadOnlySpan<char> serial) =>
        (serial[0] is >= 'A' and <= 'K' && !serial[2..].ContainsAnyExceptInRange('0', '9'))
        || (serial[5] is >= 'A' and <= 'K' && !serial[..5].ContainsAnyExceptInRange('0', '9'));

    // Embassies: the character and six digits, in either order.
    private static bool IsEmbassy(ReadOnlySpan<char> code) => code.Length == 7
        && ((code[0] == '使' && !code[1..].ContainsAnyExceptInRange('0', '9')) || (code[6] == '使' && !code[..6].ContainsAnyExceptInRange('0', '9')));

    private static int Count(this ReadOnlySpan<char> text, char from, char to)
    {
        var count = 0;
        foreach (var character in text)
        {
            count += character >= from && character <= to ? 1 : 0;
        }

        return count;
    }
}

/// <summary>Chinese passports and travel permits.</summary>
internal static class Passport
{
    public static bool IsPassport(ReadOnlySpan<char> code)
    {
        if (code.Length is not (8 or 9) || !char.IsAsciiLetterUpper(code[0]))
        {
            return false;
        }

        var digits = code[1..];
        if (code.Length == 9 && !digits.ContainsAnyExceptInRange('0', '9'))
        {
            // E and G ordinary, D diplomatic, S service, P public affairs, K Hong Kong; C and W to Hong Kong and Macao, T to Taiwan, H and M of Hong Kong and Macao residents.
            return code[0] is 'E' or 'G' or 'D' or 'S' or 'P' or 'K' or 'C' or 'W' or 'T' or 'H' or 'M';
        }

        if (code[1..].ContainsAnyExceptInRange('0', '9'))
        {
            return code.Length == 9 && !code[2..].ContainsAnyExceptInRange('0', '9')
                && (code[0] is 'E' or 'C' ? char.IsAsciiLetterUpper(code[1]) && code[1] is not ('I' or 'O') : code[0] is 'D' or 'S' or 'P' or 'M' && code[1] == 'E');
        }

        // The first machine-readable series of diplomatic, service and public passports had seven digits.
        return code.Length == 8 && code[0] is 'P' or 'S' or 'D';
    }
}
