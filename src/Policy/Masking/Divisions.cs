namespace Sandbox.Policy.Masking;

/// <summary>Prefixes of administrative division codes (GB/T 2260): two digits a level.</summary>
internal static class Divisions
{
    /// <summary>The first digits of a code or of a number that starts with one; full-width digits count.</summary>
    public static string? Prefix(ReadOnlySpan<char> value, int digits)
    {
        value = value.Trim();
        if (digits is not (2 or 4 or 6) || value.Length < digits)
        {
            return null;
        }

        Span<char> prefix = stackalloc char[6];
        for (var at = 0; at < digits; at++)
        {
            var digit = value[at] is >= '０' and <= '９' ? value[at] - '０' : value[at] - '0';
            if (digit is < 0 or > 9)
            {
                return null;
            }

            prefix[at] = (char)('0' + digit);
        }

        return prefix[0] == '0' ? null : prefix[..digits].ToString();
    }

    /// <summary>The first digits of a code of 6, 9 or 12 digits; anything else is no code.</summary>
    public static long? Prefix(long value, int digits)
    {
        var length = value switch
        {
            >= 100_000 and < 1_000_000 => 6,
            >= 100_000_000 and < 1_000_000_000 => 9,
            >= 100_000_000_000 and < 1_000_000_000_000 => 12,
            _ => 0,
        };
        if (length == 0 || digits is not (2 or 4 or 6))
        {
            return null;
        }

        for (var left = length - digits; left > 0; left--)
        {
            value /= 10;
        }

        return value;
    }
}
