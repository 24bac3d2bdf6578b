using Sandbox.Policy;

namespace Sandbox.Export.Artefacts;

/// <summary>A well-formed table, or why there is none.</summary>
public abstract record ArtefactResult
{
    private ArtefactResult()
    {
    }

    /// <param name="Table">Checked, normalised and sorted.</param>
    public sealed record Made(TableArtefact Table) : ArtefactResult;

    /// <param name="Refusals">At least one, without data values.</param>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals) : ArtefactResult;
}

/// <summary>
/// A table with declared dimensions and measures. It exists only in its normal form: dimensions first, rows in <see cref="RowOrder"/>, no two rows of one
/// key, no value that could hide something (NaN, minus zero, invisible characters).
/// </summary>
public sealed class TableArtefact
{
    private TableArtefact(string name, IReadOnlyList<ArtefactColumn> columns, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        Name = name;
        Columns = columns;
        Rows = rows;
        Dimensions = [.. columns.OfType<DimensionColumn>()];
        Measures = [.. columns.OfType<MeasureColumn>()];
    }

    /// <summary>File-safe name without extension.</summary>
    public string Name { get; }

    /// <summary>Dimensions, then measures, each in the declared order.</summary>
    public IReadOnlyList<ArtefactColumn> Columns { get; }

    public IReadOnlyList<DimensionColumn> Dimensions { get; }

    public IReadOnlyList<MeasureColumn> Measures { get; }

    /// <summary>Rows of cells in the order of <see cref="Columns"/>.</summary>
    public IReadOnlyList<IReadOnlyList<Cell>> Rows { get; }

    /// <summary>Checks and normalises a table; nothing of a faulty one is kept.</summary>
    /// <param name="name">File-safe name: lower-case letters, digits, <c>-</c>, <c>_</c>, at most 64.</param>
    /// <param name="columns">At least one measure; names distinct.</param>
    /// <param name="rows">Cells in the order of <paramref name="columns"/>.</param>
    public static ArtefactResult Create(
        string name, IReadOnlyList<ArtefactColumn> columns, IEnumerable<IReadOnlyList<Cell>> rows, ArtefactLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        var bounds = limits ?? new ArtefactLimits();
        if (ColumnRules.Check(name, columns, bounds) is { Count: > 0 } refusals)
        {
            return new ArtefactResult.Refused(refusals);
        }

        int[] order = [.. columns.Index().Where(c => c.Item is DimensionColumn).Select(c => c.Index), .. columns.Index().Where(c => c.Item is MeasureColumn).Select(c => c.Index)];
        ArtefactColumn[] sorted = [.. order.Select(at => columns[at])];
        var dimensions = sorted.Count(column => column is DimensionColumn);
        var kept = new List<IReadOnlyList<Cell>>();
        foreach (var row in rows)
        {
            if (kept.Count == bounds.MaxRows)
            {
                return Refuse(ArtefactRefusals.TooManyRows(bounds.MaxRows));
            }

            if (row is null || row.Count != columns.Count)
            {
                return Refuse(ArtefactRefusals.RaggedRow);
            }

            var cells = new Cell[sorted.Length];
            for (var at = 0; at < sorted.Length; at++)
            {
                if (CellRules.Check(row[order[at]], sorted[at], bounds, out cells[at]) is { } refusal)
                {
                    return Refuse(refusal);
                }
            }

            kept.Add(cells);
        }

        var comparer = new RowOrder(dimensions);
        kept.Sort(comparer);
        for (var at = 1; at < kept.Count; at++)
        {
            if (comparer.Compare(kept[at - 1], kept[at]) == 0)
            {
                return Refuse(ArtefactRefusals.RepeatedKey);
            }
        }

        return new ArtefactResult.Made(new TableArtefact(name, sorted, kept));
    }

    private static ArtefactResult.Refused Refuse(Refusal refusal) => new([refusal]);
}
