namespace Sandbox.Vault.Loading;

/// <summary>One column of a source that is ready to be written: how to get it, and where.</summary>
/// <param name="Name">Name from the source.</param>
/// <param name="Expression">SQL over the source relation, made by us from ordinals or quoted names.</param>
/// <param name="Type">Type of the expression.</param>
/// <param name="Origin">Type in the source, where it says more than <paramref name="Type"/>; see <see cref="ArrowTypeText"/>.</param>
/// <param name="Seen">Whether it has any value; else a type that nobody declared says nothing.</param>
/// <param name="Met">Whether its name is in the source at all.</param>
/// <param name="Made">Whether it is text only because every value ends in .0.</param>
internal sealed record SourceColumn(string Name, string Expression, StoredType Type, string? Origin = null, bool Seen = true, bool Met = true, bool Made = false);

/// <summary>A source that was read as far as needed to know its columns.</summary>
/// <param name="Relation">What to select from, including conditions.</param>
/// <param name="SampleCondition">SQL condition that keeps about 5,000 evenly spread rows.</param>
/// <param name="Columns">Its columns.</param>
internal sealed record SourceTable(string Relation, string SampleCondition, IReadOnlyList<SourceColumn> Columns)
{
    internal const long SampleRows = 5_000;

    internal static long Step(long rows) => Math.Max(1, rows / SampleRows);
}
