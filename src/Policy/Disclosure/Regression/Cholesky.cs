namespace Sandbox.Policy.Disclosure.Regression;

/// <summary>The Cholesky factor of a symmetric positive definite matrix (Golub and Van Loan, Matrix Computations, 4.2).</summary>
internal sealed class Cholesky
{
    private const double Singular = 1e-12;

    private readonly double[,] _factor;

    private Cholesky(double[,] factor) => _factor = factor;

    /// <summary>Null when the matrix is not definite, or so nearly that its columns depend on one another.</summary>
    /// <param name="matrix">Its lower triangle is read.</param>
    public static Cholesky? Of(double[,] matrix)
    {
        var size = matrix.GetLength(0);
        var factor = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++)
                {
                    sum -= factor[i, k] * factor[j, k];
                }

                if (i != j)
                {
                    factor[i, j] = sum / factor[j, j];
                }
                else if (sum > Singular * matrix[i, i])
                {
                    factor[i, i] = Math.Sqrt(sum);
                }
                else
                {
                    return null;
                }
            }
        }

        return new Cholesky(factor);
    }

    public double[] Solve(double[] right)
    {
        var size = right.Length;
        var result = (double[])right.Clone();
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
            {
                result[i] -= _factor[i, k] * result[k];
            }

            result[i] /= _factor[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
            {
                result[i] -= _factor[k, i] * result[k];
            }

            result[i] /= _factor[i, i];
        }

        return result;
    }

    public double[] InverseDiagonal()
    {
        var size = _factor.GetLength(0);
        return [.. Enumerable.Range(0, size).Select(at =>
        {
            var unit = new double[size];
            unit[at] = 1;
            return Solve(unit)[at];
        })];
    }
}
