using Sandbox.Policy.Disclosure.Regression;

namespace Sandbox.Policy.Tests.Disclosure.Regression;

/// <summary>Regressions against their closed forms.</summary>
public sealed class RegressionModelTests
{
    [Fact]
    public void Least_squares_of_a_line()
    {
        // NIST StRD "NoInt1"-like small case, by hand: y = 1 + 2x with residuals ±1.
        double[] y = [2, 2, 6, 6];
        var fit = RegressionModel.Fit(RegressionKind.LeastSquares, [[1, 0], [1, 1], [1, 2], [1, 3]], y)!;
        Assert.Equal(1.6, fit.Coefficients[0], 12);
        Assert.Equal(1.6, fit.Coefficients[1], 12);
        Assert.Equal(2, fit.ResidualDegrees);
        Assert.Equal(0.8, fit.Fit, 12);
        Assert.Equal(Math.Sqrt(1.6 / 5), fit.StandardErrors[1], 12);
    }

    [Fact]
    public void Logit_of_one_indicator_is_the_log_odds_ratio()
    {
        // 30 of 100 without, 60 of 100 with the property.
        var (design, outcome) = TwoGroups(30, 60);
        var fit = RegressionModel.Fit(RegressionKind.Logit, design, outcome)!;
        Assert.Equal(Math.Log(30 / 70.0), fit.Coefficients[0], 9);
        Assert.Equal(Math.Log(60 / 40.0 / (30 / 70.0)), fit.Coefficients[1], 9);
        Assert.Equal(Math.Sqrt((1 / 30.0) + (1 / 70.0) + (1 / 60.0) + (1 / 40.0)), fit.StandardErrors[1], 9);
    }

    [Fact]
    public void Probit_of_one_indicator_is_the_difference_of_quantiles()
    {
        var (design, outcome) = TwoGroups(30, 60);
        var fit = RegressionModel.Fit(RegressionKind.Probit, design, outcome)!;
        Assert.Equal(-0.524400512708041, fit.Coefficients[0], 9);
        Assert.Equal(0.524400512708041 + 0.253347103135800, fit.Coefficients[1], 9);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.96, 0.975002104851780)]
    [InlineData(-3, 0.00134989803163009)]
    [InlineData(-6, 9.86587645037698e-10)]
    [InlineData(-10, 7.61985302416053e-24)]
    public void The_normal_distribution_is_known(double at, double expected) => Assert.Equal(1, NormalDistribution.Cumulative(at) / expected, 11);

    [Fact]
    public void What_has_no_fit_is_refused()
    {
        double[][] line = [[1, 0], [1, 1], [1, 2]];
        Assert.Null(RegressionModel.Fit(RegressionKind.Unknown, line, [1, 2, 3]));
        Assert.Null(RegressionModel.Fit(RegressionKind.LeastSquares, [], []));
        Assert.Null(RegressionModel.Fit(RegressionKind.LeastSquares, line, [1, 2]));
        Assert.Null(RegressionModel.Fit(RegressionKind.LeastSquares, line[..2], [1, 2]));
        Assert.Null(RegressionModel.Fit(RegressionKind.LeastSquares, [[1, 2], [2, 4], [3, 6]], [1, 2, 3]));
        Assert.Null(RegressionModel.Fit(RegressionKind.LeastSquares, [[1, double.NaN], [1, 1], [1, 2]], [1, 2, 3]));
        Assert.Null(RegressionModel.Fit(RegressionKind.Logit, line, [0, 1, 2]));

        // Separated outcomes have no finite optimum.
        Assert.Null(RegressionModel.Fit(RegressionKind.Logit, [[1, 0], [1, 1], [1, 2], [1, 3]], [0, 0, 1, 1]));
        Assert.Null(RegressionModel.Fit(RegressionKind.Probit, [[1, 0], [1, 1], [1, 2], [1, 3]], [1, 1, 1, 1]));
    }

    private static (double[][] Design, double[] Outcome) TwoGroups(int without, int with) =>
    (
        [.. Enumerable.Range(0, 200).Select(row => new double[] { 1, row / 100 })],
        [.. Enumerable.Range(0, 200).Select(row => row % 100 < (row < 100 ? without : with) ? 1.0 : 0.0)]
    );
}
