using Sandbox.Policy.Disclosure.Risk;

namespace Sandbox.Policy.Tests.Disclosure.Risk;

/// <summary>Figures from class sizes alone against those from the records.</summary>
public sealed class ClassRiskTests
{
    [Fact]
    public void Sizes_give_what_the_records_give()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var share = random.Next(1, 5) / 4.0;
            var rows = Enumerable.Range(0, 300).Select(_ => new RiskRow([$"{random.Next(12)}", $"{random.Next(9)}"], 1 / share)).ToArray();
            var records = Reidentification.Of(rows);
            var sizes = rows.GroupBy(row => (row.Keys[0], row.Keys[1])).GroupBy(group => (long)group.Count()).ToDictionary(group => group.Key, group => (long)group.Count());
            var classes = new ClassRisk(sizes, share);
            Assert.Equal((records.Rows, records.Classes, records.K, records.SampleUniques), (classes.Records, classes.Classes, classes.K, classes.Uniques));
            Assert.Equal(records.Pairs, classes.Pairs * 2);
            Assert.Equal(records.AverageRisk, classes.AverageRisk, 10);
            Assert.Equal(records.HighestRisk, classes.HighestRisk, 10);
            Assert.Equal(records.PopulationUniques, classes.PopulationUniques, 8);
            Assert.Equal(records.IndividualRisks.Sum(), classes.ExpectedReidentifications, 6);
            Assert.Equal(records.SampleFrequencies.Average(), classes.Candidates, 8);
            Assert.Equal(records.SampleFrequencies.Count(size => size < 3), classes.Below(3));
        }
    }

    [Fact]
    public void Nothing_has_no_risk()
    {
        var none = new ClassRisk(new Dictionary<long, long>(), 1);
        Assert.Equal((0L, 0L, 0L, 0.0, 0.0, 0.0), (none.Records, none.Classes, none.K, none.AverageRisk, none.Candidates, none.ExpectedReidentifications));
    }
}
