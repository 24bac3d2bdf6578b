using Sandbox.Policy.Disclosure.Differencing;

namespace Sandbox.Vault.Atoms;

/// <summary>An atom with the cells that it lies in, one number a stream (−1 = none).</summary>
internal readonly record struct CellAtom(int[] Cells, long Subjects, ulong[] Members);

/// <summary>Judges the atoms of one family of figures: numbers of rows, or sums of one column.</summary>
internal static class FamilyAtoms
{
    public static SpanOutcome Judge(IReadOnlyList<CellAtom> atoms, IReadOnlyList<AtomStream> streams, string family, int minimum)
    {
        var kept = new List<int>();
        foreach (var (at, stream) in streams.Index())
        {
            if (stream.IsIn(family) && !(stream.IsWhole && kept.Any(other => streams[other].IsWhole && Follows(atoms, other, at))))
            {
                kept.Add(at);
            }
        }

        // Everything that is asked for can be worked out from one table that left before: nothing new is told.
        if (!kept.Any(at => streams[at].Wanted))
        {
            return SpanOutcome.Safe;
        }

        var sets = new Dictionary<(int Stream, string Told), int>();
        var merged = new Dictionary<int[], (long Subjects, List<ulong[]> Members)>(SetComparer.Instance);
        foreach (var atom in atoms)
        {
            var held = new List<int>();
            foreach (var at in kept.Where(at => atom.Cells[at] >= 0))
            {
                foreach (var told in streams[at].Told(atom.Cells[at]))
                {
                    if (!sets.TryGetValue((at, told), out var number))
                    {
                        sets.Add((at, told), number = sets.Count);
                    }

                    held.Add(number);
                }
            }

            if (held.Count > 0)
            {
                var key = held.ToArray();
                if (!merged.TryGetValue(key, out var sum))
                {
                    merged.Add(key, sum = (0, []));
                }

                sum.Members.Add(atom.Members);
                merged[key] = (Math.Max(sum.Subjects, atom.Subjects), sum.Members);
            }
        }

        return DifferencingSpan.Judge(minimum, [.. merged.Select(pair => Atom(pair.Key, pair.Value.Subjects, pair.Value.Members, minimum))]);
    }

    private static SpanAtom Atom(int[] sets, long largest, List<ulong[]> members, int minimum)
    {
        if (largest >= minimum)
        {
            return new SpanAtom(sets, largest, []);
        }

        ulong[] distinct = [.. members.SelectMany(list => list).Distinct()];
        return new SpanAtom(sets, distinct.Length, distinct);
    }

    /// <summary>Whether every cell of a stream is a union of cells of another.</summary>
    private static bool Follows(IReadOnlyList<CellAtom> atoms, int from, int to)
    {
        var map = new Dictionary<int, int> { [-1] = -1 };
        foreach (var atom in atoms)
        {
            if (!map.TryAdd(atom.Cells[from], atom.Cells[to]) && map[atom.Cells[from]] != atom.Cells[to])
            {
                return false;
            }
        }

        return true;
    }

    private sealed class SetComparer : IEqualityComparer<int[]>
    {
        public static SetComparer Instance { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] sets)
        {
            var hash = default(HashCode);
            foreach (var set in sets)
            {
                hash.Add(set);
            }

            return hash.ToHashCode();
        }
    }
}
