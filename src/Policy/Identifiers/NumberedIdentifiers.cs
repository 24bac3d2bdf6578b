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

        if (code.StartsWith("+86", StringComparison.Ordinal) || code.StartsWith("(+86)", StringComparison.Ordinal))
        {
            code = code[(code[0] == '(' ? 5 : 3)..];
        }
        else if (code.StartsWith("0086", StringComparison.Ordinal))
        {
            code = code[4..];
        }
        else if (code.Length == 13 && code.StartsWith("86", StringComparison.Ordinal))
        {
            code = code[2..];
        }

        return IsMobile(code) || IsFixedLine(code);
    }

    private static bool IsMobile(ReadOnlySpan<char> code) =>
        code.Length == 11 && code[0] == '1' && code[1] is >= '3' and <= '9' && !code.ContainsAnyExceptInRange('0', '9') && !AllSame(code[2..]);

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

    private static bool AllSame(ReadOnlySpan<char> code) => !code.ContainsAnyExcept(code[0]);
}

/// <summary>Bank card numbers: 15 to 19 digits of a card network with a Luhn check digit.</summary>
internal static class BankCard
{
    public static bool IsCard(ReadOnlySpan<char> code)
    {
        if (code.Length is < 15 or > 19 || code.ContainsAnyExceptInRange('0', '9') || !HasNetwork(code))
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

    private static bool HasNetwork(ReadOnlySpan<char> code) => code[0] switch
    {
        '6' => code[1] is '2' or '0' or '5' or '8' or '9',
        '4' => code.Length == 16,
        '5' => code.Length == 16 && code[1] is >= '1' and <= '5',
        '3' => code.Length is 15 or 16 && code[1] is '4' or '5' or '6' or '7',
        '9' => code.Length is >= 16 and <= 19 && code[1] is '5' or '9' or '0',
        _ => false,
    };
}

/// <summary>Number plates of mainland China: province character, office letter, five characters, or six for new-energy cars.</summary>
internal static class Plate
{
    private static readonly SearchValues<char> Provinces = SearchValues.Create("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼");
    private static readonly SearchValues<char> Serial = SearchValues.Create("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789");

    public static bool IsPlate(ReadOnlySpan<char> code)
    {
        if (code.Length < 7 || !Provinces.Contains(code[0]))
        {
            return false;
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

    private static bool IsNewEnergy(ReadOnlySpan<char> serial) =>
        (char.IsAsciiLetterUpper(serial[0]) && !serial[2..].ContainsAnyExceptInRange('0', '9'))
        || (char.IsAsciiLetterUpper(serial[5]) && !serial[..5].ContainsAnyExceptInRange('0', '9'));

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
            // E and G ordinary, D diplomatic, S service, P public affairs, H and M for Hong Kong and Macao residents.
            return code[0] is 'E' or 'G' or 'D' or 'S' or 'P' or 'H' or 'M';
        }

        return code.Length == 9 && code[0] == 'E' && char.IsAsciiLetterUpper(code[1]) && code[1] is not ('I' or 'O') && !code[2..].ContainsAnyExceptInRange('0', '9');
    }
}
