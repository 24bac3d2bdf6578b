namespace Sandbox.Export.Artefacts;

/// <summary>The one order in which rows leave: by the dimensions from left to right, so that the order carries nothing of its own.</summary>
internal sealed class RowOrder(int dimensions) : IComparer<IReadOnlyList<Cell>>
{
    public int Compare(IReadOnlyList<Cell>? x, IReadOnlyList<Cell>? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        for (var at = 0; at < dimensions; at++)
        {
            if (CompareCells(x[at], y[at]) is var order && order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>Missing first, then values by type, margins last.</summary>
    public static int CompareCells(Cell x, Cell y) => (x, y) switch
    {
        (Cell.Text a, Cell.Text b) => string.CompareOrdinal(a.Value, b.Value),
        (Cell.Whole a, Cell.Whole b) => a.Value.CompareTo(b.Value),
        (Cell.Exact a, Cell.Exact b) => a.Value.CompareTo(b.Value),
        (Cell.Real a, Cell.Real b) => a.Value.CompareTo(b.Value),
        (Cell.Flag a, Cell.Flag b) => a.Value.CompareTo(b.Value),
        (Cell.Day a, Cell.Day b) => a.Value.CompareTo(b.Value),
        _ => Rank(x).CompareTo(Rank(y)),
    };

    private static int Rank(Cell cell) => cell switch
    {
        Cell.Missing => 0,
        Cell.Flag => 1,
        Cell.Whole => 2,
        Cell.Exact => 3,
        Cell.Real => 4,
        Cell.Day => 5,
        Cell.Text => 6,
        Cell.Withheld => 7,
        _ => 8,
    };
}
