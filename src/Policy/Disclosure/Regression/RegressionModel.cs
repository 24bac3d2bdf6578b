namespace Sandbox.Policy.Disclosure.Regression;

/// <summary>What is fitted.</summary>
public enum RegressionKind
{
    /// <summary>Not stated: nothing is fitted.</summary>
    Unknown = 0,

    /// <summary>Ordinary least squares.</summary>
    LeastSquares,

    /// <summary>Logistic regression of 0 and 1.</summary>
    Logit,

    /// <summary>Probit regression of 0 and 1.</summary>
    Probit,
}

/// <summary>A fitted regression.</summary>
/// <param name="Coefficients">One a column of the design.</param>
/// <param name="StandardErrors">Of the coefficients: from the residual variance, or from the observed information.</param>
/// <param name="ResidualDegrees">Rows less rank of the design.</param>
/// <param name="Fit">R² (centred where the design holds a constant), or McFadden's pseudo-R².</param>
public sealed record RegressionFit(IReadOnlyList<double> Coefficients, IReadOnlyList<double> StandardErrors, long ResidualDegrees, double Fit);

/// <summary>
/// Regressions in our own code, so that their parameters are evidence and no model's word: least squares by the normal equations of columns scaled to length one with one step of refinement, logit
/// and probit by Newton's method on the log-likelihood (McCullagh and Nelder, Generalized Linear Models, 2nd ed., 1989, ch. 2 and 4; Greene, Econometric Analysis, 7th ed., ch. 17).
/// </summary>
public static class RegressionModel
{
    private const int MostSteps = 60;

    /// <summary>Null when the design has too few rows, dependent columns, values that are none, an outcome other than 0 and 1 where it must be, or no finite optimum (separated outcomes).</summary>
    /// <param name="kind">What is fitted.</param>
    /// <param name="design">Rows of equal length, the constant included where there is one.</param>
    /// <param name="outcome">One a row.</param>
    public static RegressionFit? Fit(RegressionKind kind, IReadOnlyList<double[]> design, IReadOnlyList<double> outcome)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(outcome);
        var columns = design.Count == 0 ? 0 : design[0].Length;
        if (columns == 0 || design.Count != outcome.Count || design.Count <= columns || design.Any(row => row.Length != columns || row.Any(value => !double.IsFinite(value)))
            || outcome.Any(value => !double.IsFinite(value) || (kind != RegressionKind.LeastSquares && value is not (0 or 1))))
        {
            return null;
        }

        var scale = new double[columns];
        foreach (var row in design)
        {
            for (var at = 0; at < columns; at++)
            {
                scale[at] += row[at] * row[at];
            }
        }

        if (scale.Contains(0))
        {
            return null;
        }

