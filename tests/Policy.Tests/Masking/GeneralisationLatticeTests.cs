using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

/// <summary>The search against trying every node.</summary>
public sealed class GeneralisationLatticeTests
{
    [Fact]
    public void The_lowest_node_that_holds_is_found()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var rows = Enumerable.Range(0, 200).Select(_ => (Age: random.Next(100), Place: random.Next(64))).ToArray();
            var k = random.Next(2, 12);
            var most = random.Next(3) * 10;
            int[] heights = [4, 3];
            LatticeCount Count(IReadOnlyList<int> node)
            {
                var groups = rows.GroupBy(row => (row.Age / (int)Math.Pow(5, node[0]), row.Place >> (3 * node[1]))).Select(group => group.Count()).ToArray();
                return new LatticeCount(groups.Where(size => size < k).Sum(), groups.Count(size => size >= k));
            }

            var all = from a in Enumerable.Range(0, 4) from p in Enumerable.Range(0, 3) let count = Count([a, p]) where count.LeftOut <= most select (Sum: a + p, Count: count);
            var best = all.OrderBy(item => item.Sum).ThenByDescending(item => item.Count.Classes).ThenBy(item => item.Count.LeftOut).Select(item => ((int, LatticeCount)?)(item.Sum, item.Count)).FirstOrDefault();
            var found = GeneralisationLattice.Lowest(heights, Count, most);
            Assert.Equal(best is null, found is null);
            if (best is { } expected)
            {
                Assert.Equal(expected.Item1, found!.Value.Node.Sum());
                Assert.Equal(expected.Item2, found.Value.Count);
            }
        }
    }

    [Fact]
    public void A_lattice_that_is_too_large_or_has_no_steps_gives_nothing_and_counts_nothing()
    {
        LatticeCount Never(IReadOnlyList<int> node) => throw new InvalidOperationException();
        Assert.Null(GeneralisationLattice.Lowest([6, 6, 6, 6, 6], Never, 0));
        Assert.Null(GeneralisationLattice.Lowest([2, 0], Never, 0));
        Assert.Null(GeneralisationLattice.Lowest([.. Enumerable.Repeat(6, 40)], Never, 0));
    }

    [Fact]
    public void When_even_the_coarsest_fails_only_that_one_is_counted()
    {
        var counted = 0;
        Assert.Null(GeneralisationLattice.Lowest([6, 6], _ => new LatticeCount(++counted, 0), 0));
        Assert.Equal(1, counted);
    }
}
