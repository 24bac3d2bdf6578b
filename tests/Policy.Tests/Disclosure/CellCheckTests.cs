using Sandbox.Policy.Disclosure;

namespace Sandbox.Policy.Tests.Disclosure;

public sealed class CellCheckTests
{
    private static readonly DisclosureRules Rules = new();

    [Theory]
    [InlineData(10, true)]
    [InlineData(9, false)]
    [InlineData(1, false)]
    public void A_count_needs_the_minimum_of_contributors(long rows, bool passes)
    {
        var findings = TableCheck.Evaluate(Rules, [Count(rows)], Aggregation.Count);
        Assert.Equal(passes ? Verdict.Pass : Verdict.Fail, findings.Verdict);
        Assert.Equal(passes ? [] : [CheckNames.MinimumThreshold], findings.Cells[0].Flags);
    }

    [Theory]
    [InlineData(true, new[] { CheckNames.MinimumThreshold, CheckNames.PresenceOfZero })]
    [InlineData(false, new[] { CheckNames.MinimumThreshold })]
    public void An_empty_cell_is_flagged(bool zerosDisclosive, string[] flags)
    {
        var findings = TableCheck.Evaluate(Rules with { ZerosDisclosive = zerosDisclosive }, [Count(0)], Aggregation.Count);
        Assert.Equal(flags, findings.Cells[0].Flags);
    }

    [Fact]
    public void Subjects_count_not_rows()
    {
        var cell = Count(1000) with { Subjects = 9 };
        Assert.Equal(Verdict.Fail, TableCheck.Evaluate(Rules, [cell], Aggregation.Count).Verdict);
        Assert.Equal(Verdict.Pass, TableCheck.Evaluate(Rules, [cell with { Subjects = 10 }], Aggregation.Count).Verdict);
    }

    [Fact]
    public void Rows_without_a_value_do_not_contribute()
    {
        var cell = Sum(12, 100, 10, 10) with { NonNull = 9 };
        Assert.Contains(CheckNames.MinimumThreshold, TableCheck.Evaluate(Rules, [cell], Aggregation.Sum).Cells[0].Flags);
    }

    // Σ = 1000; (n,k): (largest + second) / Σ ≥ 0.9; p %: (Σ − largest − second) / largest < 0.1.
    [Theory]
    [InlineData(500, 399, new string[0])]
    [InlineData(500, 400, new[] { CheckNames.Nk })]
    [InlineData(455, 450, new[] { CheckNames.Nk })]
    [InlineData(910, 0, new[] { CheckNames.Nk, CheckNames.PPercent })]
    [InlineData(800, 120, new[] { CheckNames.Nk })]
    [InlineData(800, 120.5, new[] { CheckNames.Nk, CheckNames.PPercent })]
    public void Dominance_is_found(double largest, double second, string[] flags)
    {
        var findings = TableCheck.Evaluate(Rules, [Sum(20, 1000, largest, second)], Aggregation.Sum);
        Assert.Equal(flags, findings.Cells[0].Flags);
        Assert.Equal(flags, TableCheck.Evaluate(Rules, [Sum(20, 1000, largest, second)], Aggregation.Mean).Cells[0].Flags);
    }

    [Fact]
    public void Dominance_is_no_matter_for_counts()
    {
        Assert.Equal(Verdict.Pass, TableCheck.Evaluate(Rules, [Sum(20, 1000, 999, 1)], Aggregation.Count).Verdict);
    }

    [Fact]
    public void An_all_zero_sum_tells_every_value()
    {
        Assert.Equal([CheckNames.PPercent], TableCheck.Evaluate(Rules, [Sum(20, 0, 0, 0)], Aggregation.Sum).Cells[0].Flags);
    }

    [Fact]
    public void N_above_two_needs_evidence_of_its_own()
    {
        var three = Rules with { NkN = 3 };
        Assert.Equal([CheckNames.Nk], TableCheck.Evaluate(three, [Sum(20, 1000, 100, 100)], Aggregation.Sum).Cells[0].Flags);
        Assert.Empty(TableCheck.Evaluate(three, [Sum(20, 1000, 100, 100) with { LargestN = 300 }], Aggregation.Sum).Cells[0].Flags);
        Assert.Equal([CheckNames.Nk], TableCheck.Evaluate(three, [Sum(20, 1000, 300, 300) with { LargestN = 900 }], Aggregation.Sum).Cells[0].Flags);
        Assert.DoesNotContain(CheckNames.Nk, TableCheck.Evaluate(Rules with { NkN = 1 }, [Sum(20, 1000, 600, 300)], Aggregation.Sum).Cells[0].Flags);
    }

