namespace Sandbox.Export.Artefacts;

/// <summary>One typed value of an artefact. Nothing else can stand in a file that leaves.</summary>
public abstract record Cell
{
    private Cell()
    {
    }

    /// <summary>No value is known (SQL NULL).</summary>
    public sealed record Missing : Cell
    {
        public static Missing Value { get; } = new();
    }

    /// <summary>A value that disclosure control keeps back; it is written as the mark <c>x</c>, never as an empty cell.</summary>
    public sealed record Withheld : Cell
    {
        public static Withheld Value { get; } = new();
    }

    /// <summary>In a dimension: this row is a margin over all values of the dimension.</summary>
    public sealed record Total : Cell
    {
        public static Total Value { get; } = new();
    }

    /// <summary>Category text. Control, bidirectional and invisible characters are refused by <see cref="TableArtefact.Create"/>.</summary>
    public sealed record Text(string Value) : Cell;

    /// <summary>A whole number.</summary>
    public sealed record Whole(long Value) : Cell;

    /// <summary>An exact decimal number.</summary>
    public sealed record Exact(decimal Value) : Cell;

    /// <summary>A binary floating-point number; NaN and the infinities are refused, minus zero becomes zero.</summary>
    public sealed record Real(double Value) : Cell;

    /// <summary>A truth value.</summary>
    public sealed record Flag(bool Value) : Cell;

    /// <summary>A calendar day.</summary>
    public sealed record Day(DateOnly Value) : Cell;
}
