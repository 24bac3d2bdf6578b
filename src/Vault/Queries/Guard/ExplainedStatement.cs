using System.Text.RegularExpressions;

namespace Sandbox.Vault.Queries;

/// <summary>An EXPLAIN of a SELECT: the SELECT is judged as if it were to run, and is not run.</summary>
/// <param name="Select">The SELECT, with blanks (and the same line ends) in place of what stands before it, so that places in it are places in the statement.</param>
/// <param name="Analyses">True for EXPLAIN ANALYZE, which would run it and tell sizes.</param>
internal sealed partial record ExplainedStatement(string Select, bool Analyses)
{
    /// <summary>Null when the statement is of another sort; whether its SELECT may run is not judged here.</summary>
    public static ExplainedStatement? Of(string sql)
    {
        var match = Beginning().Match(sql);
        return match.Success
            ? new ExplainedStatement(string.Concat(match.Value.Select(c => c is '\n' or '\r' ? c : ' ')) + sql[match.Length..], match.Groups["analyze"].Success)
            : null;
    }

    [GeneratedRegex(@"^[ \t\r\n]*EXPLAIN(?=[ \t\r\n(])(?:[ \t\r\n]*\(?[ \t\r\n]*(?<analyze>ANALY[SZ]E)(?![A-Za-z0-9_]))?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();
}
