namespace Sandbox.Bench.Measuring;

/// <summary>What a target is held against.</summary>
internal enum Judged
{
    /// <summary>Nothing: the line is information.</summary>
    Nothing = 0,

    /// <summary>Speed of ours over speed of the rival, from the medians.</summary>
    Ratio,

    /// <summary>Median of ours less median of the rival, in the line's unit.</summary>
    Difference,

    /// <summary>Median of ours, in the line's unit.</summary>
    Ours,
}

/// <summary>Whether a line holds its target.</summary>
internal enum LineVerdict
{
    BelowTarget = 0,
    Pass,
    NoTarget,
}

/// <summary>A target.</summary>
/// <param name="Judged">What it is about.</param>
/// <param name="Limit">The limit.</param>
/// <param name="AtLeast">True for a smallest value, false for a largest one.</param>
internal sealed record Target(Judged Judged, double Limit, bool AtLeast);

/// <summary>One line of the report.</summary>
/// <param name="Subject">Name that <c>--only</c> takes.</param>
/// <param name="Name">Name of the line.</param>
/// <param name="What">What we did.</param>
/// <param name="Unit">Unit of both series, such as <c>s</c> or <c>GB/s</c>.</param>
/// <param name="MoreIsBetter">True for rates, false for times.</param>
/// <param name="Ours">Our measurements.</param>
/// <param name="RivalName">Who the rival is and what it did.</param>
/// <param name="Rival">The rival's measurements; null where there is none.</param>
/// <param name="Target">The target; null for information.</param>
internal sealed record BenchLine(
    string Subject, string Name, string What, string Unit, bool MoreIsBetter, Series Ours, string? RivalName, Series? Rival, Target? Target)
{
    /// <summary>Speed of ours over the rival's; 1 is equal, more is faster.</summary>
    public double? Ratio => Rival is null ? null : MoreIsBetter ? Ours.Median / Rival.Median : Rival.Median / Ours.Median;

    public double? Difference => Rival is null ? null : Ours.Median - Rival.Median;

    public LineVerdict Verdict
    {
        get
        {
            var value = Target?.Judged switch
            {
                Judged.Ratio => Ratio,
                Judged.Difference => Difference,
                Judged.Ours => Ours.Median,
                _ => null,
            };
            return Target is null ? LineVerdict.NoTarget
                : value is { } known && (Target.AtLeast ? known >= Target.Limit : known <= Target.Limit) ? LineVerdict.Pass
                : LineVerdict.BelowTarget;
        }
    }
}
