using System.Text;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Zones;

/// <summary>Zones from sealed segments to the sealed file and back.</summary>
public sealed class ZoneTests(TestData data) : IClassFixture<TestData>
{
    private static readonly ZoneColumn Identity = new("identity", new MaskRule.Token(), IdentifierKind.ResidentIdentity, ColumnGrade.Identifier);
    private static readonly ZoneColumn Age = new("age", new MaskRule.Band(10), IdentifierKind.None, ColumnGrade.QuasiIdentifier);
    private static readonly ZoneColumn District = new("district", new MaskRule.DivisionPrefix(4), IdentifierKind.None, ColumnGrade.QuasiIdentifier);
    private static readonly ZoneColumn Income = new("income", new MaskRule.Round(1000), IdentifierKind.None, ColumnGrade.Sensitive);

    [Fact]
    public async Task A_workbench_holds_only_masked_sampled_rows()
    {
        using var zoneKey = DataKey.ThrowAway(Suite.Nist, "zone");
        using var tokenKey = DataKey.ThrowAway(Suite.Nist, "tokens");
        var built = Built(await BuildAsync(Request(zoneKey, tokenKey, Table() with { QuasiIdentifiers = ["age", "district"] }) with { K = 10 }));
        Assert.InRange(built.Rows, 400, 800);
        var table = Assert.Single(built.Tables);
        Assert.True(table.SmallestClass >= 10);
        Assert.Equal(("UHUGEINT", built.Rows), (table.Columns[0].Type, table.Columns[0].Present));
        Assert.Equal("TINYINT", table.Columns[1].Type);

        await using var session = await new QueryService(TestData.Jailer, data.Store).OpenAsync(built.Zone, zoneKey);
        Assert.Equal(["identity", "age", "district", "income"], Assert.Single(session.Tables).Columns.Select(column => column.Name));
        Assert.Equal(0L, await ScalarAsync(session, "SELECT count(*) FROM people WHERE age % 10 <> 0 OR length(district) <> 4 OR income % 1000 <> 0"));
        Assert.Equal(0L, await ScalarAsync(session, "SELECT count(*) FROM people WHERE identity IS NULL"));

        // The pairs of rows of one person fell into the sample together and carry one token.
        Assert.True((long)(await ScalarAsync(session, "SELECT count(*) FROM (SELECT identity FROM people GROUP BY 1 HAVING count(*) = 2)"))! > 20);
    }

