namespace Sandbox.Policy.Identifiers;

/// <summary>How far a value agrees with the rules of resident identity numbers.</summary>
public enum ResidentIdentityMatch
{
    /// <summary>No identity number.</summary>
    None = 0,

    /// <summary>Form, date, check digit and area code hold, but the area code was not in force at the birth date.</summary>
    Loose,

    /// <summary>The area code was also in force at the birth date.</summary>
    Strict,
}

/// <summary>Resident identity numbers 公民身份号码 after GB 11643: 18 characters with check digit, or the old form of 15 digits.</summary>
public static class ResidentIdentity
{
    private static ReadOnlySpan<byte> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Earliest year of birth that is taken for real.</summary>
    public const int FirstYear = 1850;

    /// <summary>Latest year of birth taken for real; a constant, as this room has no clock.</summary>
    public const int LastYear = 2040;

    /// <summary>Checks a value as it stands in the data (blanks, hyphens, full-width digits and a lower-case x are forgiven).</summary>
    public static ResidentIdentityMatch CheckRaw(ReadOnlySpan<char> value)
    {
        Span<char> buffer = stackalloc char[CleanValue.Longest];
        var length = CleanValue.Code(value, buffer);
        return length < 0 ? ResidentIdentityMatch.None : Check(buffer[..length]);
    }

    /// <summary>Checks a clean code: digits and an upper-case X in the last place only.</summary>
    public static ResidentIdentityMatch Check(ReadOnlySpan<char> code)
    {
        if (code.Length is not (15 or 18) || code[..^1].ContainsAnyExceptInRange('0', '9'))
        {
            return ResidentIdentityMatch.None;
        }

        var isLong = code.Length == 18;
        if (isLong ? code[17] != CheckCharacter(code[..17]) : !char.IsAsciiDigit(code[14]))
        {
            return ResidentIdentityMatch.None;
        }

        var year = isLong ? Number(code.Slice(6, 4)) : 1900 + Number(code.Slice(6, 2));
        var month = Number(code.Slice(isLong ? 10 : 8, 2));
        var day = Number(code.Slice(isLong ? 12 : 10, 2));
        if (year is < FirstYear or > LastYear || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
        {
            return ResidentIdentityMatch.None;
        }

        return AreaCodes.Check(Number(code[..6]), year) switch
        {
            AreaCodeMatch.InForce => ResidentIdentityMatch.Strict,
            AreaCodeMatch.Known => ResidentIdentityMatch.Loose,
            _ => ResidentIdentityMatch.None,
        };
    }

    /// <summary>The check character of the first 17 digits (ISO 7064 MOD 11-2).</summary>
    public static char CheckCharacter(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var at = 0; at < 17; at++)
        {
            sum += (digits[at] - '0') * Weights[at];
        }

        return "10X98765432"[sum % 11];
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
