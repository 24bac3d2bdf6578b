namespace Sandbox.Policy.Disclosure.Differencing;

/// <summary>
/// Whether figures over published sets can be added and subtracted to a figure of few subjects. A combination gives every atom a weight, the sum of the weights of the sets that hold it;
/// it isolates the atoms whose weight is not zero. In the vectors of the atoms over the sets such a group is a cocircuit: taking it away lowers the rank. The search for one of fewer than
/// <c>minimum</c> subjects first sets aside, by scan-first bases (Nagamochi and Ibaraki, Algorithmica 7, 1992, for the cuts of a graph), every atom that can be in none, then branches over
/// what is left. It is exact unless it runs out of effort.
/// </summary>
public static class DifferencingSpan
{
    /// <summary>Steps that are allowed unless told otherwise: about two seconds.</summary>
    public const long DefaultEffort = 400_000_000;

    private const int MostBranches = 50_000;

    /// <summary>Judges the family of sets that the atoms describe.</summary>
    /// <param name="minimum">Smallest group that may be told apart, at least 1.</param>
    /// <param name="atoms">All atoms that are in at least one set; an atom without subjects still is one when it has rows.</param>
    /// <param name="effort">Elementary steps allowed.</param>
    public static SpanOutcome Judge(int minimum, IReadOnlyList<SpanAtom> atoms, long effort = DefaultEffort)
    {
        ArgumentNullException.ThrowIfNull(atoms);
        if (minimum < 1 || atoms.Any(atom => atom.Subjects < 0 || (atom.Subjects < minimum && atom.Members.Length != atom.Subjects)))
        {
            return SpanOutcome.Undecided;
        }

        try
        {
            return new Search(minimum, new Effort(effort)).Run(atoms);
        }
        catch (EffortSpentException)
        {
            return SpanOutcome.Undecided;
        }
    }

    private sealed class Search(int minimum, Effort effort)
    {
        private int _branches;

        public SpanOutcome Run(IReadOnlyList<SpanAtom> atoms)
        {
            var still = new SparseBasis(effort);
            var open = new List<Element>();
            foreach (var atom in atoms)
            {
                var vector = SparseVector.Indicator(atom.Sets);
                if (atom.Subjects >= minimum)
                {
                    still.TryAdd(vector);
                }
                else
                {
                    open.Add(new Element(vector, atom.Members, 0));
                }
            }

            open = Exclusive(open);
            while (true)
            {
                open.RemoveAll(element => still.Spans(element.Vector));
                if (open.Count == 0)
                {
                    return SpanOutcome.Safe;
                }

                // One combination can't isolate more than everything that is open.
                if (Weight(open.SelectMany(element => element.Members)) < minimum)
                {
                    return SpanOutcome.Isolates;
                }

                var set = Settled(open, still);
                if (set.Count == 0)
                {
                    break;
                }

                foreach (var element in set)
                {
                    still.TryAdd(element.Vector);
                }

                open.RemoveAll(set.Contains);
            }

            open.Sort((x, y) => y.Own.CompareTo(x.Own));
            var whole = new SparseBasis(effort, still);
            open.ForEach(element => whole.TryAdd(element.Vector));
            return Branch(open, still, whole.Rank, [], []);
        }

        /// <summary>Every maximal basis takes at least one element of each cocircuit until none is left of it: what outlasts minimum−1 of them is in no light one.</summary>
        private HashSet<Element> Settled(List<Element> open, SparseBasis still)
        {
            var bases = Enumerable.Range(0, minimum - 1).Select(_ => new SparseBasis(effort, still)).ToArray();
            var settled = new HashSet<Element>(ReferenceEqualityComparer.Instance);
            foreach (var element in open.OrderByDescending(element => element.Own))
            {
                var left = element.Own;
                for (var at = 0; at < bases.Length && left > 0; at++)
                {
                    left -= bases[at].TryAdd(element.Vector) ? 1 : 0;
                }

                if (left > 0)
                {
                    settled.Add(element);
                }
            }

            return settled;
        }

        // A cocircuit meets every basis: one of the basis's elements is in it, and the others are tried one after the other.
        private SpanOutcome Branch(List<Element> open, SparseBasis still, int rank, HashSet<Element> gone, HashSet<Element> kept)
        {
            if (++_branches > MostBranches)
            {
                return SpanOutcome.Undecided;
            }

            var basis = new SparseBasis(effort, still);
            var taken = open.Where(element => kept.Contains(element)).Concat(open.Where(element => !kept.Contains(element) && !gone.Contains(element))).Where(element => basis.TryAdd(element.Vector)).ToArray();
            if (basis.Rank < rank)
            {
                return SpanOutcome.Isolates;
            }

            var mine = new HashSet<Element>(kept, ReferenceEqualityComparer.Instance);
            foreach (var element in taken.Where(element => !kept.Contains(element)))
            {
                var without = new HashSet<Element>(gone, ReferenceEqualityComparer.Instance) { element };
                if (Weight(without.SelectMany(item => item.Members)) < minimum && Branch(open, still, rank, without, mine) is var outcome and not SpanOutcome.Safe)
                {
                    return outcome;
                }

                mine.Add(element);
            }

            return SpanOutcome.Safe;
        }

        private static List<Element> Exclusive(List<Element> open)
        {
            var times = new Dictionary<ulong, int>();
            foreach (var member in open.SelectMany(element => element.Members))
            {
                times[member] = times.GetValueOrDefault(member) + 1;
            }

            return [.. open.Select(element => element with { Own = element.Members.Count(member => times[member] == 1) })];
        }

        private static int Weight(IEnumerable<ulong> members) => members.Distinct().Count();

        /// <param name="Own">Subjects that are in no other small atom: a floor for what it adds to any group.</param>
        private sealed record Element(SparseVector Vector, ulong[] Members, int Own);
    }
}
