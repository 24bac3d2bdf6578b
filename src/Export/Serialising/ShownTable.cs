using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>The beginning of a table as people read it on a screen, in the very texts of the files that would leave.</summary>
/// <param name="Columns">Headings, dimensions first.</param>
/// <param name="Rows">Texts; what is withheld stands as null.</param>
/// <param name="All">Rows that the table has.</param>
public sealed record ShownTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, int All)
{
    /// <param name="most">Rows to show at most.</param>
    public static ShownTable Of(TableArtefact table, int most)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new(
            table.Name,
            [.. table.Columns.Select(column => column.Name)],
            [.. table.Rows.Take(most).Select(row => (IReadOnlyList<string?>)[.. row.Select((cell, at) => cell is Cell.Withheld ? null : CellForm.Shown(cell, table.Columns[at]))])],
            table.Rows.Count);
    }
}
