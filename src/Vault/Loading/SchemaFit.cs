using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>A column that a further load of a data set must have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its stored type.</param>
/// <param name="Identifier">Whether it lies with the identifiers.</param>
/// <param name="Text">Whether a nested value is stored as JSON text.</param>
public sealed record ExpectedColumn(string Name, StoredType Type, bool Identifier, bool Text);

/// <summary>Holds a further delivery against the columns that its data set has: the same names, types and groups, in any order.</summary>
internal static class SchemaFit
{
    /// <summary>The source with its columns in the order of the data set.</summary>
    /// <exception cref="WorkerRefusedException">A column is missing, is new or has another type.</exception>
    internal static SourceTable Fit(SourceTable source, IReadOnlyList<ExpectedColumn> expected)
    {
        if (expected.Count == 0)
        {
            return source;
        }

        var columns = new SourceColumn[expected.Count];
        for (var i = 0; i < columns.Length; i++)
        {
            var wanted = expected[i];
            columns[i] = source.Columns.FirstOrDefault(column => string.Equals(column.Name, wanted.Name, StringComparison.Ordinal)) ?? throw new WorkerRefusedException(LoadRules.Schema, i);
            if (columns[i].Type != wanted.Type || (wanted.Type.Kind == StoredKind.Nested && columns[i].Origin is null == wanted.Text))
            {
                throw new WorkerRefusedException(LoadRules.Schema, i, columns[i].Type.Kind.ToString());
            }
        }

        return source.Columns.Count == columns.Length ? source with { Columns = columns } : throw new WorkerRefusedException(LoadRules.Schema);
    }

    /// <summary>Which columns are written apart: those of the data set. A column that turns out to identify without being one of them may not pass as harmless.</summary>
    /// <param name="identifies">What the values told; null before they were seen.</param>
    /// <exception cref="WorkerRefusedException">A column identifies that was graded as not identifying.</exception>
    internal static bool[] Apart(IReadOnlyList<ExpectedColumn> expected, bool[]? identifies)
    {
        for (var i = 0; i < expected.Count && identifies is not null; i++)
        {
            if (identifies[i] && !expected[i].Identifier)
            {
                throw new WorkerRefusedException(LoadRules.Identifies, i);
            }
        }

        return [.. expected.Select(column => column.Identifier)];
    }
}
