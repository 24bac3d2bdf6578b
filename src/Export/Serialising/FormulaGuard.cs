namespace Sandbox.Export.Serialising;

/// <summary>
/// Keeps a spreadsheet from taking a text for a formula. A text that begins, or continues after a list separator, with a formula sign is given a leading
/// apostrophe; so is a text that has one already, which keeps the step reversible: whoever reads the file drops one leading apostrophe.
/// Source: OWASP, CSV injection.
/// </summary>
public static class FormulaGuard
{
    /// <summary>The text as it is written.</summary>
    public static string Neutralise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsRisky(text) ? "'" + text : text;
    }

    /// <summary>The text as it was before <see cref="Neutralise"/>.</summary>
    public static string Restore(string written)
    {
        ArgumentNullException.ThrowIfNull(written);
        return written.StartsWith('\'') ? written[1..] : written;
    }

    private static bool IsRisky(string text)
    {
        // Also after ";" and friends: a program with another list separator splits the text there and sees a new cell.
        var start = true;
        foreach (var c in text)
        {
            if (start && IsSign(c))
            {
                return true;
            }

            start = c is ';' or ',' or '|' or '\t' or '\r' or '\n' || (start && (char.IsWhiteSpace(c) || c is '"' or '\0'));
        }

        return text.StartsWith('\'');
    }

    private static bool IsSign(char c) =>
        c is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠' or '−' or '﹦' or '﹢' or '﹣' or '﹫';
}
