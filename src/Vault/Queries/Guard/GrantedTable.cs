namespace Sandbox.Vault.Queries;

/// <summary>A table of a zone that a query may read.</summary>
/// <param name="Schema">Schema in the zone; <c>main</c> unless the zone says otherwise.</param>
/// <param name="Name">Name of the table.</param>
/// <param name="Columns">Names of its columns in order.</param>
public sealed record GrantedTable(string Schema, string Name, IReadOnlyList<string> Columns)
{
    /// <summary>The catalogue under which a query child attaches its zone.</summary>
    internal const string Catalog = "zone";

    /// <summary>The schema whose tables need no prefix.</summary>
    internal const string DefaultSchema = "main";
}
