using System.Buffers;
using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Export.Checks;

/// <summary>Looks through every category text and whole number of a table for identifiers, tokens and free text, with Policy's detectors.</summary>
internal static class TextCheck
{
    public const string Name = "TextCheck";

    private const int LongText = 40;
    private const long LongestCategoryNumber = 1_000_000_000_000_000;

    /// <summary>Check digits or an unmistakable form: no category is called like that.</summary>
    private static readonly IdentifierKind[] Certain =
        [IdentifierKind.ResidentIdentity, IdentifierKind.SocialCredit, IdentifierKind.BankCard, IdentifierKind.Phone, IdentifierKind.Email, IdentifierKind.IpAddress];

    /// <summary>A form that a harmless category can share, so a person has to look.</summary>
    private static readonly IdentifierKind[] Possible = [IdentifierKind.Address, IdentifierKind.Plate, IdentifierKind.Passport];

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdefABCDEF-");
    private static readonly SearchValues<char> Base64 = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/=_-");

    public static IEnumerable<Finding> Evaluate(string name, TableArtefact table)
    {
        for (var at = 0; at < table.Dimensions.Count; at++)
        {
            var texts = table.Rows.Select(row => Text(row[at])).OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
            foreach (var (words, verdict, share, test) in Tests)
            {
                var hits = texts.Count(test);
                if (hits > share * texts.Length)
                {
                    yield return new Finding(
                        name, Name, verdict, words,
                        string.Create(CultureInfo.InvariantCulture, $"{hits} of {texts.Length} categories of {table.Dimensions[at].Name}."));
                }
            }
        }
    }

    /// <summary>What is looked for, what it means, and the share of a column's categories above which it does.</summary>
    private static readonly (Refusal Words, Verdict Verdict, double Share, Func<string, bool> Test)[] Tests =
    [
        (CheckWords.Identifier, Verdict.Fail, 0, text => Matches(Certain, text)),
        (CheckWords.LooksLikeToken, Verdict.Fail, 0, LooksLikeToken),
        (CheckWords.Identifier, Verdict.Review, 0, text => Matches(Possible, text) && !Matches(Certain, text)),

        // Many words begin like a surname (高中, 马路); a column of people is one where most values do.
        (CheckWords.Identifier, Verdict.Review, 0.5, text => IdentifierDetector.Matches(IdentifierKind.PersonName, text)),
        (CheckWords.FreeText, Verdict.Review, 0, IsFreeText),
    ];

    /// <summary>Whether a word of running text is certainly an identifier, or looks like a hash or token.</summary>
    public static bool HoldsIdentifier(string text) =>
        text.Split([' ', '\u3000', ',', ';', '，', '。', '；', '、', '：', '（', '）', '(', ')', '"', '“', '”', '<', '>', '|', '='], StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(word => new[] { word, word.TrimEnd('.', ':', '!', '?'), string.Concat(word.Where(char.IsAsciiLetterOrDigit)) }).Where(word => word.Length > 0)
            .Any(word => Matches(Certain, word) || LooksLikeToken(word));

    private static string? Text(Cell cell) => cell switch
    {
        Cell.Text text => text.Value,
        Cell.Whole whole => whole.Value.ToString(CultureInfo.InvariantCulture),
        Cell.Exact exact => exact.Value.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static bool Matches(IdentifierKind[] kinds, string text) => Array.Exists(kinds, kind => IdentifierDetector.Matches(kind, text));

    /// <summary>Long runs of digits, hexadecimal digits or base64 letters: what hashes, keyed tokens and packed bytes look like.</summary>
    private static bool LooksLikeToken(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number is >= LongestCategoryNumber or <= -LongestCategoryNumber;
        }

        var plain = text.AsSpan();
        return (plain.Length >= 16 && !plain.ContainsAnyExcept(Hex) && plain.ContainsAnyInRange('0', '9'))
            || (plain.Length >= 24 && !plain.ContainsAnyExcept(Base64) && plain.ContainsAnyInRange('0', '9') && plain.ContainsAnyInRange('A', 'Z') && plain.ContainsAnyInRange('a', 'z'));
    }

    private static bool IsFreeText(string text) =>
        text.Length > LongText || text.AsSpan().IndexOfAny("。；！？") >= 0 || text.AsSpan().Count(' ') > 6;
}
