namespace Sandbox.Policy.Disclosure.Regression;

/// <summary>The standard normal distribution to about 1e-14: Taylor series in the middle, Laplace's continued fraction in the tails (Abramowitz and Stegun 26.2.11, 26.2.14).</summary>
internal static class NormalDistribution
{
    private const double Tail = 4;

    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>log Φ(x), finite far into the lower tail.</summary>
    public static double LogCumulative(double x) => x < -Tail ? Math.Log(Ratio(-x)) - (x * x / 2) - (Math.Log(2 * Math.PI) / 2) : Math.Log(Cumulative(x));

    /// <summary>φ(x)/Φ(x), the inverse Mills ratio.</summary>
    public static double Hazard(double x) => x < -Tail ? 1 / Ratio(-x) : Density(x) / Cumulative(x);

    public static double Cumulative(double x) =>
        x < -Tail ? Density(x) * Ratio(-x) : x > Tail ? 1 - (Density(x) * Ratio(x)) : 0.5 + (Density(x) * Series(x));

    private static double Series(double x)
    {
        var (term, sum) = (x, x);
        for (var n = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum) && n < 400; n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return sum;
    }

    // (1 − Φ(x))/φ(x) for x above 4, from below upwards.
    private static double Ratio(double x)
    {
        var fraction = x;
        for (var n = 60; n >= 1; n--)
        {
            fraction = x + (n / fraction);
        }

        return 1 / fraction;
    }
}
