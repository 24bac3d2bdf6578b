using Sandbox.Export.Checks;
using Sandbox.Policy;

namespace Sandbox.Export.Tests.Checks;

public sealed class AtomCheckTests
{
    [Fact]
    public void Every_combination_of_small_atoms_is_held()
    {
        for (var first = 0; first <= 12; first++)
        {
            for (var second = 0; second <= 12; second++)
            {
                var small = first is > 0 and < 10 || second is > 0 and < 10;
                Assert.Equal(small ? Verdict.Fail : Verdict.Pass, AtomCheck.Evaluate(10, [first, second, 1000]));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_faulty_minimum_fails(int minimum) => Assert.Equal(Verdict.Fail, AtomCheck.Evaluate(minimum, [100]));

    [Theory]
    [InlineData(DifferencingSearch.NotMade, "SB-EXP-19")]
    [InlineData(DifferencingSearch.Undecided, "SB-EXP-19")]
    [InlineData(DifferencingSearch.Isolates, "SB-EXP-15")]
    [InlineData((DifferencingSearch)99, "SB-EXP-19")]
    public void Only_a_search_that_found_nothing_lets_a_table_pass(DifferencingSearch search, string rule)
    {
        var report = ExportChecker.Check(Sample.Case(Sample.Table() with { Differencing = search }));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal(rule, Assert.Single(report.ForAuthor()).Words.Rule);
        Assert.Empty(report.Tables);
    }
}
