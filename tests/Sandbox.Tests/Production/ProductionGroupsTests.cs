using Sandbox.Export.Checks;
using Sandbox.Host.DataSets;
using Sandbox.Host.Zones;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Host.Tests.Production;

/// <summary>Judging groups: minimum, dominance, full cells, and what is then not told.</summary>
public class ProductionGroupsTests
{
    [Fact]
    public void A_group_that_says_one_thing_of_everybody_is_withheld_where_the_column_is_sensitive()
    {
        var evidence = new MeasureEvidence("Count_0", [Count("a", "ill", 100), Count("b", "ill", 40), Count("b", "well", 60), Count("a", null, 100), Count("b", null, 100), Count(null, "ill", 140), Count(null, "well", 60), Count(null, null, 200)]);
        Assert.Equal(["b/ill", "b/well"], Shown(evidence, ColumnGrade.Sensitive));
        Assert.Equal(["a/ill", "b/ill", "b/well"], Shown(evidence, ColumnGrade.General));
    }

    [Fact]
    public void Few_and_dominated_groups_are_withheld_and_margins_with_them()
    {
        var evidence = new MeasureEvidence("Sum_0",
        [
            Sum("a", 50, 5000, 200, 190), Sum("b", 9, 900, 100, 100), Sum("c", 50, 5000, 4600, 10), Sum("d", 50, 0, 0, 0), Sum("e", 50, 5000, 200, 190) with { Negatives = 1 }, Sum(null, 209, 15900, 4600, 200),
        ]);
        var judged = ProductionGroups.Judge([evidence], ["x"], Set(ColumnGrade.General), new DisclosureRules())!;
        Assert.Equal(["a"], judged.Shown.Select(cells => cells[0].Key[0]));
        Assert.Equal(4, judged.Withheld);
        Assert.Equal(["b", "c", "d", "e", null], judged.NotTold.Select(key => key[0]));
    }

    private static IEnumerable<string> Shown(MeasureEvidence evidence, ColumnGrade grade) =>
        ProductionGroups.Judge([evidence], ["x", "state"], Set(grade), new DisclosureRules())!.Shown.Select(cells => string.Join('/', cells[0].Key));

    private static DataSet Set(ColumnGrade grade) => new(
        "s", "p", "r", "t", default, null, true,
        [new DataColumn("x", default!, default, default, ColumnGrade.General), new DataColumn("state", default!, default, default, grade)], []);

    private static CellEvidence Count(string? x, string? state, long rows) => new([x, state], rows, rows, rows, 0, 0, 0, 0);

    private static CellEvidence Sum(string? x, long rows, double sum, double largest, double second) => new([x], rows, rows, rows, sum, largest, second, 0) { NonZero = sum == 0 ? 0 : rows };
}
