using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Tests.Zones;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Evidence;

/// <summary>Cells against numbers worked out by hand.</summary>
public sealed class EvidenceTests(TestData data) : IClassFixture<TestData>
{
    // who, place, kind, amount: a has two rows in one cell; c is negative; d has no amount; the last row has no place.
    private const string Rows = """
        SELECT * FROM (VALUES
            ('a', 'north', 'x', 10.0::DOUBLE), ('a', 'north', 'x', 5.0), ('b', 'north', 'x', 12.0), ('c', 'north', 'y', -3.0),
            ('d', 'south', 'x', NULL), ('a', 'south', 'x', 100.0), (NULL, 'south', 'y', 7.0), ('e', NULL, 'y', 'nan'::DOUBLE)) t(who, place, kind, amount)
        """;

    private readonly ZoneSegment _segment = data.Seal(Rows);

    [Fact]
    public async Task A_persons_rows_are_one_contribution()
    {
        var cells = await CellsAsync(new TableRequest { Dimensions = [new("place")], Measure = "amount", Aggregation = Aggregation.Sum, SubjectColumn = "who" });
        Assert.Equal(
            [
                new CellEvidence([EvidenceService.MissingKey], 1, 0, 0, 0, 0, 0, 0) { NonZero = 0 },
                new CellEvidence(["north"], 4, 3, 4, 24, 15, 12, 1) { NonZero = 3 },
                new CellEvidence(["south"], 3, 1, 2, 107, 100, 7, 0) { NonZero = 2 },
                new CellEvidence([null], 8, 3, 6, 131, 115, 12, 1) { NonZero = 4 },
            ],
            cells.OrderBy(cell => cell.Key[0] ?? "~", StringComparer.Ordinal), CellComparer.Instance);
    }

    [Fact]
    public async Task Without_a_subject_rows_contribute()
    {
        var cells = await CellsAsync(new TableRequest { Dimensions = [new("place")], Measure = "amount", Aggregation = Aggregation.Mean });
        Assert.Equal(
            [
                new CellEvidence([EvidenceService.MissingKey], 1, null, 0, 0, 0, 0, 0) { NonZero = 0 },
                new CellEvidence(["north"], 4, null, 4, 24, 12, 10, 1) { NonZero = 4 },
                new CellEvidence(["south"], 3, null, 2, 107, 100, 7, 0) { NonZero = 2 },
                new CellEvidence([null], 8, null, 6, 131, 100, 12, 1) { NonZero = 6 },
            ],
            cells.OrderBy(cell => cell.Key[0] ?? "~", StringComparer.Ordinal), CellComparer.Instance);
    }

    [Fact]
    public async Task All_margins_of_two_dimensions_are_there()
    {
        var cells = await CellsAsync(new TableRequest { Dimensions = [new("place"), new("kind")], Aggregation = Aggregation.Count, SubjectColumn = "who" });
        string Text(CellEvidence cell) => $"{cell.Key[0] ?? "*"}/{cell.Key[1] ?? "*"}: {cell.Rows} {cell.Subjects} {cell.NonNull}";
        Assert.Equal(
            [
                "(missing)/*: 1 1 1", "(missing)/y: 1 1 1", "*/*: 8 5 8", "*/x: 5 3 5", "*/y: 3 2 3",
                "north/*: 4 3 4", "north/x: 3 2 3", "north/y: 1 1 1", "south/*: 3 2 3", "south/x: 2 2 2", "south/y: 1 0 1",
            ],
            cells.Select(Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_dimension_gives_the_total()
    {
        var cell = Assert.Single(await CellsAsync(new TableRequest { Dimensions = [], Measure = "amount", Aggregation = Aggregation.Sum, SubjectColumn = "who", Top = 3 }));
        Assert.Equal((8L, 131.0, 134.0), (cell.Rows, cell.Sum, cell.LargestN));
    }

    [Fact]
    public async Task Dimensions_are_generalised_as_in_the_zone_and_ranges_hold()
    {
        var request = new TableRequest
        {
            Dimensions = [new("district", new MaskRule.DivisionPrefix(4)), new("age", new MaskRule.Band(10))],
            Measure = "income",
            Aggregation = Aggregation.Sum,
            SubjectColumn = "identity",
            Filters = [new RowFilter.Between("number", "0", "2999")],
        };
        var result = Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, new EvidenceSource(data.Segments, data.Key)));
        Assert.Equal(["20", "30", "40", "50", "60"], result.Values.Where(cell => cell.Key[0] == "4403" && cell.Key[1] is not null).Select(cell => cell.Key[1]!));
        Assert.Equal(3000, result.Values.Single(cell => cell.Key[0] is null && cell.Key[1] is null).Rows);
        Assert.Equal(2700, result.Values.Single(cell => cell.Key[0] is null && cell.Key[1] is null).Subjects);
    }

    /// <summary>Rows with one subject each are not grouped by subject; the cells are those that the grouping gives, whatever breaks the rule once.</summary>
    [Theory]
    [InlineData("", 0)]
    [InlineData("", 1)]
    [InlineData("UPDATE r SET who = NULL WHERE i = 17", 0)]
    [InlineData("UPDATE r SET who = NULL WHERE i IN (17, 18, 900)", 0)]
    [InlineData("UPDATE r SET who = 'p5' WHERE i = 3900", 0)]
    [InlineData("UPDATE r SET who = 'p' || (i % 700) WHERE i >= 1000", 1)]
    [InlineData("UPDATE r SET who = 'one'", 0)]
    public async Task One_row_a_subject_gives_the_cells_of_the_grouping(string change, int dimensions)
    {
        const string Made = "SELECT i, 'p' || i AS who, CASE WHEN i % 11 = 0 THEN NULL ELSE 'place' || (i % 7) END AS place, CASE WHEN i % 13 = 0 THEN NULL WHEN i % 97 = 0 THEN 'nan'::DOUBLE ELSE ((i * 7919) % 1000) - 100 END::DOUBLE AS amount FROM range(4000) t(i)";
        using var engine = DuckDbDatabase.Open(":memory:");
        using var connection = engine.Connect();
        connection.Execute($"CREATE TABLE r AS {Made}");
        if (change.Length > 0)
        {
            connection.Execute(change);
        }

        var people = new List<(long At, string? Who, string? Place, double? Amount)>();
        using (var result = connection.Query("SELECT i, who, place, CASE WHEN isfinite(amount) THEN amount END FROM r ORDER BY i"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        people.Add((chunk[0].Values<long>()[row], chunk[1].IsNull(row) ? null : chunk[1].Text(row), chunk[2].IsNull(row) ? null : chunk[2].Text(row), chunk[3].IsNull(row) ? null : chunk[3].Values<double>()[row]));
                    }
                }
            }
        }