        double[][] scaled = [.. design.Select(row => row.Select((value, at) => value / Math.Sqrt(scale[at])).ToArray())];
        var fit = kind switch
        {
            RegressionKind.LeastSquares => LeastSquares(scaled, outcome),
            RegressionKind.Logit => Newton(scaled, outcome, Logit),
            RegressionKind.Probit => Newton(scaled, outcome, Probit),
            _ => null,
        };
        return fit is null ? null : fit with
        {
            Coefficients = [.. fit.Coefficients.Select((value, at) => value / Math.Sqrt(scale[at]))],
            StandardErrors = [.. fit.StandardErrors.Select((value, at) => value / Math.Sqrt(scale[at]))],
        };
    }

    private static RegressionFit? LeastSquares(double[][] design, IReadOnlyList<double> outcome)
    {
        var columns = design[0].Length;
        var weights = Enumerable.Repeat(1.0, design.Length).ToArray();
        if (Cholesky.Of(Cross(design, weights)) is not { } factor)
        {
            return null;
        }

        var coefficients = factor.Solve(Against(design, outcome));

        // What rounding left over, fitted again.
        var left = outcome.Select((value, row) => value - Dot(design[row], coefficients)).ToArray();
        coefficients = [.. coefficients.Zip(factor.Solve(Against(design, left)), (x, y) => x + y)];
        var residual = outcome.Select((value, row) => value - Dot(design[row], coefficients)).Sum(value => value * value);
        var degrees = design.Length - columns;
        var mean = HasConstant(design) ? outcome.Average() : 0;
        var total = outcome.Sum(value => (value - mean) * (value - mean));
        var inverse = factor.InverseDiagonal();
        return new RegressionFit(coefficients, [.. inverse.Select(value => Math.Sqrt(value * residual / degrees))], degrees, total == 0 ? 0 : 1 - (residual / total));
    }

    private static RegressionFit? Newton(double[][] design, IReadOnlyList<double> outcome, Func<double, double, (double Log, double Score, double Weight)> point)
    {
        var columns = design[0].Length;
        var coefficients = new double[columns];
        var likelihood = double.NegativeInfinity;
        for (var step = 0; step < MostSteps; step++)
        {
            var (now, scores, weights) = Evaluate(design, outcome, coefficients, point);
            if (Cholesky.Of(Cross(design, weights)) is not { } factor)
            {
                return null;
            }

            var change = factor.Solve(Against(design, scores));
            if (Math.Abs(now - likelihood) <= 1e-13 * Math.Abs(now) && change.Zip(coefficients).All(pair => Math.Abs(pair.First) <= 1e-10 * Math.Max(1e-3, Math.Abs(pair.Second))))
            {
                var positive = outcome.Sum();
                var share = positive / outcome.Count;
                var empty = share is 0 or 1 ? 0 : (positive * Math.Log(share)) + ((outcome.Count - positive) * Math.Log(1 - share));
                return empty == 0 ? null : new RegressionFit(coefficients, [.. factor.InverseDiagonal().Select(Math.Sqrt)], design.Length - columns, 1 - (now / empty));
            }

            // A step too far is halved until the likelihood grows.
            likelihood = now;
            var length = 1.0;
            double[] next;
            do
            {
                next = [.. coefficients.Zip(change, (value, by) => value + (length * by))];
                length /= 2;
            }
            while (length > 1e-6 && !(Evaluate(design, outcome, next, point).Likelihood >= now - (1e-12 * Math.Abs(now))));
            coefficients = next;
        }

        return null;
    }

    private static (double Likelihood, double[] Scores, double[] Weights) Evaluate(double[][] design, IReadOnlyList<double> outcome, double[] coefficients, Func<double, double, (double Log, double Score, double Weight)> point)
    {
        var (sum, scores, weights) = (0.0, new double[design.Length], new double[design.Length]);
        for (var row = 0; row < design.Length; row++)
        {
            var (log, score, weight) = point(Dot(design[row], coefficients), outcome[row]);
            (scores[row], weights[row]) = (score, weight);
            sum += log;
        }

        return (sum, scores, weights);
    }

    private static (double Log, double Score, double Weight) Logit(double at, double outcome)
    {
        var probability = 1 / (1 + Math.Exp(-at));
        var log = (outcome == 1 ? Math.Min(at, 0) : Math.Min(-at, 0)) - double.LogP1(Math.Exp(-Math.Abs(at)));
        return (log, outcome - probability, probability * (1 - probability));
    }

    private static (double Log, double Score, double Weight) Probit(double at, double outcome)
    {
        var sign = outcome == 1 ? 1.0 : -1.0;
        var hazard = NormalDistribution.Hazard(sign * at);
        return (NormalDistribution.LogCumulative(sign * at), sign * hazard, hazard * (hazard + (sign * at)));
    }

    private static bool HasConstant(double[][] design) =>
        Enumerable.Range(0, design[0].Length).Any(column => design.All(row => row[column] == design[0][column]));

    private static double[,] Cross(double[][] design, double[] weights)
    {
        var columns = design[0].Length;
        var cross = new double[columns, columns];
        for (var row = 0; row < design.Length; row++)
        {
            for (var i = 0; i < columns; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    cross[i, j] += weights[row] * design[row][i] * design[row][j];
                }
            }
        }

        return cross;
    }

    private static double[] Against(double[][] design, IReadOnlyList<double> values)
    {
        var sums = new double[design[0].Length];
        for (var row = 0; row < design.Length; row++)
        {
            for (var at = 0; at < sums.Length; at++)
            {
                sums[at] += design[row][at] * values[row];
            }
        }

        return sums;
    }

    private static double Dot(double[] row, double[] coefficients)
    {
        var sum = 0.0;
        for (var at = 0; at < row.Length; at++)
        {
            sum += row[at] * coefficients[at];
        }

        return sum;
    }
}