    [Fact]
    public async Task No_sealed_file_and_no_opened_zone_holds_a_raw_value()
    {
        using var zoneKey = DataKey.ThrowAway(Suite.Nist, "zone");
        using var tokenKey = DataKey.ThrowAway(Suite.Nist, "tokens");
        var built = Built(await BuildAsync(Request(zoneKey, tokenKey, Table())));
        var planted = Encoding.UTF8.GetBytes("PLANTED-ID");
        Assert.All(data.Files(), file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(planted) < 0));
        using var plain = new MemoryStream();
        data.Store.OpenInto(built.Zone, zoneKey, plain);
        var bytes = plain.ToArray();
        Assert.True(bytes.AsSpan().IndexOf(planted) < 0);
        Assert.True(bytes.AsSpan().IndexOf("欧阳"u8) < 0);
        Assert.True(bytes.AsSpan().IndexOf("DUCK"u8) >= 0, "the opened zone is not what this test takes it for");
    }

    [Fact]
    public async Task Two_zones_of_one_data_set_cannot_be_joined_on_row_number()
    {
        using var first = DataKey.ThrowAway(Suite.Nist, "zone 1");
        using var second = DataKey.ThrowAway(Suite.Nist, "zone 2");
        using var connection = EngineForTests.Memory();
        var table = Table() with { Columns = [new("number", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General)], Sample = null, SubjectColumn = null };
        var places = new List<long[]>();
        foreach (var key in new[] { first, second, first })
        {
            var built = Built(await BuildAsync(Request(key, null, table) with { Kind = ZoneKind.Production }));
            places.Add(Column(built.Zone, key, "SELECT number FROM z.main.people ORDER BY rowid"));
        }

        Assert.Equal(TestData.People, places[0].Length);
        Assert.Equal(places[0].Order(), places[1].Order());
        Assert.Equal(places[0], places[2]);

        // In source order every row would stand where it stood; keyed, about one row of 6,000 does by chance.
        Assert.InRange(places[0].Zip(places[1]).Count(pair => pair.First == pair.Second), 0, 12);
        Assert.InRange(places[0].Where((number, i) => number == i).Count(), 0, 12);
        Assert.InRange(places[0].Zip(places[0].Skip(1)).Count(pair => pair.Second == pair.First + 1), 0, 12);
    }

    [Fact]
    public async Task Tokens_join_within_a_scenario_and_never_across_kinds_or_scenarios()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var one = DataKey.ThrowAway(Suite.Nist, "scenario 1");
        using var other = DataKey.ThrowAway(Suite.Nist, "scenario 2");
        var table = Table() with { Columns = [Identity], Sample = null };
        var seen = new List<string[]>();
        foreach (var (kind, key) in new[] { (ZoneKind.Production, one), (ZoneKind.Production, one), (ZoneKind.Production, other), (ZoneKind.Workbench, one) })
        {
            var wanted = kind == ZoneKind.Workbench ? table with { Sample = new SampleBuckets(0, 999) } : table;
            var built = Built(await BuildAsync(Request(zone, key, wanted) with { Kind = kind }));
            seen.Add(Texts(built.Zone, zone, "SELECT DISTINCT identity::VARCHAR FROM z.main.people"));
        }

        Assert.Equal(5400, seen[0].Length);
        Assert.Equal(seen[0].Order(), seen[1].Order());
        Assert.Empty(seen[0].Intersect(seen[2]));
        Assert.Empty(seen[0].Intersect(seen[3]));
    }

    [Fact]
    public async Task Disjoint_buckets_hold_disjoint_people()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var tokens = DataKey.ThrowAway(Suite.Nist, "tokens");
        var seen = new List<string[]>();
        foreach (var (from, to) in new[] { (0, 300), (300, 900), (900, 1000) })
        {
            var built = Built(await BuildAsync(Request(zone, tokens, Table() with { Columns = [Identity], Sample = new SampleBuckets(from, to) })));
            seen.Add(Texts(built.Zone, zone, "SELECT DISTINCT identity::VARCHAR FROM z.main.people"));
        }

        Assert.Equal(5400, seen.Sum(part => part.Length));
        Assert.Equal(5400, seen.SelectMany(part => part).Distinct().Count());
        Assert.InRange(seen[1].Length, 5400 * 0.55, 5400 * 0.65);
    }

    [Fact]
    public async Task Rows_without_a_subject_column_are_sampled_by_row()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var table = Table() with { SubjectColumn = null, Columns = [Age], Sample = new SampleBuckets(0, 100) };
        Assert.InRange(Built(await BuildAsync(Request(zone, null, table))).Rows, 480, 720);
    }

    [Fact]
    public async Task Classes_smaller_than_k_refuse_the_zone_or_are_left_out()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var exact = Table() with
        {
            Columns = [new("number", new MaskRule.Band(50), IdentifierKind.None, ColumnGrade.QuasiIdentifier), District],
            QuasiIdentifiers = ["number", "district"],
        };
        var request = Request(zone, null, exact) with { K = 10 };
        Assert.Equal("SB-ZONE-1", Assert.Single(Assert.IsType<ZoneResult.Refused>(await BuildAsync(request)).Reasons).Rule);
        Assert.Equal(data.Files().Count(), data.Files().Count(file => !file.Contains("staging", StringComparison.Ordinal)));

        var less = await BuildAsync(request with { K = 4, SmallClasses = SmallClasses.LeaveOut });
        var table = Assert.Single(Built(less).Tables);
        Assert.True(table.LeftOut > 0);
        Assert.True(table.SmallestClass >= 4);
        var rest = Column(Built(less).Zone, zone, "SELECT min(n) FROM (SELECT count(*) AS n FROM z.main.people GROUP BY number, district)");
        Assert.True(rest[0] >= 4);
    }

    [Fact]
    public async Task A_class_counts_people_not_rows()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var key = DataKey.ThrowAway(Suite.Nist, "people");
        var segment = data.Seal("SELECT 'one' AS who, 'north' AS place FROM range(50)");
        var table = new ZoneTable
        {
            Name = "t", Segments = [segment], DataKey = data.Key, SubjectColumn = "who", QuasiIdentifiers = ["place"], Sample = new SampleBuckets(0, 999),
            Columns = [new("place", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.QuasiIdentifier)],
        };
        var request = Request(zone, null, table) with { K = 10 };
        Assert.Contains(Assert.IsType<ZoneResult.Refused>(await BuildAsync(request)).Reasons[0].Rule, new[] { "SB-ZONE-1", "SB-ZONE-2" });
        Assert.IsType<ZoneResult.Built>(await BuildAsync(request with { Tables = [table with { SubjectColumn = null }] }));
    }

    [Fact]
    public async Task Every_rule_masks_its_type()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var table = Table() with
        {
            Sample = null,
            Columns =
            [
                new("name", new MaskRule.KeepPart(KeptPart.Surname, 0), IdentifierKind.PersonName, ColumnGrade.Identifier),
                new("tax", new MaskRule.Round(100), IdentifierKind.None, ColumnGrade.Sensitive),
                new("born", new MaskRule.DateTo(DatePart.Year), IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier),
                new("seen", new MaskRule.DateTo(DatePart.Month), IdentifierKind.None, ColumnGrade.General),
                new("income", new MaskRule.TopBottom(5000, 100000), IdentifierKind.None, ColumnGrade.General),
                new("age", new MaskRule.Constant("x"), IdentifierKind.None, ColumnGrade.General),
                new("member", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General),
                new("identity", new MaskRule.Suppress(), IdentifierKind.ResidentIdentity, ColumnGrade.Identifier),
            ],
        };
        var built = Built(await BuildAsync(Request(zone, null, table) with { Kind = ZoneKind.Production }));
        Assert.Equal(["name", "tax", "born", "seen", "income", "age", "member"], built.Tables[0].Columns.Select(column => column.Name));
        Assert.Equal(["VARCHAR", "DECIMAL(12,2)", "DATE", "TIMESTAMP", "DOUBLE", "VARCHAR", "BOOLEAN"], built.Tables[0].Columns.Select(column => column.Type));
        Assert.Equal([0L], Column(built.Zone, zone, "SELECT count(*) FROM z.main.people WHERE NOT starts_with(name, '欧阳*') OR tax % 100 <> 0 OR dayofyear(born) <> 1 OR day(seen) <> 1 OR seen::TIME <> TIME '00:00:00' OR income NOT BETWEEN 5000 AND 100000 OR age <> 'x'"));
        Assert.Equal([TestData.People], Column(built.Zone, zone, "SELECT count(*) FROM z.main.people"));
    }

    [Fact]
    public async Task A_range_limits_the_rows_and_a_bad_one_is_refused()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var table = Table() with { Columns = [Age], Sample = null, Filters = [new RowFilter.Between("born", "1961-01-01", null), new RowFilter.OneOf("district", ["440301", "440302"])] };
        var built = Built(await BuildAsync(Request(zone, null, table) with { Kind = ZoneKind.Production }));
        Assert.InRange(built.Rows, 900, 1300);
        foreach (var filter in new RowFilter[] { new RowFilter.Between("born", "yesterday' OR '1'='1", null), new RowFilter.OneOf("age", ["x"]) })
        {
            var refused = Assert.IsType<ZoneResult.Refused>(await BuildAsync(Request(zone, null, table with { Filters = [filter] }) with { Kind = ZoneKind.Production }));
            Assert.Equal("SB-ZONE-5", Assert.Single(refused.Reasons).Rule);
        }
    }

    [Fact]
    public async Task Requests_against_policy_or_shape_are_refused_before_any_data_is_opened()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var table = Table() with { Columns = [Age] };
        var good = Request(zone, null, table);
        Assert.IsType<ZoneResult.Built>(await BuildAsync(good));
        ZoneRequest[] bad =
        [
            good with { Kind = ZoneKind.Unknown },
            good with { Tables = [] },
            good with { Tables = [table, table] },
            good with { K = 0 },
            good with { Tables = [table with { Name = "x; DROP" }] },
            good with { Tables = [table with { Sample = null }] },
            good with { Tables = [table with { Sample = new SampleBuckets(0, 1000) }] },
            good with { Tables = [table with { Sample = new SampleBuckets(5, 5) }] },
            good with { Tables = [table with { QuasiIdentifiers = ["income"] }] },
            good with { Tables = [table with { Columns = [Identity] }] },
            good with { Tables = [table with { Columns = [new("identity", new MaskRule.Keep(), IdentifierKind.ResidentIdentity, ColumnGrade.Identifier)] }] },
            good with { Tables = [table with { Columns = [new("age", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.Ungraded)] }] },
            good with { Tables = [table with { Columns = [new("income", new MaskRule.ExactInvisible(), IdentifierKind.None, ColumnGrade.Sensitive)] }] },
            good with { Tables = [table with { Columns = [new("nothing", new MaskRule.Band(10), IdentifierKind.None, ColumnGrade.General)] }] },
            good with { Tables = [table with { Columns = [new("district", new MaskRule.Band(10), IdentifierKind.None, ColumnGrade.General)] }] },
        ];
        foreach (var request in bad)
        {
            Assert.NotEmpty(Assert.IsType<ZoneResult.Refused>(await BuildAsync(request)).Reasons);
        }
    }

    [Fact]
    public async Task A_production_zone_has_no_door_for_queries()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var built = Built(await BuildAsync(Request(zone, null, Table() with { Columns = [Age], Sample = null }) with { Kind = ZoneKind.Production }));
        await Assert.ThrowsAsync<ZoneUnreadableException>(() => new QueryService(TestData.Jailer, data.Store).OpenAsync(built.Zone, zone));
    }

    [Fact]
    public async Task A_wrong_key_opens_nothing()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var wrong = DataKey.ThrowAway(Suite.Nist, "zone");
        var built = Built(await BuildAsync(Request(zone, null, Table() with { Columns = [Age] })));
        await Assert.ThrowsAsync<TrustException>(() => new QueryService(TestData.Jailer, data.Store).OpenAsync(built.Zone, wrong));
        await Assert.ThrowsAsync<TrustException>(() => BuildAsync(Request(zone, null, Table() with { Columns = [Age], DataKey = wrong })));
    }

    [Fact]
    public async Task Garbage_is_no_zone()
    {
        var memory = SealedMemory.Create("garbage");
        using (var target = memory.OpenWrite())
        {
            target.Write(new byte[100_000]);
        }

        memory.Seal();
        await Assert.ThrowsAsync<ZoneUnreadableException>(() => new QueryService(TestData.Jailer).OpenAsync(memory));
    }

    private ZoneTable Table() => new()
    {
        Name = "people",
        Segments = data.Segments,
        DataKey = data.Key,
        SubjectColumn = "identity",
        Sample = new SampleBuckets(100, 200),
        Columns = [Identity, Age, District, Income],
    };

    private static ZoneRequest Request(DataKey zone, DataKey? tokens, ZoneTable table) =>
        new() { ZoneId = "z-1", Kind = ZoneKind.Workbench, K = 1, Tables = [table], ZoneKey = zone, TokenKey = tokens };

    private Task<ZoneResult> BuildAsync(ZoneRequest request) => new ZoneBuilder(TestData.Jailer, data.Store).BuildAsync(request);

    private static ZoneResult.Built Built(ZoneResult result) => result as ZoneResult.Built ?? throw new InvalidOperationException(string.Join(' ', ((ZoneResult.Refused)result).Reasons));

    private static async Task<object?> ScalarAsync(QuerySession session, string sql) => Assert.IsType<QueryAnswer.Rows>(await session.QueryAsync(sql)).Values[0][0];

    // The engine of the test process looks into an opened zone: made-up values only.
    private T Opened<T>(ObjectRef zone, DataKey key, Func<DuckDbConnection, T> read)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{zone.Name}-{Guid.NewGuid():N}.duckdb");
        try
        {
            using (var target = File.Create(path))
            {
                data.Store.OpenInto(zone, key, target);
            }

            using var connection = EngineForTests.Memory();
            connection.Execute($"ATTACH {DuckDbConnection.Literal(path)} AS z (READ_ONLY)");
            return read(connection);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private long[] Column(ObjectRef zone, DataKey key, string sql) => Opened(zone, key, connection => Read(connection, $"SELECT #1::BIGINT FROM ({sql})".Replace("#1", "COLUMNS(*)", StringComparison.Ordinal), chunk => chunk[0].Values<long>().ToArray()));

    private string[] Texts(ObjectRef zone, DataKey key, string sql) => Opened(zone, key, connection => Read(connection, sql, chunk => Enumerable.Range(0, chunk.Rows).Select(row => chunk[0].Text(row))));

    private static T[] Read<T>(DuckDbConnection connection, string sql, Func<DuckDbChunk, IEnumerable<T>> take)
    {
        var values = new List<T>();
        using var result = connection.Query(sql);
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                values.AddRange(take(chunk));
            }
        }

        return [.. values];
    }
}
