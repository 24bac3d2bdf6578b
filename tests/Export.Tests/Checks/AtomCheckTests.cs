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
}
