namespace Sandbox.Export.Artefacts;

/// <summary>What the values of a column are. Unknown is refused.</summary>
public enum ValueKind
{
    Unknown = 0,
    Text,
    Whole,
    Exact,
    Real,
    Flag,
    Day,
}

/// <summary>What a measure says about the subjects of a cell. Unknown is refused.</summary>
public enum MeasureKind
{
    Unknown = 0,
    Count,
    Sum,
    Mean,
    Median,
    Minimum,
    Maximum,
    Deviation,
    Coefficient,
}

/// <summary>A column of an artefact: a declared dimension or a declared measure; there is no third sort.</summary>
public abstract record ArtefactColumn
{
    private protected ArtefactColumn(string name, ValueKind kind, string? source)
    {
        Name = name;
        Kind = kind;
        Source = source;
    }

    /// <summary>Heading: 1 to 64 letters, digits, blanks or <c>_ - . ( ) %</c>, beginning with a letter.</summary>
    public string Name { get; }

    /// <summary>Type of every present value.</summary>
    public ValueKind Kind { get; }

    /// <summary>Granted column that it is made from, as <c>table.column</c>; null only for a count.</summary>
    public string? Source { get; }
}

/// <summary>A column whose values name the groups of the table.</summary>
public sealed record DimensionColumn : ArtefactColumn
{
    public DimensionColumn(string name, ValueKind kind, string source)
        : base(name, kind, source)
    {
    }
}

/// <summary>A column whose values describe a group.</summary>
public sealed record MeasureColumn : ArtefactColumn
{
    public MeasureColumn(string name, ValueKind kind, string? source, MeasureKind measure, int significantDigits)
        : base(name, kind, source)
    {
        Measure = measure;
        SignificantDigits = significantDigits;
    }

    /// <summary>What is computed over the group.</summary>
    public MeasureKind Measure { get; }

    /// <summary>Digits that may leave, 1 to 15; a count is written in full.</summary>
    public int SignificantDigits { get; }

    /// <summary>The whole number that a count is rounded to a multiple of; null for none.</summary>
    public int? RoundedTo { get; init; }
}
