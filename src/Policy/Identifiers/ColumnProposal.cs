namespace Sandbox.Policy.Identifiers;

/// <summary>What the classifier proposes for a column: counts and grades, never a value. The provider confirms or changes it.</summary>
/// <param name="Column">The column's name as given.</param>
/// <param name="Kind">The kind that most values agree on, or that the name announces.</param>
/// <param name="Grade">The proposed grade.</param>
/// <param name="Values">Non-empty values looked at.</param>
/// <param name="Empty">NULL or blank values.</param>
/// <param name="Hits">Values recognised by each detector; a value can count for several kinds.</param>
/// <param name="NamedSo">True when the column's name speaks for <paramref name="Kind"/>.</param>
public sealed record ColumnProposal(
    string Column,
    IdentifierKind Kind,
    ColumnGrade Grade,
    long Values,
    long Empty,
    IReadOnlyDictionary<IdentifierKind, long> Hits,
    bool NamedSo);
