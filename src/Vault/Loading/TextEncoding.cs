using System.Text;
using System.Text.Unicode;

namespace Sandbox.Vault.Loading;

/// <summary>Encoding of a text source.</summary>
public enum SourceEncoding
{
    /// <summary>Found out from the bytes: a byte order mark, else UTF-8 or GB18030 by their form.</summary>
    Auto = 0,

    /// <summary>UTF-8, with or without a mark.</summary>
    Utf8,

    /// <summary>GB 18030, which contains GBK and GB 2312.</summary>
    Gb18030,

    /// <summary>UTF-16 with a byte order mark, least byte first.</summary>
    Utf16,

    /// <summary>UTF-16 with a byte order mark, greatest byte first.</summary>
    Utf16BigEndian,
}

/// <summary>Finds a text's encoding. Only forms that prove themselves are taken: text that fits none is refused, not guessed.</summary>
internal static class TextEncoding
{
    // Real Chinese text is nearly all in the characters of GB 2312; other double-byte encodings are not.
    private const double LeastCommon = 0.9;
    private const double MostBroken = 1.0 / 3;

    /// <returns>The encoding; null when the bytes are in none that is known.</returns>
    internal static SourceEncoding? Find(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            return SourceEncoding.Utf8;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return SourceEncoding.Utf16;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return SourceEncoding.Utf16BigEndian;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x84, 0x31, 0x95, 0x33]))
        {
            return SourceEncoding.Gb18030;
        }

        var (plain, good, broken) = Lines(head);
        if (broken > good && LooksGb18030(head))
        {
            return SourceEncoding.Gb18030;
        }

        // Single bad rows go to the quarantine; text in another encoding has them everywhere.
        return broken <= (plain + good + broken) * MostBroken ? SourceEncoding.Utf8 : null;
    }

    // Lines of mere ASCII are in every encoding; of the others UTF-8 can be told.
    private static (int Plain, int Good, int Broken) Lines(ReadOnlySpan<byte> text)
    {
        var (plain, good, broken) = (0, 0, 0);
        for (var first = true; !text.IsEmpty; first = false)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.IsEmpty || (end < 0 && !first))
            {
                // The last line of the part that was read may be cut in the middle of a character.
                continue;
            }

            if (Ascii.IsValid(line))
            {
                plain++;
            }
            else
            {
                _ = Utf8.IsValid(line) ? good++ : broken++;
            }
        }

        return (plain, good, broken);
    }

    // One byte below 0x80; two bytes 81-FE 40-7E|80-FE; four bytes 81-FE 30-39 81-FE 30-39.
    private static bool LooksGb18030(ReadOnlySpan<byte> text)
    {
        var (characters, common, broken) = (0, 0, 0);
        for (var at = 0; at < text.Length;)
        {
            var first = text[at];
            if (first < 0x80)
            {
                at++;
                continue;
            }

            if (at + 4 > text.Length)
            {
                break;
            }

            characters++;
            var second = text[at + 1];
            if (first is >= 0x81 and <= 0xFE && second is (>= 0x40 and <= 0x7E) or (>= 0x80 and <= 0xFE))
            {
                common += first is (>= 0xA1 and <= 0xA9) or (>= 0xB0 and <= 0xF7) && second >= 0xA1 ? 1 : 0;
                at += 2;
            }
            else if (first is >= 0x81 and <= 0xFE && second is >= 0x30 and <= 0x39 && text[at + 2] is >= 0x81 and <= 0xFE && text[at + 3] is >= 0x30 and <= 0x39)
            {
                at += 4;
            }
            else
            {
                broken++;
                at++;
            }
        }

        return characters == 0 || (broken <= characters / 20 && common >= characters * LeastCommon);
    }
}
