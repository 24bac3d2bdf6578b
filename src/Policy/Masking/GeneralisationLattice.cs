namespace Sandbox.Policy.Masking;

/// <summary>What a node of the lattice does to a table.</summary>
/// <param name="LeftOut">Rows in classes that are too small.</param>
/// <param name="Classes">Classes that remain: more of them tell more.</param>
public sealed record LatticeCount(long LeftOut, long Classes);

/// <summary>
/// Search of the lattice of generalisations (Samarati, "Protecting respondents' identities in microdata release", 2001): a node takes a step of every ladder. The lowest node, by the sum of its steps, that leaves
/// out few enough rows is taken; among equals the one that keeps the most classes, then the fewest left out, then the one that comes first.
/// </summary>
public static class GeneralisationLattice
{
    /// <summary>Most nodes that are counted.</summary>
    public const int MostNodes = 1500;

    /// <param name="heights">Steps of each ladder, at least 1.</param>
    /// <param name="count">Counts a node, given as a step of each ladder from 0.</param>
    /// <param name="mostLeftOut">Most rows that may be left out.</param>
    /// <returns>The node and its count; null when even the coarsest leaves out too many, or the lattice has more than <see cref="MostNodes"/> nodes.</returns>
    public static (int[] Node, LatticeCount Count)? Lowest(IReadOnlyList<int> heights, Func<IReadOnlyList<int>, LatticeCount> count, long mostLeftOut)
    {
        ArgumentNullException.ThrowIfNull(heights);
        ArgumentNullException.ThrowIfNull(count);
        if (heights.Any(height => height < 1) || heights.Aggregate(1L, (product, height) => Math.Min(product * height, int.MaxValue)) > MostNodes)
        {
            return null;
        }

        // If the coarsest node fails no other can hold, as steps only join classes; said first, since it is the usual failure.
        int[] top = [.. heights.Select(height => height - 1)];
        var coarsest = count(top);
        if (coarsest.LeftOut > mostLeftOut)
        {
            return null;
        }

        for (var sum = 0; sum < top.Sum(); sum++)
        {
            (int[] Node, LatticeCount Count)? best = null;
            foreach (var node in Nodes(heights, sum))
            {
                var counted = count(node);
                if (counted.LeftOut <= mostLeftOut && (best is not { } known || (counted.Classes, -counted.LeftOut).CompareTo((known.Count.Classes, -known.Count.LeftOut)) > 0))
                {
                    best = (node, counted);
                }
            }

            if (best is not null)
            {
                return best;
            }
        }

        return (top, coarsest);
    }

    private static IEnumerable<int[]> Nodes(IReadOnlyList<int> heights, int sum)
    {
        var node = new int[heights.Count];
        return Fill(0, sum);

        IEnumerable<int[]> Fill(int at, int left)
        {
            if (at == heights.Count)
            {
                if (left == 0)
                {
                    yield return (int[])node.Clone();
                }

                yield break;
            }

            for (var step = 0; step < heights[at] && step <= left; step++)
            {
                node[at] = step;
                foreach (var found in Fill(at + 1, left - step))
                {
                    yield return found;
                }
            }
        }
    }
}
