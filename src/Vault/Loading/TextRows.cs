using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Rows of a text source before their columns have types: columns c0, c1, … of text.</summary>
/// <param name="Relation">What to select all of them from; read once for each try of the types.</param>
/// <param name="First">What to select the first of them from.</param>
/// <param name="Line">SQL for a row's line number, or null where it is told by its place (text with a record a row).</param>
/// <param name="Taken">Done after each reading of <paramref name="Relation"/>; null for nothing.</param>
internal sealed record TextRows(string Relation, string First, string? Line, Action? Taken = null)
{
    /// <summary>How many rows are looked at before the types are tried.</summary>
    internal const int TrialRows = 2048;

    /// <summary>Name of the table that appended texts stand in.</summary>
    internal const string Table = "texts";

    /// <summary>Rows that stand in the table <see cref="Table"/> with their line numbers.</summary>
    internal static TextRows Appended { get; } = new(Table, Table, "line");

    /// <summary>Makes the tables of rows that are appended, kept and rejected.</summary>
    /// <returns>What fills them.</returns>
    internal static (RowAppender Kept, RowAppender Rejected) Append(DuckDbConnection connection, int columns)
    {
        connection.Execute($"""
            CREATE TABLE {Table} ({string.Concat(Enumerable.Range(0, columns).Select(i => $"{CsvSource.Column(i)} VARCHAR, "))}line BIGINT);
            CREATE TABLE rejected (line BIGINT, reason VARCHAR, "column" INTEGER, content VARCHAR)
            """);
        return (
            new RowAppender(connection, Table, [.. Enumerable.Repeat(DuckDbTypeId.Varchar, columns), DuckDbTypeId.BigInt]),
            new RowAppender(connection, "rejected", [DuckDbTypeId.BigInt, DuckDbTypeId.Varchar, DuckDbTypeId.Integer, DuckDbTypeId.Varchar]));
    }
}