    [Fact]
    public void Negatives_send_the_table_to_a_person()
    {
        CellEvidence[] cells = [Sum(20, 1000, 100, 90) with { Negatives = 1 }, Sum(20, 1000, 100, 90)];
        var findings = TableCheck.Evaluate(Rules, cells, Aggregation.Sum);
        Assert.Equal(Verdict.Review, findings.Verdict);
        Assert.Equal([CheckNames.Nk, CheckNames.PPercent], findings.Cells[0].Flags);
        Assert.Empty(findings.Cells[1].Flags);
        Assert.Equal("SB-DISC-NEGATIVE", Assert.Single(findings.Refusals).Rule);
    }

    [Fact]
    public void The_gates_own_rule_finds_dominance_beside_negatives()
    {
        CellEvidence[] cells = [Sum(20, 1000, 100, 90) with { Negatives = 1 }, Sum(20, 1000, 990, 1)];
        Assert.Equal(Verdict.Review, TableCheck.Evaluate(Rules, cells, Aggregation.Sum).Verdict);
        Assert.Equal(Verdict.Fail, TableCheck.Evaluate(Rules with { DominanceBesideNegatives = true }, cells, Aggregation.Sum).Verdict);
    }

    [Fact]
    public void Missing_values_are_for_a_person_when_the_rules_say_so()
    {
        var cell = Sum(20, 1000, 100, 90) with { NonNull = 19 };
        Assert.Equal(Verdict.Pass, TableCheck.Evaluate(Rules, [cell], Aggregation.Sum).Verdict);
        var findings = TableCheck.Evaluate(Rules with { CheckMissing = true }, [cell], Aggregation.Sum);
        Assert.Equal(Verdict.Review, findings.Verdict);
        Assert.Equal([CheckNames.Missing], findings.Cells[0].Flags);
    }

    [Fact]
    public void Evidence_that_contradicts_itself_fails()
    {
        CellEvidence[] faulty =
        [
            Sum(20, double.NaN, 1, 1), Sum(20, 1, double.PositiveInfinity, 1), Count(-1), Count(5) with { NonNull = 6 }, Count(50) with { Negatives = 51 }, Count(50) with { Subjects = -1 },
            Count(50) with { Subjects = 51 }, Sum(20, 100, 10, 11),
        ];
        foreach (var cell in faulty)
        {
            var findings = TableCheck.Evaluate(Rules, [cell], Aggregation.Sum);
            Assert.Equal(Verdict.Fail, findings.Verdict);
            Assert.Equal([CheckNames.Evidence], findings.Cells[0].Flags);
        }
    }

    [Fact]
    public void No_cells_an_unknown_aggregation_and_faulty_rules_fail()
    {
        Assert.Equal(Verdict.Fail, TableCheck.Evaluate(Rules, [], Aggregation.Count).Verdict);
        Assert.Equal(Verdict.Fail, TableCheck.Evaluate(Rules, [Count(50)], default).Verdict);
        Assert.Equal(Verdict.Fail, TableCheck.Evaluate(Rules, [Count(50)], (Aggregation)99).Verdict);
        foreach (var rules in new[] { Rules with { MinimumContributors = 0 }, Rules with { NkN = 0 }, Rules with { NkK = double.NaN }, Rules with { NkK = 1.1 }, Rules with { PPercent = -1 }, Rules with { PPercent = double.NaN } })
        {
            Assert.Equal(Verdict.Fail, TableCheck.Evaluate(rules, [Count(50)], Aggregation.Count).Verdict);
        }
    }

    [Fact]
    public void Refusals_carry_no_numbers_of_the_table()
    {
        var findings = TableCheck.Evaluate(Rules, [Sum(7, 7331, 7000, 331), Count(0)], Aggregation.Sum);
        Assert.All(findings.Refusals, refusal => Assert.DoesNotContain("7", refusal.Why + refusal.Remedy + refusal.WhyZh + refusal.RemedyZh, StringComparison.Ordinal));
        Assert.Equal(findings.Counts.Keys.Count(), findings.Refusals.Count);
    }

    private static CellEvidence Count(long rows) => new(["a"], rows, null, Math.Max(0, rows), 0, 0, 0, 0);

    private static CellEvidence Sum(long rows, double sum, double largest, double second) => new(["a"], rows, null, rows, sum, largest, second, 0);
}
