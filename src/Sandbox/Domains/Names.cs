using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sandbox.Host.Domains;

/// <summary>Names that people give: short and plain, so that they are safe in files, logs and the ledger and have no room for a record.</summary>
public static partial class Names
{
    public static bool Valid(string? name) => name is not null && Form().IsMatch(name);

    /// <summary>The table of a data set in a zone, which needs no quotes in SQL. Names have no underscore of their own, so no two data sets meet in one.</summary>
    public static string Table(string dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return dataSet.Replace('-', '_');
    }

    /// <summary>Words that people give and others read on a screen: 1 to <paramref name="most"/> characters, none of them invisible or steering (escape sequences, direction marks).</summary>
    public static bool PlainWords(string? words, int most) =>
        !string.IsNullOrWhiteSpace(words) && words.Length <= most && words.EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            && rune != Rune.ReplacementChar);

    [GeneratedRegex("^(?!.*[0-9]{6})[a-z][a-z0-9-]{0,39}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
