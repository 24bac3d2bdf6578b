namespace Sandbox.Bench.Measuring;

/// <summary>The measurements of one side, in the order in which they were taken.</summary>
/// <param name="Values">At least one, all in one unit.</param>
internal sealed record Series(IReadOnlyList<double> Values)
{
    public double Median { get; } = MedianOf(Values);

    public double Least => Values.Min();

    public double Most => Values.Max();

    public Series Map(Func<double, double> change) => new([.. Values.Select(change)]);

    private static double MedianOf(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
