using Sandbox.Policy.Disclosure;

namespace Sandbox.Policy.Tests.Disclosure;

/// <summary>Rounds that are subtracted. Letters are contributors, a digit behind a letter is its weight.</summary>
public sealed class RoundDifferencingTests
{
    [Theory]
    [InlineData("abc", "abc", null)]
    [InlineData("abcd", "abc", "SB-HE-21")]
    [InlineData("abc", "abcd", "SB-HE-21")]
    [InlineData("abcdef", "abc", null)]
    [InlineData("abcd", "abce", "SB-HE-21")]
    [InlineData("abc", "def", null)]
    [InlineData("abcdefg", "abc def", "SB-HE-21")]
    [InlineData("defg", "abcdef abc", "SB-HE-21")]
    [InlineData("abcdefghi", "abc def ghi", null)]
    [InlineData("a2b2c2", "abc", null)]
    [InlineData("abc2", "abc", "SB-HE-21")]
    [InlineData("a2b2c2def", "abcdef", null)]
    [InlineData("abc", "", null)]
    public void A_round_is_opened_only_when_every_atom_of_contributors_is_none_or_enough(string next, string earlier, string? rule)
    {
        var before = earlier.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((text, at) => Footprint($"r{at}", text));
        Assert.Equal(rule, RoundDifferencing.Check(Footprint("next", next), before)?.Rule);
    }

    [Fact]
    public void Other_quantities_or_another_period_are_no_matter_unless_a_third_round_links_them()
    {
        var next = Footprint("next", "abc");
        var other = Footprint("other", "abcd") with { Measures = ["wage"] };
        var later = Footprint("later", "abcd") with { From = new(2027, 1, 1), Until = new(2027, 12, 31) };
        Assert.Null(RoundDifferencing.Check(next, [other, later]));
        Assert.NotNull(RoundDifferencing.Check(next, [other with { Measures = ["WAGE", "Income"] }]));
        Assert.NotNull(RoundDifferencing.Check(next, [later with { From = new(2026, 12, 31) }]));

        // Linked over a third one with both quantities.
        Assert.NotNull(RoundDifferencing.Check(next, [other, Footprint("both", "abc") with { Measures = ["income", "wage"] }]));
    }

    [Fact]
    public void A_round_is_opened_once_under_its_id_and_under_its_terms()
    {
        var next = Footprint("next", "abc");
        Assert.Equal("SB-HE-20", RoundDifferencing.Check(next, [next])?.Rule);
        Assert.Equal("SB-HE-20", RoundDifferencing.Check(next, [Footprint("next", "xyz") with { Measures = ["other"] }])?.Rule);
        Assert.Equal("SB-HE-20", RoundDifferencing.Check(next, [Footprint("renamed", "xyz") with { Measures = ["other"], Terms = next.Terms }])?.Rule);
    }

    /// <summary>By brute force: no small whole combination of the totals leaves a sum over one or two contributors.</summary>
    [Fact]
    public void No_combination_of_admitted_rounds_isolates_fewer_than_the_minimum()
    {
        var all = "abcdefg";
        string[] sets = [.. Enumerable.Range(1, 127).Select(bits => string.Concat(all.Where((_, at) => (bits >> at & 1) != 0))).Where(set => set.Length >= 3)];
        var admitted = 0;
        for (var first = 0; first < sets.Length; first += 9)
        {
            for (var second = 0; second < sets.Length; second += 5)
            {
                for (var third = 0; third < sets.Length; third += 11)
                {
                    var opened = new List<RoundFootprint>();
                    foreach (var set in new[] { sets[first], sets[second], sets[third] })
                    {
                        var next = Footprint($"r{opened.Count}", set);
                        if (RoundDifferencing.Check(next, opened) is null)
                        {
                            opened.Add(next);
                        }
                    }

                    admitted += opened.Count;
                    AssertHidden(opened, all);
                }
            }
        }

        Assert.True(admitted > 500);
    }

    [Theory]
    [InlineData(10, 50, 50, true, true)]
    [InlineData(10, 50, 50, false, false)]
    [InlineData(10, 50, 51, true, false)]
    [InlineData(10, 50, 41, true, false)]
    [InlineData(10, 50, 60, false, true)]
    [InlineData(10, 50, 40, false, true)]
    [InlineData(10, 0, 9, false, false)]
    [InlineData(10, -1, 20, false, false)]
    [InlineData(0, 50, 50, true, false)]
    public void A_cell_is_shown_twice_only_unchanged_or_changed_by_enough(long minimum, long earlier, long now, bool same, bool safe) =>
        Assert.Equal(safe, CellDifferencing.IsSafe(minimum, earlier, now, same));

    private static void AssertHidden(List<RoundFootprint> opened, string all)
    {
        int[] factors = [-2, -1, 0, 1, 2];
        foreach (var a in factors)
        {
            foreach (var b in factors)
            {
                foreach (var c in factors)
                {
                    var combined = all.Select(one => opened.Zip([a, b, c], (round, factor) => factor * round.Weights.GetValueOrDefault($"{one}")).Sum()).Count(sum => sum != 0);
                    Assert.True(combined is 0 or >= 3, $"{string.Join(' ', opened.Select(round => string.Concat(round.Weights.Keys)))} with {a} {b} {c}");
                }
            }
        }
    }

    private static RoundFootprint Footprint(string id, string contributors)
    {
        var weights = new Dictionary<string, long>();
        foreach (var sign in contributors)
        {
            if (char.IsAsciiDigit(sign))
            {
                weights[weights.Keys.Last()] = sign - '0';
            }
            else
            {
                weights.Add($"{sign}", 1);
            }
        }

        return new(id, id.PadRight(64, '0'), ["income"], new(2026, 1, 1), new(2026, 12, 31), weights, 3);
    }
}