        var values = string.Join(", ", people.Select(row => FormattableString.Invariant($"({row.At}, {(row.Who is null ? "NULL" : $"'{row.Who}'")}, {(row.Place is null ? "NULL" : $"'{row.Place}'")}, {(row.Amount is { } amount ? amount.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "NULL")}::DOUBLE)")));
        var segment = data.Seal($"SELECT * FROM (VALUES {values}) t(i, who, place, amount)");
        var request = new TableRequest { Dimensions = dimensions == 0 ? [] : [new("place")], Measure = "amount", Aggregation = Aggregation.Sum, SubjectColumn = "who" };
        var cells = Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, new EvidenceSource([segment], data.Key))).Values;

        // The same by hand: what each subject gives to a cell, all without a subject together.
        CellEvidence Expected(string?[] key, IEnumerable<(long At, string? Who, string? Place, double? Amount)> rows)
        {
            var all = rows.ToArray();
            var given = all.GroupBy(row => row.Who).Select(group => (group.Key, Present: group.Count(row => row.Amount is not null), Sum: group.Sum(row => row.Amount ?? 0))).ToArray();
            var sums = given.Where(one => one.Present > 0).Select(one => one.Sum).OrderDescending().ToArray();
            return new CellEvidence(
                key, all.Length, given.Count(one => one.Key is not null && one.Present > 0), all.Count(row => row.Amount is not null), all.Sum(row => row.Amount ?? 0), sums.ElementAtOrDefault(0), sums.ElementAtOrDefault(1), sums.Count(sum => sum < 0))
            {
                NonZero = sums.Count(sum => sum != 0),
            };
        }

        var expected = new List<CellEvidence> { Expected(dimensions == 0 ? [] : [null], people) };
        if (dimensions == 1)
        {
            expected.AddRange(people.GroupBy(row => row.Place).Select(group => Expected([group.Key ?? EvidenceService.MissingKey], group)));
        }

        Assert.Equal(expected.OrderBy(Words, StringComparer.Ordinal), cells.OrderBy(Words, StringComparer.Ordinal), CellComparer.Instance);
        static string Words(CellEvidence cell) => string.Join('/', cell.Key.Select(key => key ?? "~"));
    }

    [Fact]
    public async Task What_cannot_be_computed_is_refused()
    {
        var source = new EvidenceSource([_segment], data.Key);
        var good = new TableRequest { Dimensions = [new("place")], Measure = "amount", Aggregation = Aggregation.Sum };
        TableRequest[] bad =
        [
            good with { Aggregation = Aggregation.Unknown },
            good with { Measure = null },
            good with { Measure = "place" },
            good with { Measure = "nothing" },
            good with { Dimensions = [new("nothing")] },
            good with { Dimensions = [new("place", new MaskRule.Band(10))] },
            good with { Dimensions = [new("place"), new("place"), new("place"), new("place"), new("place")] },
            good with { SubjectColumn = "nobody" },
            good with { Filters = [new RowFilter.Between("amount", "x", null)] },
            good with { Top = 1 },
        ];
        foreach (var request in bad)
        {
            Assert.IsType<EvidenceResult.Refused>(await Service().CellsAsync(request, source));
        }

        Assert.IsType<EvidenceResult.Refused>(await Service().CellsAsync(good, new EvidenceSource([], data.Key)));
        var wide = data.Seal("SELECT range AS place, 1.0 AS amount FROM range(15001)");
        Assert.Equal("SB-EVIDENCE-1", Assert.IsType<EvidenceResult.Refused>(await Service().CellsAsync(good, new EvidenceSource([wide], data.Key))).Reason.Rule);
    }

    private EvidenceService Service() => new(TestData.Jailer, data.Store);

    private async Task<IReadOnlyList<CellEvidence>> CellsAsync(TableRequest request) =>
        Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, new EvidenceSource([_segment], data.Key))).Values;

    /// <summary>Records compare their lists by reference; keys are compared by content here.</summary>
    private sealed class CellComparer : IEqualityComparer<CellEvidence>
    {
        public static CellComparer Instance { get; } = new();

        public bool Equals(CellEvidence? x, CellEvidence? y) => x is not null && y is not null && x.Key.SequenceEqual(y.Key) && x with { Key = [] } == y with { Key = [] };

        public int GetHashCode(CellEvidence obj) => obj.Rows.GetHashCode();
    }
}
