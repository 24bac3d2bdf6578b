namespace Sandbox.Export.Suppression;

/// <summary>What the feasible range of a withheld cell must give: a width, and room under and over the value.</summary>
internal readonly record struct RangeNeed(double Width, double Below, double Above)
{
    /// <summary>Solvers answer to within a share of the figures.</summary>
    private const double Tolerance = 1e-7;

    public RangeNeed And(RangeNeed other) => new(Math.Max(Width, other.Width), Math.Max(Below, other.Below), Math.Max(Above, other.Above));

    /// <summary>False also for a range that is no number.</summary>
    public bool IsMet(FeasibleRange range, double value)
    {
        var slack = Tolerance * Math.Max(1, Math.Abs(value));
        return range.Width >= Width * (1 - Tolerance) && range.Least <= value - Below + slack && range.Greatest >= value + Above - slack;
    }
}
