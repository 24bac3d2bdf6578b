using System.Numerics;

namespace Sandbox.Enclave.Rounds;

/// <summary>One coefficient of a fit.</summary>
/// <param name="Term">Name of the quantity, or <c>intercept</c>.</param>
/// <param name="Estimate">The least-squares estimate.</param>
/// <param name="StandardError">Its standard error under the usual assumptions; zero where there are no residual degrees of freedom.</param>
public sealed record RegressionTerm(string Term, double Estimate, double StandardError);

/// <summary>
/// Ordinary least squares from summed cross products: Σxx′ and Σxy are the same numbers whether rows are pooled or added up at their homes, so the fit is that of the pooled rows.
/// The normal equations are solved in whole numbers (E. H. Bareiss, Math. Comp. 22, 1968); nothing is rounded before the last division.
/// </summary>
/// <param name="Terms">The intercept first, then the predictors in the order asked for.</param>
/// <param name="Rows">Complete rows.</param>
/// <param name="ResidualDegrees">Rows less coefficients.</param>
/// <param name="ResidualSumOfSquares">Σ of squared residuals.</param>
/// <param name="RSquared">Share of the variation explained; zero where the response does not vary.</param>
public sealed record RegressionFit(IReadOnlyList<RegressionTerm> Terms, long Rows, long ResidualDegrees, double ResidualSumOfSquares, double RSquared)
{
    /// <summary>Fits one group; null where the group was withheld, a name is unknown or doubled, or the predictors determine one another.</summary>
    public static RegressionFit? Fit(RoundTotals totals, string group, string response, IReadOnlyList<string> predictors)
    {
        ArgumentNullException.ThrowIfNull(totals);
        ArgumentNullException.ThrowIfNull(predictors);
        string[] names = [.. predictors, response];
        var cells = names.Select(name => totals.Cells.FirstOrDefault(cell => cell.Group == group && cell.Measure == name)).ToArray();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length || cells.Any(cell => cell?.SumOfSquares is null) || Products(totals, group, names) is not { } products)
        {
            return null;
        }

        // Every quantity in whole units of its last decimal: the scales are put back at the end.
        var size = predictors.Count + 1;
        var n = (BigInteger)cells[0]!.Count;
        var moments = new BigInteger[size + 1, size + 1];
        moments[0, 0] = n;
        for (var i = 0; i < names.Length; i++)
        {
            moments[0, i + 1] = moments[i + 1, 0] = (BigInteger)cells[i]!.Sum.Units;
            for (var j = 0; j < names.Length; j++)
            {
                moments[i + 1, j + 1] = products[i, j];
            }
        }

        if (n < size || Solve(moments, size) is not { } solved)
        {
            return null;
        }

        var (determinant, beta, inverse) = solved;
        var scale = cells.Select(cell => BigInteger.Pow(10, cell!.Sum.Decimals)).ToArray();
        var own = scale[^1];

        // Residual sum of squares Σy² − Σ b·Σxy, over the determinant, in squared units of the response.
        var residual = (moments[size, size] * determinant) - Enumerable.Range(0, size).Aggregate(BigInteger.Zero, (sum, i) => sum + (beta[i] * moments[i, size]));
        var degrees = (long)(n - size);
        var residuals = Math.Max(0, Moments.Ratio(residual, determinant * own * own));
        var variance = degrees > 0 ? residuals / degrees : 0;
        var terms = Enumerable.Range(0, size).Select(i =>
        {
            var predictor = i == 0 ? BigInteger.One : scale[i - 1];
            var spread = Math.Max(0, Moments.Ratio(inverse[i] * predictor * predictor, determinant));
            return new RegressionTerm(i == 0 ? "intercept" : names[i - 1], Moments.Ratio(beta[i] * predictor, determinant * own), Math.Sqrt(variance * spread));
        });
        var total = (moments[size, size] * n) - (moments[0, size] * moments[0, size]);
        var share = total.IsZero ? 0 : 1 - Moments.Ratio(residual * n, determinant * total);
        return new([.. terms], (long)n, degrees, residuals, share);
    }

    private static BigInteger[,]? Products(RoundTotals totals, string group, string[] names)
    {
        var products = new BigInteger[names.Length, names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            products[i, i] = (BigInteger)(totals.Cells.First(cell => cell.Group == group && cell.Measure == names[i]).SumOfSquares?.Units ?? 0);
            for (var j = 0; j < i; j++)
            {
                var found = totals.Products.FirstOrDefault(one => one.Group == group && ((one.First == names[i] && one.Second == names[j]) || (one.First == names[j] && one.Second == names[i])));
                if (found is null)
                {
                    return null;
                }

                products[i, j] = products[j, i] = (BigInteger)found.Sum.Units;
            }
        }

        return products;
    }

    /// <summary>The determinant, and determinant times the solution and times the diagonal of the inverse; null where the matrix is singular.</summary>
    private static (BigInteger Determinant, BigInteger[] Beta, BigInteger[] Inverse)? Solve(BigInteger[,] moments, int size)
    {
        // Fraction-free Gauss–Jordan on [X'X | X'y | I]: afterwards the left block is the determinant times the unit matrix.
        var width = (2 * size) + 1;
        var m = new BigInteger[size, width];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= size; j++)
            {
                m[i, j] = moments[i, j];
            }

            m[i, size + 1 + i] = BigInteger.One;
        }

        var previous = BigInteger.One;
        for (var pivot = 0; pivot < size; pivot++)
        {
            // X'X is positive semidefinite: a zero pivot means that it is singular.
            if (m[pivot, pivot].IsZero)
            {
                return null;
            }

            for (var row = 0; row < size; row++)
            {
                if (row == pivot)
                {
                    continue;
                }

                var factor = m[row, pivot];
                for (var column = 0; column < width; column++)
                {
                    m[row, column] = ((m[pivot, pivot] * m[row, column]) - (factor * m[pivot, column])) / previous;
                }
            }

            previous = m[pivot, pivot];
        }

        return (previous, [.. Enumerable.Range(0, size).Select(i => m[i, size])], [.. Enumerable.Range(0, size).Select(i => m[i, size + 1 + i])]);
    }
}
