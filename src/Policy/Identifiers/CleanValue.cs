namespace Sandbox.Policy.Identifiers;

/// <summary>
/// A value as people and spreadsheets write it, made comparable: full-width letters and digits narrowed, blanks, hyphens and
/// dots between digits dropped, letters in upper case, the <c>.0</c> of a spreadsheet cut off.
/// </summary>
internal static class CleanValue
{
    /// <summary>Longest value looked at.</summary>
    public const int Longest = 64;

    /// <summary>Writes the cleaned code into the target (at least <see cref="Longest"/> characters) and gives its length, or -1 when the value is too long to be a code.</summary>
    public static int Code(ReadOnlySpan<char> value, Span<char> target)
    {
        value = value.Trim();
        if (value.Length > Longest)
        {
            return -1;
        }

        // An apostrophe or backtick in front is how spreadsheets are told that a number is text.
        if (value.Length > 1 && value[0] is '\'' or '`' or '’' or '‘')
        {
            value = value[1..];
        }

        var length = 0;
        foreach (var character in value)
        {
            var narrow = Narrow(character);
            if (narrow is ' ' or '-' or '\t' or '–' or '—' or '‐' or '\u00A0' or '\u200B' or '\uFEFF')
            {
                continue;
            }

            target[length++] = char.IsAsciiLetterLower(narrow) ? (char)(narrow - 32) : narrow;
        }

        if (length > 2 && target[length - 1] == '0' && target[length - 2] == '.' && char.IsAsciiDigit(target[length - 3]))
        {
            length -= 2;
        }

        return length;
    }

    /// <summary>The half-width form of a full-width character.</summary>
    public static char Narrow(char character) => character switch
    {
        >= '！' and <= '～' => (char)(character - 0xFEE0),
        '\u3000' => ' ',
        _ => character,
    };
}
