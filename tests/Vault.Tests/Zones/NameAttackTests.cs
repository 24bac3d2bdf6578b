using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Zones;

/// <summary>Names and texts of a provider or a requester that try to become SQL, or to stand in for names of ours.</summary>
public sealed class NameAttackTests(TestData data) : IClassFixture<TestData>
{
    private const string Evil = "x\"; DROP TABLE t; --' {0}";

    /// <summary>The evidence calls its columns d0, d1, v, s, n, p, i and m: source columns of these names must stay what they are.</summary>
    [Theory]
    [InlineData("d0")]
    [InlineData("v")]
    [InlineData("s")]
    [InlineData("n")]
    [InlineData("i")]
    [InlineData("m")]
    [InlineData("present")]
    [InlineData("rowid")]
    [InlineData(Evil)]
    public async Task A_measure_of_any_name_is_summed_itself(string name)
    {
        var quoted = Identifier.Quote(name);
        var segment = data.Seal($"SELECT 100 + k AS place, k AS {quoted}, 'p' || k AS who FROM range(1, 5) t(k)", $"SELECT 1 AS aside FROM range(1, 5)");
        foreach (var subject in new[] { null, "who" })
        {
            var request = new TableRequest
            {
                Dimensions = [new("place")],
                Measure = name,
                Aggregation = Aggregation.Sum,
                SubjectColumn = subject,
                Filters = [new RowFilter.Between(name, "2", "3")],
            };
            var result = await new EvidenceService(TestData.Jailer, data.Store).CellsAsync(request, new EvidenceSource([segment], data.Key));
            var cells = Assert.IsType<EvidenceResult.Cells>(result).Values;
            Assert.Equal(5.0, Assert.Single(cells, cell => cell.IsMargin).Sum);
            Assert.Equal(2.0, Assert.Single(cells, cell => cell.Key[0] == "102").Sum);
        }
    }

    /// <summary>Such a column was read as the place of its row: evidence about something else than the table.</summary>
    [Theory]
    [InlineData("sandbox_place")]
    [InlineData("SANDBOX_Place")]
    [InlineData("sandbox_segment")]
    public async Task A_column_with_one_of_our_names_is_refused(string name)
    {
        var segment = data.Seal($"SELECT 100 + k AS place, k AS {Identifier.Quote(name)} FROM range(1, 5) t(k)");
        TableRequest[] requests =
        [
            new() { Dimensions = [new("place")], Measure = name, Aggregation = Aggregation.Sum },
            new() { Dimensions = [new(name)], Aggregation = Aggregation.Count },
            new() { Dimensions = [new("place")], Aggregation = Aggregation.Count, SubjectColumn = name },
            new() { Dimensions = [new("place")], Aggregation = Aggregation.Count, Filters = [new RowFilter.Between(name, "2", "3")] },
        ];
        foreach (var request in requests)
        {
            Assert.IsType<EvidenceResult.Refused>(await new EvidenceService(TestData.Jailer, data.Store).CellsAsync(request, new EvidenceSource([segment], data.Key)));
        }
    }

    [Theory]
    [InlineData(Evil)]
    [InlineData("s")]
    [InlineData("c")]
    [InlineData("m")]
    [InlineData("i")]
    public async Task A_column_of_any_name_is_masked_itself(string name)
    {
        using var zoneKey = DataKey.ThrowAway(Suite.Nist, "zone");
        var quoted = Identifier.Quote(name);
        var segment = data.Seal($"SELECT 'raw-' || (k % 3) AS {quoted}, k AS other FROM range(600) t(k)", "SELECT {'other': 'PLANTED'} AS aside FROM range(600)");
        var table = new ZoneTable
        {
            Name = "t",
            Segments = [segment],
            DataKey = data.Key,
            Columns =
            [
                new(name, new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.QuasiIdentifier),
                new("other", new MaskRule.Constant("'); DROP TABLE zone.main.t; --{0}"), IdentifierKind.None, ColumnGrade.Sensitive),
            ],
            Filters = [new RowFilter.OneOf(name, ["raw-1", "' OR true --", "{0}"])],
            QuasiIdentifiers = [name],
        };
        var request = new ZoneRequest { ZoneId = "z", Kind = ZoneKind.Workbench, K = 5, ZoneKey = zoneKey, Tables = [table with { Sample = new SampleBuckets(0, 999) }] };
        var result = await new ZoneBuilder(TestData.Jailer, data.Store).BuildAsync(request);
        var built = Assert.IsType<ZoneResult.Built>(result);
        await using var session = await new QueryService(TestData.Jailer, data.Store).OpenAsync(built.Zone, zoneKey);
        var rows = Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync("SELECT DISTINCT * FROM t"));
        Assert.Equal(["raw-1", "'); DROP TABLE zone.main.t; --{0}"], Assert.Single(rows.Values));
    }

    [Fact]
    public async Task Texts_with_a_NUL_or_half_a_character_refuse_the_zone()
    {
        using var zoneKey = DataKey.ThrowAway(Suite.Nist, "zone");
        foreach (var text in new[] { "a\0' OR true", "\ud800", new string('x', 3 << 20) })
        {
            var table = new ZoneTable
            {
                Name = "people",
                Segments = data.Segments,
                DataKey = data.Key,
                Columns = [new("age", new MaskRule.Band(10), IdentifierKind.None, ColumnGrade.QuasiIdentifier)],
                Filters = [new RowFilter.OneOf("district", [text])],
                Sample = new SampleBuckets(0, 900),
            };
            var result = await new ZoneBuilder(TestData.Jailer, data.Store).BuildAsync(
                new ZoneRequest { ZoneId = "z", Kind = ZoneKind.Workbench, K = 1, ZoneKey = zoneKey, Tables = [table] });
            Assert.IsType<ZoneResult.Refused>(result);
        }
    }
}
