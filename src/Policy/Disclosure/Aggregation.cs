namespace Sandbox.Policy.Disclosure;

/// <summary>What a table's cells hold. An unknown aggregation fails every cell.</summary>
public enum Aggregation
{
    /// <summary>Not stated.</summary>
    Unknown = 0,

    /// <summary>Number of rows or subjects.</summary>
    Count,

    /// <summary>Sum of a measure.</summary>
    Sum,

    /// <summary>Mean of a measure.</summary>
    Mean,

    /// <summary>Median of a measure: position statistic, no dominance rule.</summary>
    Median,
}
