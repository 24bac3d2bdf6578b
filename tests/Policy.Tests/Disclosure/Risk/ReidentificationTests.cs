using Sandbox.Policy.Disclosure.Risk;

namespace Sandbox.Policy.Tests.Disclosure.Risk;

public sealed class ReidentificationTests
{
    [Fact]
    public void Frequencies_and_individual_risks_are_those_of_sdcMicro()
    {
        // Its freqCalc example: three keys and a sample weight.
        (string, string, string, double)[] rows = [("2", "3", "1", 18), ("3", "3", "3", 45.5), ("2", "3", "1", 39), ("2", "3", "2", 17), ("3", "3", "1", 92), ("3", "3", "1", 8), ("1", "4", "1", 123.5), ("2", "3", "1", 51)];
        var risk = Reidentification.Of([.. rows.Select(row => new RiskRow([row.Item1, row.Item2, row.Item3], row.Item4))]);
        Assert.Equal([3, 1, 3, 1, 2, 2, 1, 3], risk.SampleFrequencies);
        Assert.Equal([108, 45.5, 108, 17, 100, 100, 123.5, 108], risk.PopulationFrequencies);
        Assert.Equal([0.01369863, 0.08579129, 0.01369863, 0.17707583, 0.01877883, 0.01877883, 0.03931625, 0.01369863], risk.IndividualRisks.Select(value => Math.Round(value, 8)));
        Assert.Equal((5, 1, 3, 2), (risk.Classes, risk.K, risk.SampleUniques, risk.Pairs));
    }

    [Fact]
    public void Classes_give_k_l_and_t()
    {
        var risk = Reidentification.Of([new(["a"], 1, "flu"), new(["a"], 1, "cold"), new(["b"], 1, "flu"), new(["b"], 1, "flu")]);
        Assert.Equal((2, 2, 0), (risk.K, risk.Classes, risk.SampleUniques));
        Assert.Equal(1, risk.Diversity);
        Assert.Equal(0.25, risk.Closeness);
        Assert.Equal((0.5, 0.5, 0.5), (risk.AverageRisk, risk.HighestRisk, risk.LowestRisk));
    }

    [Fact]
    public void A_missing_key_fits_every_other()
    {
        var risk = Reidentification.Of([new(["a", "x"]), new(["a", null]), new(["b", "x"]), new([null, "y"])]);
        Assert.Equal([2, 3, 1, 2], risk.SampleFrequencies);
    }

    [Fact]
    public void A_whole_population_is_found_by_its_class() => Assert.Equal([0.5, 0.5, 1], Reidentification.Of([new(["a"]), new(["a"]), new(["b"])]).IndividualRisks);

    [Fact]
    public void What_is_no_record_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Reidentification.Of([new(["a"]), new(["a", "b"])]));
        Assert.Throws<ArgumentException>(() => Reidentification.Of([new(["a"], 0)]));
        Assert.Throws<ArgumentException>(() => Reidentification.Of([new(["a"], double.NaN)]));
        Assert.Equal((0, 0, 0.0), (Reidentification.Of([]).K, Reidentification.Of([]).Rows, Reidentification.Of([]).HighestRisk));
    }
}
