using System.Text.Json.Nodes;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Judge;

/// <summary>
/// <c>ids FILE.csv</c>: columns kind, value and, where known, valid and valid_strict (1 or 0). Answers the three for each row;
/// the row's number is its id. A row without a kind is answered with the kind that the detectors find.
/// </summary>
internal static class IdsVerb
{
    private static readonly Dictionary<string, IdentifierKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cn_resident_id"] = IdentifierKind.ResidentIdentity,
        ["resident_id"] = IdentifierKind.ResidentIdentity,
        ["cn_id"] = IdentifierKind.ResidentIdentity,
        ["uscc"] = IdentifierKind.SocialCredit,
        ["cn_uscc"] = IdentifierKind.SocialCredit,
        ["credit_code"] = IdentifierKind.SocialCredit,
        ["cn_phone"] = IdentifierKind.Phone,
        ["cn_mobile"] = IdentifierKind.Phone,
        ["phone"] = IdentifierKind.Phone,
        ["mobile"] = IdentifierKind.Phone,
        ["bank_card"] = IdentifierKind.BankCard,
        ["cn_bank_card"] = IdentifierKind.BankCard,
        ["cn_bankcard"] = IdentifierKind.BankCard,
        ["bankcard"] = IdentifierKind.BankCard,
        ["card"] = IdentifierKind.BankCard,
        ["luhn"] = IdentifierKind.BankCard,
        ["cn_plate"] = IdentifierKind.Plate,
        ["plate"] = IdentifierKind.Plate,
        ["cn_passport"] = IdentifierKind.Passport,
        ["passport"] = IdentifierKind.Passport,
        ["email"] = IdentifierKind.Email,
        ["ip"] = IdentifierKind.IpAddress,
        ["ipv4"] = IdentifierKind.IpAddress,
        ["ipv6"] = IdentifierKind.IpAddress,
        ["cn_name"] = IdentifierKind.PersonName,
        ["name"] = IdentifierKind.PersonName,
        ["cn_address"] = IdentifierKind.Address,
        ["address"] = IdentifierKind.Address,
        ["birth_date"] = IdentifierKind.BirthDate,
    };

    public static void Run(JudgeArguments arguments, CaseOutput output)
    {
        using var reader = new StreamReader(arguments.File);
        using var rows = CsvRows.Read(reader).GetEnumerator();
        if (!rows.MoveNext())
        {
            return;
        }

        var header = rows.Current;
        var number = 0;
        while (rows.MoveNext())
        {
            var row = rows.Current;
            string? Field(string name)
            {
                var at = Array.IndexOf(header, name);
                return at >= 0 && at < row.Length ? row[at] : null;
            }

            Answer($"{++number}", Field("kind") ?? "", Field("value") ?? "", Field("valid"), Field("valid_strict"), output);
        }
    }

    private static void Answer(string id, string kind, string value, string? valid, string? strict, CaseOutput output)
    {
        if (kind.Length == 0)
        {
            kind = Kinds.FirstOrDefault(known => IdentifierDetector.Matches(known.Value, value)).Key ?? "";
        }

        var (isValid, isStrict) = Check(Kinds.GetValueOrDefault(kind), value);
        if (kind.EndsWith("mobile", StringComparison.OrdinalIgnoreCase))
        {
            isValid = isStrict = IdentifierDetector.IsMobileNumber(value);
        }

        bool? pass = valid is "0" or "1" ? (valid == "1") == isValid && (strict is not ("0" or "1") || (strict == "1") == isStrict) : null;
        output.Case(id, new JsonObject { ["kind"] = kind, ["valid"] = isValid ? 1 : 0, ["valid_strict"] = isStrict ? 1 : 0 }, pass);
    }

    private static (bool Valid, bool Strict) Check(IdentifierKind kind, string value)
    {
        if (kind == IdentifierKind.ResidentIdentity)
        {
            var match = ResidentIdentity.CheckRaw(value);
            return (match != ResidentIdentityMatch.None, match == ResidentIdentityMatch.Strict);
        }

        var valid = IdentifierDetector.Matches(kind, value);
        return (valid, valid);
    }
}
