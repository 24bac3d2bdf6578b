namespace Sandbox.Policy.Disclosure;

/// <summary>Facts about one cell of a table, recomputed from the vault and never taken from a model's output.</summary>
/// <param name="Key">One entry a dimension, in the table's order; null stands for the margin over that dimension.</param>
/// <param name="Rows">Rows that fall into the cell (with or without a measure value).</param>
/// <param name="Subjects">Distinct subjects among the rows that have a measure value (or all rows of a count table); null where the data set has no subject key.</param>
/// <param name="NonNull">Rows with a measure value; equals <paramref name="Rows"/> for a count.</param>
/// <param name="Sum">Σ of the measure over the cell; 0 for a count.</param>
/// <param name="Largest">Largest contribution (of a subject where there is a key, else of a row).</param>
/// <param name="SecondLargest">Second largest contribution; 0 where there is none.</param>
/// <param name="Negatives">Contributions below zero.</param>
public sealed record CellEvidence(
    IReadOnlyList<string?> Key,
    long Rows,
    long? Subjects,
    long NonNull,
    double Sum,
    double Largest,
    double SecondLargest,
    long Negatives)
{
    /// <summary>Σ of the <see cref="DisclosureRules.NkN"/> largest contributions; needed only when that n is above 2.</summary>
    public double? LargestN { get; init; }

    /// <summary>Contributions other than zero; null where nobody counted them.</summary>
    public long? NonZero { get; init; }

    /// <summary>A statistic other than sum, mean and count that was computed by us: a deviation or a coefficient; null where there is none.</summary>
    public double? Statistic { get; init; }

    /// <summary>Residual degrees of freedom of the fit that a coefficient comes from; null for everything else.</summary>
    public long? ResidualDegrees { get; init; }

    /// <summary>True for a cell over all values of at least one dimension.</summary>
    public bool IsMargin => Key.Contains(null);

    /// <summary>Who counts as contributor: subjects where known, else rows with a value.</summary>
    public long Contributors => Subjects is { } subjects ? Math.Min(subjects, NonNull) : NonNull;
}
