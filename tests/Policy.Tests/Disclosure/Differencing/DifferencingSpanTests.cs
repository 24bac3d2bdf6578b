using Sandbox.Policy.Disclosure.Differencing;

namespace Sandbox.Policy.Tests.Disclosure.Differencing;

/// <summary>The search against counting all groups of atoms one by one, in exact fractions.</summary>
public sealed class DifferencingSpanTests
{
    [Theory]
    [InlineData(9, SpanOutcome.Isolates)]
    [InlineData(10, SpanOutcome.Safe)]
    public void A_table_and_the_same_without_a_few(int few, SpanOutcome expected) =>
        Assert.Equal(expected, DifferencingSpan.Judge(10, [Atom(0, 100, 0, 1), Atom(1000, few, 0)]));

    [Fact]
    public void Unions_and_complements_of_three_tables_are_put_together()
    {
        // All, men, and women over 17: what is left is the girls, and no two of the three tables tell them.
        SpanAtom[] atoms = [Atom(0, 50, 0, 1), Atom(100, 60, 0, 2), Atom(200, 4, 0)];
        Assert.Equal(SpanOutcome.Isolates, DifferencingSpan.Judge(10, atoms));
        Assert.Equal(SpanOutcome.Safe, DifferencingSpan.Judge(10, [.. atoms.Select(atom => atom with { Sets = [.. atom.Sets.Where(set => set != 2)] })]));
    }

    [Fact]
    public void Two_tables_over_other_columns_do_not_isolate_their_small_crossings()
    {
        // Four districts and four ages, every crossing of three people: each figure is one of twelve, and no combination one of fewer than that.
        var atoms = Enumerable.Range(0, 16).Select(at => Atom((ulong)at * 10, 3, at / 4, 4 + (at % 4))).ToArray();
        Assert.Equal(SpanOutcome.Safe, DifferencingSpan.Judge(10, atoms));
    }

    [Fact]
    public void One_person_in_many_atoms_counts_once()
    {
        // Twelve visits of one patient are no twelve people.
        SpanAtom[] atoms = [Atom(0, 100, 0, 1), .. Enumerable.Range(0, 12).Select(at => new SpanAtom([0, 2 + at], 1, [7]))];
        Assert.Equal(SpanOutcome.Isolates, DifferencingSpan.Judge(10, atoms));
    }

    [Fact]
    public void What_is_not_decided_is_not_safe()
    {
        SpanAtom[] atoms = [Atom(0, 5, 0, 1), Atom(10, 6, 1, 2), Atom(20, 7, 2, 0)];
        Assert.Equal(SpanOutcome.Undecided, DifferencingSpan.Judge(10, atoms, effort: 1));
        Assert.Equal(SpanOutcome.Undecided, DifferencingSpan.Judge(0, atoms));
        Assert.Equal(SpanOutcome.Undecided, DifferencingSpan.Judge(10, [new SpanAtom([0], 3, [])]));
    }

    [Fact]
    public void No_atoms_are_safe_and_rows_of_nobody_known_are_not()
    {
        Assert.Equal(SpanOutcome.Safe, DifferencingSpan.Judge(10, []));
        Assert.Equal(SpanOutcome.Isolates, DifferencingSpan.Judge(10, [Atom(0, 100, 0), new SpanAtom([0, 1], 0, [])]));
    }

    [Fact]
    public void The_search_agrees_with_trying_every_group()
    {
        var random = new Sequence(11);
        var outcomes = new Dictionary<SpanOutcome, int>();
        for (var round = 0; round < 3000; round++)
        {
            var minimum = 2 + random.Next(4);
            var sets = 1 + random.Next(6);
            ulong member = 0;
            var atoms = Enumerable.Range(0, 1 + random.Next(9)).Select(_ =>
            {
                var subjects = random.Next(8) == 0 ? minimum : 1 + random.Next(minimum);

                // Now and then a person of an earlier atom comes again.
                ulong[] members = [.. Enumerable.Range(0, subjects).Select(_ => member > 0 && random.Next(6) == 0 ? (ulong)random.Next((int)member) : member++).Distinct()];
                return new SpanAtom([.. Enumerable.Range(0, sets).Where(_ => random.Next(2) == 0)], members.Length, members);
            }).Where(atom => atom.Sets.Length > 0).ToArray();
            var expected = Brute(minimum, atoms) ? SpanOutcome.Isolates : SpanOutcome.Safe;
            Assert.Equal(expected, DifferencingSpan.Judge(minimum, atoms));
            outcomes[expected] = outcomes.GetValueOrDefault(expected) + 1;
        }

        Assert.True(outcomes[SpanOutcome.Safe] > 200 && outcomes[SpanOutcome.Isolates] > 200);
    }

    // Some combination lives on a group alone if the rank falls without it.
    private static bool Brute(int minimum, SpanAtom[] atoms)
    {
        var whole = Rank(atoms);
        return Enumerable.Range(1, (1 << atoms.Length) - 1).Any(group =>
            atoms.Where((_, at) => (group & (1 << at)) != 0).SelectMany(atom => atom.Members).Distinct().Count() < minimum
            && Rank([.. atoms.Where((_, at) => (group & (1 << at)) == 0)]) < whole);
    }

    // Fraction-free elimination (Bareiss): whole numbers stay whole.
    private static int Rank(SpanAtom[] atoms)
    {
        var rows = atoms.Select(atom => Enumerable.Range(0, 8).Select(set => (System.Numerics.BigInteger)(atom.Sets.Contains(set) ? 1 : 0)).ToArray()).ToList();
        var rank = 0;
        for (var column = 0; column < 8; column++)
        {
            var pivot = rows.FindIndex(rank, row => row[column] != 0);
            if (pivot < 0)
            {
                continue;
            }

            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            for (var other = rank + 1; other < rows.Count; other++)
            {
                var (factor, lead) = (rows[other][column], rows[rank][column]);
                rows[other] = [.. rows[other].Zip(rows[rank], (x, y) => (x * lead) - (y * factor))];
            }

            rank++;
        }

        return rank;
    }

    private static SpanAtom Atom(ulong first, int subjects, params int[] sets) => new(sets, subjects, [.. Enumerable.Range(0, subjects).Select(at => first + (ulong)at)]);

    /// <summary>A fixed sequence (Knuth's MMIX constants), so that a failure can be seen again.</summary>
    private sealed class Sequence(ulong state)
    {
        public int Next(int below)
        {
            state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
            return (int)((state >> 33) % (ulong)below);
        }
    }
}
