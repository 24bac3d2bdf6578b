namespace Sandbox.Policy.Masking;

/// <summary>Number arithmetic of the rules. A result that cannot be represented is NULL, never a wrapped or unmasked value.</summary>
internal static class Numbers
{
    /// <summary>Largest parameter of a number rule.</summary>
    public const decimal Bound = 1_000_000_000_000_000m;

    public static long? Band(long value, decimal width) => Whole(Band((decimal)value, width));

    public static double? Band(double value, decimal width)
    {
        var step = (double)width;
        var lower = Math.Floor(value / step) * step;
        return double.IsFinite(lower) ? Clean(lower) : null;
    }

    public static decimal? Band(decimal value, decimal width) => Scaled(value, width, Math.Floor);

    public static long? Round(long value, decimal step) => Whole(Round((decimal)value, step));

    public static double? Round(double value, decimal step)
    {
        var width = (double)step;
        var rounded = Math.Round(value / width, MidpointRounding.AwayFromZero) * width;
        return double.IsFinite(rounded) ? Clean(rounded) : null;
    }

    public static decimal? Round(decimal value, decimal step) =>
        Scaled(value, step, quotient => Math.Round(quotient, MidpointRounding.AwayFromZero));

    public static long? Clip(long value, decimal bottom, decimal top) => Whole(Math.Clamp((decimal)value, bottom, top));

    public static double? Clip(double value, decimal bottom, decimal top) =>
        double.IsFinite(value) ? Math.Clamp(value, (double)bottom, (double)top) : null;

    private static decimal? Scaled(decimal value, decimal step, Func<decimal, decimal> whole)
    {
        try
        {
            return whole(value / step) * step;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static long? Whole(decimal? value) =>
        value is { } number && decimal.Truncate(number) is >= long.MinValue and <= long.MaxValue ? (long)decimal.Truncate(number) : null;

    // A step such as 0.1 leaves binary dust behind (0.30000000000000004): 15 digits are the ones a double owns, and −0 would tell a sign.
    private static double Clean(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var digits = 14 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits is >= 0 and <= 15 ? Math.Round(value, digits) : value;
    }
}
