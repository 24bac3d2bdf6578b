using System.Globalization;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Tests.Identifiers;

/// <summary>Registers as offices keep them: right numbers under clerks' habits, and columns that only look like them. Written apart from the detectors and from <see cref="MadeUp"/>: check characters by search.</summary>
internal sealed class DirtyRegister(int seed)
{
    private const string CodeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static readonly string[] Counties = ["110105", "120103", "130104", "210102", "310104", "320106", "330102", "350102", "370102", "420102", "430102", "440106", "500103", "510104", "610104", "652901"];
    private static readonly string[] Ranges = ["133", "139", "145", "150", "159", "166", "173", "177", "180", "189", "191", "198", "199"];
    private static readonly string[] Issuers = ["621700", "622848", "622588", "621661", "955880", "436742", "520169", "356885", "625965"];
    private readonly Random _random = new(seed);

    /// <summary>Names of columns that hold a number of a person or company.</summary>
    public static IReadOnlyList<IdentifierKind> Kinds { get; } = [IdentifierKind.ResidentIdentity, IdentifierKind.SocialCredit, IdentifierKind.Phone, IdentifierKind.BankCard];

    /// <summary>Columns that look like one and are none.</summary>
    public static IReadOnlyList<string> Decoys { get; } =
        ["order", "stamp", "snowflake", "imei", "iccid", "ean", "uuid", "amount", "fraction", "account", "hash", "date", "postcode", "version", "ratio", "batch", "coordinate", "percentage", "weight", "isbn"];

    /// <summary>One cell of a column of the kind, as it stands in the register.</summary>
    public string Cell(IdentifierKind kind) => _random.Next(20) switch
    {
        0 => "",
        1 => kind == IdentifierKind.Phone ? "无" : "不详",
        2 => Numbers(kind == IdentifierKind.Phone ? 11 : kind == IdentifierKind.BankCard ? 16 : 18),
        3 => Mixed(kind),
        _ => Written(Right(kind)),
    };

    public string Decoy(string name) => name switch
    {
        "order" => "2024" + Numbers(14),
        "stamp" => (1_600_000_000_000 + _random.NextInt64(100_000_000_000)).ToString(CultureInfo.InvariantCulture),
        "snowflake" => (1_000_000_000_000_000_000 + _random.NextInt64(900_000_000_000_000_000)).ToString(CultureInfo.InvariantCulture),
        "imei" => Luhn("35" + Numbers(12)),
        "iccid" => Luhn("898600" + Numbers(12)),
        "ean" => "69" + Numbers(11),
        "uuid" => new Guid(_random.Next(), 7, 8, [.. Numbers(8).Select(c => (byte)((c - '0') * 25))]).ToString(),
        "amount" => (_random.NextInt64(1_000_000_000) / 100m).ToString("N2", CultureInfo.InvariantCulture),
        "fraction" => _random.NextDouble().ToString("F17", CultureInfo.InvariantCulture),
        "account" => "40" + Numbers(10),
        "hash" => string.Concat(Enumerable.Range(0, 32).Select(_ => "0123456789abcdef"[_random.Next(16)])),
        "date" => $"{1990 + _random.Next(34)}{1 + _random.Next(12):D2}{1 + _random.Next(28):D2}{_random.Next(24):D2}{_random.Next(60):D2}{_random.Next(60):D2}",
        "postcode" => $"5{Numbers(5)}",
        "version" => $"{_random.Next(9)}.{_random.Next(99)}.{_random.Next(9999)}",
        "ratio" => $"1:{_random.Next(100_000)}",
        "batch" => $"SZ-{Numbers(4)}-{Numbers(4)}-{Numbers(3)}",
        "coordinate" => $"{113 + _random.NextDouble():F13}",
        "percentage" => $"{_random.NextDouble() * 100:F2}%",
        "weight" => $"{_random.NextDouble() * 1e12:F3}",
        _ => $"978-7-{Numbers(4)}-{Numbers(4)}-{Numbers(1)}",
    };

    private string Right(IdentifierKind kind) => kind switch
    {
        IdentifierKind.ResidentIdentity => Identity(),
        IdentifierKind.SocialCredit => Credit(),
        IdentifierKind.Phone => _random.Next(8) == 0 ? $"0{Pick(["755", "571", "831"])}{2 + _random.Next(7)}{Numbers(7)}" : Pick(Ranges) + Numbers(8),
        _ => Card(),
    };

    private string Identity()
    {
        var born = new DateOnly(1935, 1, 1).AddDays(_random.Next(31_000));
        if (_random.Next(25) == 0 && born.Year < 1980)
        {
            return Pick(Counties[..5]) + born.ToString("yyMMdd", CultureInfo.InvariantCulture) + Numbers(3);
        }

        var front = Pick(Counties[..5]) + born.ToString("yyyyMMdd", CultureInfo.InvariantCulture) + Numbers(3);
        return "0123456789X".Select(last => front + last).First(number =>
        {
            // ISO 7064: reading the digits as a number in base 2, X as ten, leaves 1 modulo 11.
            var rest = 0;
            foreach (var character in number)
            {
                rest = ((rest * 2) + (character == 'X' ? 10 : character - '0')) % 11;
            }

            return rest == 1;
        });
    }

    private string Credit()
    {
        var front = Pick(["91", "92", "93", "12", "51", "52"]) + Pick(Counties) + string.Concat(Enumerable.Range(0, 9).Select(_ => CodeAlphabet[_random.Next(31)]));
        // GB 32100: the weighted sum of the first seventeen and the last one together are a multiple of 31.
        return CodeAlphabet.Select(last => front + last).First(code =>
            (code[..17].Index().Sum(pair => CodeAlphabet.IndexOf(pair.Item, StringComparison.Ordinal) * (int)System.Numerics.BigInteger.ModPow(3, pair.Index, 31)) + CodeAlphabet.IndexOf(code[17], StringComparison.Ordinal)) % 31 == 0);
    }

    private string Card() => Pick(Issuers) is var issuer && issuer[0] is '4' or '5' or '3' ? Luhn(issuer + Numbers(9)) : Luhn(issuer + Numbers(_random.Next(2) == 0 ? 9 : 12));

    private static string Luhn(string front) => "0123456789".Select(last => front + last).First(number =>
        number.Reverse().Index().Sum(pair => pair.Index % 2 == 0 ? pair.Item - '0' : "0246813579"[pair.Item - '0'] - '0') % 10 == 0);

    private string Written(string value) => _random.Next(9) switch
    {
        0 => $" {value}",
        1 => $"{value}\t",
        2 => string.Concat(value.Select(c => (char)(c + 0xFEE0))),
        3 => string.Join(' ', value.Chunk(4).Select(part => new string(part))),
        4 => $"{value[..3]}-{value[3..7]}-{value[7..]}",
        5 => value.ToLowerInvariant(),
        6 => value.All(char.IsAsciiDigit) && value.Length <= 16 ? $"{value}.0" : value,
        7 => $"'{value}",
        _ => value,
    };

    // Cells in which somebody wrote more than was asked for.
    private string Mixed(IdentifierKind kind) => _random.Next(4) switch
    {
        0 => $"王小明 {Right(kind)}",
        1 => $"{Right(kind)}（本人）",
        2 => $"{Right(kind)}/{Right(kind)}",
        _ => $"号码：{Right(kind)}；已核对",
    };

    private string Numbers(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + _random.Next(10))));

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
