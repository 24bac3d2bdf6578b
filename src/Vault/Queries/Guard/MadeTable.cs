using System.Text.RegularExpressions;

namespace Sandbox.Vault.Queries;

/// <summary>A statement that makes a temporary table or view of the session from a SELECT. It lives in the memory of the session's child and dies with it.</summary>
/// <param name="Name">Its name, without quotes.</param>
/// <param name="Head">The beginning of the statement in our own words, up to the SELECT.</param>
/// <param name="Select">The SELECT, with blanks (and the same line ends) in place of what stands before it, so that places in it are places in the statement.</param>
internal sealed partial record MadeTable(string Name, string Head, string Select)
{
    /// <summary>Tables and views that a session may have at a time.</summary>
    public const int Most = 32;

    // Names that the engine's catalogue has, or would look for first.
    private static readonly string[] Taken = ["pg_", "duckdb_", "sqlite_", "pragma_", "information_schema"];

    /// <summary>Whether a name may be given.</summary>
    public bool IsFree(IEnumerable<GrantedTable> granted) =>
        !Array.Exists(Taken, beginning => Identifier.Fold(Name).StartsWith(beginning, StringComparison.Ordinal)) && !granted.Any(table => Identifier.Comparer.Equals(table.Name, Name));

    /// <summary>Null when the statement is of another sort; whether its SELECT may run is not judged here.</summary>
    public static MadeTable? Of(string sql)
    {
        var match = Beginning().Match(sql);
        return match.Success
            ? new MadeTable(
                match.Groups["name"].Value,
                $"CREATE {(match.Groups["replace"].Success ? "OR REPLACE " : "")}TEMP {match.Groups["kind"].Value.ToUpperInvariant()} {Identifier.Quote(match.Groups["name"].Value)} AS ",
                string.Concat(match.Value.Select(c => c is '\n' or '\r' ? c : ' ')) + sql[match.Length..])
            : null;
    }

    [GeneratedRegex(@"^[ \t\r\n]*CREATE[ \t\r\n]+(?<replace>OR[ \t\r\n]+REPLACE[ \t\r\n]+)?TEMP(?:ORARY)?[ \t\r\n]+(?<kind>TABLE|VIEW)[ \t\r\n]+(?<name>[A-Za-z_][A-Za-z0-9_]{0,62})[ \t\r\n]+AS(?=[ \t\r\n(])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Beginning();
}
