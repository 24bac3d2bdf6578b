namespace Sandbox.Policy.Identifiers;

/// <summary>Unified social credit codes 统一社会信用代码 after GB 32100: 18 characters without I, O, S, V, Z, the last one a check character (mod 31).</summary>
public static class SocialCredit
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    // Registering body and kind of organisation, GB 32100 table 1 with the amendments in use.
    private static readonly string[] Prefixes =
    [
        "11", "12", "13", "19", "21", "29", "31", "32", "33", "34", "35", "39", "41", "49", "51", "52", "53", "54", "55", "59", "61", "62", "69",
        "71", "72", "79", "81", "89", "91", "92", "93", "A1", "A9", "N1", "N2", "N3", "N9", "Y1",
    ];

    /// <summary>Checks a value as it stands in the data.</summary>
    public static bool IsRaw(ReadOnlySpan<char> value)
    {
        Span<char> buffer = stackalloc char[CleanValue.Longest];
        var length = CleanValue.Code(value, buffer);
        return length > 0 && IsCode(buffer[..length]);
    }

    /// <summary>Checks a clean code in upper case.</summary>
    public static bool IsCode(ReadOnlySpan<char> code)
    {
        if (code.Length != 18 || code[2..8].ContainsAnyExceptInRange('0', '9') || !HasPrefix(code))
        {
            return false;
        }

        var sum = 0;
        for (var at = 0; at < 17; at++)
        {
            var value = Alphabet.IndexOf(code[at], StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            sum += value * Weights[at];
        }

        return code[17] == Alphabet[(31 - (sum % 31)) % 31];
    }

    private static bool HasPrefix(ReadOnlySpan<char> code)
    {
        foreach (var prefix in Prefixes)
        {
            if (code.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
