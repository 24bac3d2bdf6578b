using System.Text.RegularExpressions;

namespace Sandbox.Vault.Queries;

/// <summary>What a named result of a workbench is: the whole answer of one SELECT, kept in the zone, read by later sessions as <c>results.NAME</c>.</summary>
public static partial class NamedResults
{
    /// <summary>The schema that statements write before a result's name.</summary>
    public const string Schema = "results";

    /// <summary>Kind of the sealed object.</summary>
    public const string ObjectKind = "result";

    /// <summary>Rows of one result.</summary>
    public const long MostRows = 1_000_000;

    /// <summary>Bytes of one result's file. The room in which its child writes it is not larger.</summary>
    public const long MostBytes = 64L << 20;

    /// <summary>A letter, then letters, digits and underscores, 40 in all, small.</summary>
    public static bool ValidName(string name) => NameForm().IsMatch(name);

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}

/// <summary>A named result that a session opens.</summary>
/// <param name="Name">Its name, <see cref="NamedResults.ValidName"/>.</param>
/// <param name="Object">Its sealed file, under the zone's key.</param>
public sealed record NamedResultFile(string Name, Trust.ObjectRef Object);
