using System.Globalization;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Masking;

/// <summary>Keeping a part of a text. Counts user-perceived characters, so that no half of a rare character is left over.</summary>
internal static class KeptText
{
    // A fixed tail: the number of stars must not tell the length of what was hidden.
    private const string Stars = "***";

    public static string? Of(ReadOnlySpan<char> value, KeptPart part, int characters)
    {
        value = value.Trim();
        if (value.IsEmpty)
        {
            return null;
        }

        return part switch
        {
            KeptPart.First => First(value, characters),
            KeptPart.Last => Last(value, characters),
            KeptPart.Surname => Surname(value),
            KeptPart.Province => Province(value),
            _ => null,
        };
    }

    private static string First(ReadOnlySpan<char> value, int characters)
    {
        var end = Position(value, characters);

        // A value that would stay whole is hidden whole.
        return end >= value.Length ? Stars : string.Concat(value[..end], Stars);
    }

    private static string Last(ReadOnlySpan<char> value, int characters)
    {
        var start = Position(value, Count(value) - characters);
        return start <= 0 ? Stars : string.Concat(Stars, value[start..]);
    }

    private static string Surname(ReadOnlySpan<char> value)
    {
        var length = ChineseSurnames.Length(value);
        return length == 0 || length >= value.Length ? Stars : string.Concat(value[..length], "*");
    }

    private static string Province(ReadOnlySpan<char> value)
    {
        var length = DivisionNames.ProvinceLength(value);
        return length == 0 || length >= value.Length ? Stars : string.Concat(value[..length], Stars);
    }

    private static int Count(ReadOnlySpan<char> value)
    {
        var count = 0;
        for (var at = 0; at < value.Length; at += StringInfo.GetNextTextElementLength(value[at..]))
        {
            count++;
        }

        return count;
    }

    private static int Position(ReadOnlySpan<char> value, int characters)
    {
        var at = 0;
        while (characters-- > 0 && at < value.Length)
        {
            at += StringInfo.GetNextTextElementLength(value[at..]);
        }

        return at;
    }
}
