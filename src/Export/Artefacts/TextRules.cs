using System.Globalization;
using System.Text;

namespace Sandbox.Export.Artefacts;

/// <summary>Which texts may stand in a file that leaves. Characters that nobody sees are a channel, not content.</summary>
internal static class TextRules
{
    /// <summary>File-safe artefact names: lower-case letters, digits, <c>-</c> and <c>_</c>, 1 to 64, beginning with a letter.</summary>
    public static bool IsArtefactName(string name) =>
        name.Length is >= 1 and <= 64 && name[0] is >= 'a' and <= 'z' && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_');

    public static bool IsHeading(string name) =>
        name.Length is >= 1 and <= 64 && char.IsLetter(name[0]) && name[^1] != ' '
        && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or '(' or ')' or '%');

    /// <summary>False for unpaired surrogates, control, format (bidirectional, zero-width), private and unassigned characters and for look-alike spaces.</summary>
    public static bool IsPlain(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return false;
            }

            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                || (category == UnicodeCategory.SpaceSeparator && rune.Value is not (' ' or 0x3000))
                || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0)
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        // Spaces at the ends are as invisible as a zero-width mark.
        return text.Length == 0 || !(char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]));
    }
}
