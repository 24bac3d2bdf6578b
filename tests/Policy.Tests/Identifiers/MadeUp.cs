using System.Globalization;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Tests.Identifiers;

/// <summary>Made-up identifiers from a seeded counter; written apart from the detectors (own check digit sums).</summary>
internal sealed class MadeUp(uint seed)
{
    private static readonly string[] Areas = ["110101", "440304", "511502", "220102", "530102", "310115", "330106", "420106", "610113", "350203"];
    private uint _state = seed;

    public int Next(int below)
    {
        _state = unchecked((_state * 1664525u) + 1013904223u);
        return (int)((_state >> 8) % (uint)below);
    }

    public string ResidentIdentityNumber()
    {
        var body = Areas[Next(Areas.Length)] + new DateOnly(1940, 1, 1).AddDays(Next(27_000)).ToString("yyyyMMdd", CultureInfo.InvariantCulture) + Next(1000).ToString("D3", CultureInfo.InvariantCulture);
        // ISO 7064 MOD 11-2 as a running product.
        var check = 0;
        foreach (var digit in body)
        {
            check = (check + digit - '0') * 2 % 11;
        }

        var last = (12 - check) % 11;
        return body + (last == 10 ? "X" : last.ToString(CultureInfo.InvariantCulture));
    }

    public string CreditCode()
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var body = "91" + Areas[Next(Areas.Length)] + string.Concat(Enumerable.Range(0, 9).Select(_ => Alphabet[Next(31)]));
        var weight = 1;
        var sum = 0;
        foreach (var character in body)
        {
            sum += Alphabet.IndexOf(character, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }

        return body + Alphabet[(31 - (sum % 31)) % 31];
    }

    public string Mobile() => "1" + "356789"[Next(6)] + Digits(9);

    public string Card()
    {
        var body = "6222" + Digits(14);
        for (var check = 0; check < 10; check++)
        {
            var digits = body + (char)('0' + check);
            var sum = digits.Reverse().Select((c, at) => at % 2 == 0 ? c - '0' : ((c - '0') * 2 / 10) + ((c - '0') * 2 % 10)).Sum();
            if (sum % 10 == 0)
            {
                return digits;
            }
        }

        throw new InvalidOperationException();
    }

    public string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + Next(10))));

    public string Of(IdentifierKind kind) => kind switch
    {
        IdentifierKind.ResidentIdentity => ResidentIdentityNumber(),
        IdentifierKind.SocialCredit => CreditCode(),
        IdentifierKind.Phone => Mobile(),
        _ => Card(),
    };

    /// <summary>The value as clerks and spreadsheets leave it.</summary>
    public string Dirty(string value) => Next(6) switch
    {
        0 => value,
        1 => " " + value + " ",
        2 => string.Concat(value.Select(c => c is >= '0' and <= '9' or >= 'A' and <= 'Z' ? (char)(c + 0xFEE0) : c)),
        3 => value[..3] + " " + value[3..7] + "-" + value[7..],
        4 => value.ToLowerInvariant(),
        _ => char.IsAsciiDigit(value[^1]) && value.All(char.IsAsciiDigit) ? value + ".0" : "'" + value,
    };
}
