using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Zones;

/// <summary>What the masks of a zone promise, held against the raw rows: made-up ones, so the test may read both.</summary>
public sealed class MaskedZoneTests(TestData data) : IClassFixture<TestData>
{
    private static readonly ZoneColumn Number = new("number", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General);

    [Fact]
    public async Task No_masked_value_equals_or_contains_the_raw_one()
    {
        using var zone = DataKey.ThrowAway(Suite.Sm, "zone");
        using var tokens = DataKey.ThrowAway(Suite.Sm, "tokens");
        var folder = Directory.CreateTempSubdirectory("sandbox-masked-").FullName;
        var store = new ObjectStore(folder, Suite.Sm);
        using var key = DataKey.ThrowAway(Suite.Sm, "people");
        var segment = Seal(store, key, "SELECT i AS n, (i * 37 % 100000)::BIGINT AS whole, (i * 0.37)::DOUBLE AS floating, (i * 1.25)::DECIMAL(12,2) AS exact, DATE '1960-01-01' + (i % 9000)::INT AS day, TIMESTAMP '2024-01-01 10:00:00' + INTERVAL (i) MINUTE AS moment, '11010119' || lpad(i::VARCHAR, 10, '0') AS identity, '王' || chr((20000 + i % 5000)::INT) AS name, '广东省深圳市某路' || i || '号' AS address, '电话138' || lpad(i::VARCHAR, 8, '0') || '已登记' AS remark, 'p' || (i // 3) AS who FROM range(3000) t(i)");
        ZoneColumn[] columns =
        [
            new("n", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General),
            new("whole", new MaskRule.Noise(50), IdentifierKind.None, ColumnGrade.Sensitive),
            new("floating", new MaskRule.Noise(2.5m), IdentifierKind.None, ColumnGrade.Sensitive),
            new("exact", new MaskRule.Noise(10), IdentifierKind.None, ColumnGrade.Sensitive),
            new("day", new MaskRule.DateShift(400), IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier),
            new("moment", new MaskRule.DateShift(30), IdentifierKind.None, ColumnGrade.General),
            new("identity", new MaskRule.FormatToken(), IdentifierKind.ResidentIdentity, ColumnGrade.Identifier),
            new("name", new MaskRule.KeepPart(KeptPart.Surname, 0), IdentifierKind.PersonName, ColumnGrade.Identifier),
            new("address", new MaskRule.KeepPart(KeptPart.Province, 0), IdentifierKind.Address, ColumnGrade.Identifier),
            new("remark", new MaskRule.Redact(), IdentifierKind.FreeText, ColumnGrade.Sensitive),
            new("who", new MaskRule.Token(), IdentifierKind.RecordKey, ColumnGrade.Identifier),
        ];
        var request = new ZoneRequest
        {
            ZoneId = "z", Kind = ZoneKind.Production, K = 1, ZoneKey = zone, TokenKey = tokens,
            Tables = [new ZoneTable { Name = "t", Segments = [segment], DataKey = key, Columns = columns, SubjectColumn = "who" }],
        };
        var built = Built(await new ZoneBuilder(TestData.Jailer, store).BuildAsync(request));
        Assert.Equal(3000, built.Rows);
        Assert.All(built.Tables[0].Columns, column => Assert.Equal(3000, column.Present));
        var rows = Read(store, built.Zone, zone, "SELECT n::BIGINT, whole, floating, exact, day::VARCHAR, moment::VARCHAR, identity, name, address, remark, who::VARCHAR FROM z.main.t ORDER BY n");
        for (var i = 0; i < 3000; i++)
        {
            var row = rows[i];
            Assert.Equal($"{i}", row[0]);
            Assert.NotEqual($"{i * 37 % 100000}", row[1]);
            var day = DateOnly.Parse(row[4]!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.NotEqual(new DateOnly(1960, 1, 1).AddDays(i % 9000), day);
            Assert.DoesNotContain($"{i:D10}", row[6], StringComparison.Ordinal);
            Assert.Matches("^[0-9]{18}$", row[6]);
            Assert.Equal("王*", row[7]);
            Assert.Equal("广东省***", row[8]);
            Assert.Equal("电话〔号码〕已登记", row[9]);
        }

        // Three rows of a person moved together, in both columns with a shift.
        for (var person = 0; person < 1000; person++)
        {
            var shifts = Enumerable.Range(person * 3, 3).Select(i => DateOnly.Parse(rows[i][4]!, System.Globalization.CultureInfo.InvariantCulture).DayNumber - new DateOnly(1960, 1, 1).AddDays(i % 9000).DayNumber).ToArray();
            Assert.Single(shifts.Distinct());
        }

        Assert.Equal(3000, rows.Select(row => row[6]).Distinct().Count());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Noise_and_shift_are_the_same_in_every_zone_and_so_do_not_average_out()
    {
        var seen = new List<string?[][]>();
        foreach (var (name, kind) in new[] { ("one", ZoneKind.Production), ("two", ZoneKind.Production), ("three", ZoneKind.Workbench) })
        {
            using var zone = DataKey.ThrowAway(Suite.Nist, name);
            var table = Table() with
            {
                Columns = [Number, new("income", new MaskRule.Noise(100), IdentifierKind.None, ColumnGrade.Sensitive), new("born", new MaskRule.DateShift(365), IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier)],
                Sample = kind == ZoneKind.Workbench ? new SampleBuckets(0, 999) : null,
            };
            var built = Built(await BuildAsync(new ZoneRequest { ZoneId = name, Kind = kind, K = 1, ZoneKey = zone, Tables = [table] }));
            seen.Add(Read(data.Store, built.Zone, zone, "SELECT number::BIGINT, income, born::VARCHAR FROM z.main.people WHERE number < 5000 ORDER BY number"));
        }

        Assert.Equal(5000, seen[0].Length);
        Assert.Equal(seen[0], seen[1]);
        var last = seen[2].ToDictionary(row => row[0]!);
        Assert.All(seen[0].Where(row => last.ContainsKey(row[0]!)), row => Assert.Equal(row, last[row[0]!]));

        // Different data sets draw differently.
        using var other = DataKey.ThrowAway(Suite.Nist, "another data set");
        using var place = DataKey.ThrowAway(Suite.Nist, "four");
        var copy = new ZoneTable { Name = "people", Segments = [Seal(data.Store, other, "SELECT i AS number, (1000.37 * i)::DOUBLE AS income FROM range(100) t(i)")], DataKey = other, Columns = [Number, new("income", new MaskRule.Noise(100), IdentifierKind.None, ColumnGrade.Sensitive)] };
        var elsewhere = Built(await BuildAsync(new ZoneRequest { ZoneId = "four", Kind = ZoneKind.Production, K = 1, ZoneKey = place, Tables = [copy] }));
        var moved = Read(data.Store, elsewhere.Zone, place, "SELECT number::BIGINT, income FROM z.main.people ORDER BY number");
        Assert.True(moved.Zip(seen[0]).Count(pair => pair.First[1] == pair.Second[1]) < 5);
    }

    [Fact]
    public async Task Format_tokens_of_two_scenarios_or_two_kinds_have_no_more_in_common_than_chance()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var one = DataKey.ThrowAway(Suite.Nist, "scenario 1");
        using var two = DataKey.ThrowAway(Suite.Nist, "scenario 2");
        using var key = DataKey.ThrowAway(Suite.Nist, "cards");
        var table = new ZoneTable { Name = "t", Segments = [Seal(data.Store, key, "SELECT '6222' || lpad(i::VARCHAR, 15, '0') AS card FROM range(2000) t(i)")], DataKey = key, Columns = [new("card", new MaskRule.FormatToken(), IdentifierKind.BankCard, ColumnGrade.Identifier)] };
        var seen = new List<string[]>();
        foreach (var (kind, tokens) in new[] { (ZoneKind.Production, one), (ZoneKind.Production, one), (ZoneKind.Production, two), (ZoneKind.Workbench, one) })
        {
            var built = Built(await BuildAsync(new ZoneRequest { ZoneId = "z", Kind = kind, K = 1, ZoneKey = zone, TokenKey = tokens, Tables = [table with { Sample = kind == ZoneKind.Workbench ? new SampleBuckets(0, 999) : null }] }));
            seen.Add([.. Read(data.Store, built.Zone, zone, "SELECT card FROM z.main.t").Select(row => row[0]!)]);
        }

        Assert.Equal(seen[0].Order(), seen[1].Order());
        Assert.Empty(seen[0].Intersect(seen[2]));
        Assert.Empty(seen[0].Intersect(seen[3]));
        Assert.Equal(2000, seen[0].Distinct().Count());
    }

    [Fact]
    public async Task A_ladder_takes_the_finest_step_that_holds_k_and_the_report_says_which()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var age = new MaskRule.Ladder([new MaskRule.Keep(), new MaskRule.Band(5), new MaskRule.Band(10), new MaskRule.Band(50), new MaskRule.Constant("*")]);
        var district = new MaskRule.Ladder([new MaskRule.DivisionPrefix(6), new MaskRule.DivisionPrefix(4)]);
        var table = Table() with
        {
            Columns = [new("age", age, IdentifierKind.None, ColumnGrade.QuasiIdentifier), new("district", district, IdentifierKind.None, ColumnGrade.QuasiIdentifier)],
            QuasiIdentifiers = ["age", "district"],
            Sample = new SampleBuckets(0, 200),
        };
        var request = new ZoneRequest { ZoneId = "z", Kind = ZoneKind.Workbench, K = 30, ZoneKey = zone, Tables = [table] };
        var built = Built(await BuildAsync(request));
        var report = Assert.Single(built.Tables);
        Assert.True(report.SmallestClass >= 30);
        Assert.True(report.Candidates >= report.SmallestClass);
        Assert.Equal(0, report.LeftOut);
        Assert.All(report.Columns, column => Assert.DoesNotContain("ladder", column.Rule, StringComparison.Ordinal));

        // Age and county say the same of these people: only bands and prefectures together make classes of about a hundred.
        Assert.Equal([age.Steps[1].ToJson(), district.Steps[1].ToJson()], report.Columns.Select(column => column.Rule));
        var classes = Read(data.Store, built.Zone, zone, "SELECT count(*)::BIGINT FROM z.main.people GROUP BY age, district");
        Assert.All(classes, row => Assert.True(long.Parse(row[0]!, System.Globalization.CultureInfo.InvariantCulture) >= 30));

        // With some rows left out a finer step holds, and no more is left out than was allowed.
        var looser = Built(await BuildAsync(request with { Tables = [table with { LeaveOutPerMille = 200 }] })).Tables[0];
        Assert.InRange(looser.LeftOut, 0, (looser.Rows + looser.LeftOut) / 5);
        Assert.True(looser.SmallestClass >= 30);

        // Even the coarsest step can't make ten people thirty.
        var few = table with { Sample = new SampleBuckets(0, 2) };
        var refused = Assert.IsType<ZoneResult.Refused>(await BuildAsync(request with { Tables = [few] }));
        Assert.Equal("SB-ZONE-1", Assert.Single(refused.Reasons).Rule);
    }

    [Fact]
    public async Task Where_nothing_is_checked_a_ladder_is_its_coarsest_step()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        var table = Table() with { Columns = [new("age", new MaskRule.Ladder([new MaskRule.Keep(), new MaskRule.Band(50)]), IdentifierKind.None, ColumnGrade.QuasiIdentifier)] };
        var built = Built(await BuildAsync(new ZoneRequest { ZoneId = "z", Kind = ZoneKind.Production, K = 10, ZoneKey = zone, Tables = [table] }));
        Assert.Equal(["0", "50"], Read(data.Store, built.Zone, zone, "SELECT DISTINCT age::BIGINT FROM z.main.people ").Select(row => row[0]).Order());
        Assert.Equal(new MaskRule.Band(50).ToJson(), built.Tables[0].Columns[0].Rule);
    }

    [Fact]
    public async Task What_needs_a_subject_a_key_or_a_floor_is_refused_without_it()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        ZoneRequest Request(ZoneTable table) => new() { ZoneId = "z", Kind = ZoneKind.Production, K = 1, ZoneKey = zone, Tables = [table] };
        var shift = new ZoneColumn("seen", new MaskRule.DateShift(30), IdentifierKind.None, ColumnGrade.General);
        ZoneTable[] bad =
        [
            Table() with { Columns = [shift], SubjectColumn = null },
            Table() with { Columns = [new("identity", new MaskRule.FormatToken(), IdentifierKind.ResidentIdentity, ColumnGrade.Identifier)] },
            Table() with { Columns = [new("income", new MaskRule.Round(10), IdentifierKind.None, ColumnGrade.Sensitive, new MaskRule.Round(100))] },
            Table() with { Columns = [new("age", new MaskRule.Noise(0.5m), IdentifierKind.None, ColumnGrade.General)] },
            Table() with { Columns = [shift], LeaveOutPerMille = 201 },
        ];
        foreach (var table in bad)
        {
            Assert.NotEmpty(Assert.IsType<ZoneResult.Refused>(await BuildAsync(Request(table))).Reasons);
        }

        Assert.IsType<ZoneResult.Built>(await BuildAsync(Request(Table() with { Columns = [shift, new("income", new MaskRule.Round(1000), IdentifierKind.None, ColumnGrade.Sensitive, new MaskRule.Round(100))] })));
    }

    [Fact]
    public async Task More_rows_than_fit_into_memory_are_put_in_order_all_the_same()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var key = DataKey.ThrowAway(Suite.Nist, "many");
        var table = new ZoneTable
        {
            Name = "t", Segments = [Seal(data.Store, key, "SELECT i AS n, hash(i)::VARCHAR || '-' || hash(i + 1)::VARCHAR || '-' || hash(i + 2)::VARCHAR AS text FROM range(4000000) t(i)")], DataKey = key,
            Columns = [new("n", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General), new("text", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General)],
        };
        var built = Built(await BuildAsync(new ZoneRequest { ZoneId = "z", Kind = ZoneKind.Production, K = 1, ZoneKey = zone, Tables = [table], MemoryBytes = 256L << 20 }));
        Assert.Equal(4_000_000, built.Rows);
        Assert.Equal("4000000 7999998000000", Assert.Single(Read(data.Store, built.Zone, zone, "SELECT count(DISTINCT n) || ' ' || sum(n) FROM z.main.t"))[0]);
        data.Store.Delete(built.Zone);
    }

    private ZoneTable Table() => new() { Name = "people", Segments = data.Segments, DataKey = data.Key, SubjectColumn = "identity", Columns = [Number] };

    private Task<ZoneResult> BuildAsync(ZoneRequest request) => new ZoneBuilder(TestData.Jailer, data.Store).BuildAsync(request);

    private static ZoneResult.Built Built(ZoneResult result) => result as ZoneResult.Built ?? throw new InvalidOperationException(string.Join(' ', ((ZoneResult.Refused)result).Reasons));

    [Fact]
    public async Task A_data_set_of_as_many_pieces_as_there_may_be_is_worked_over()
    {
        using var zone = DataKey.ThrowAway(Suite.Nist, "zone");
        using var key = DataKey.ThrowAway(Suite.Nist, "pieces");
        var store = new ObjectStore(Directory.CreateTempSubdirectory("sandbox-pieces-").FullName, Suite.Nist);
        const int Pieces = Vault.Loading.Segments.MostInUse / 2;
        var segments = Enumerable.Repeat(new ZoneSegment(Seal(store, key, "SELECT i AS number FROM range(100) t(i)").Main, Seal(store, key, "SELECT 'p' || i AS who FROM range(100) t(i)").Main), Pieces).ToArray();
        var table = new ZoneTable { Name = "t", Segments = segments, DataKey = key, SubjectColumn = "who", Columns = [Number, new("who", new MaskRule.KeepPart(KeptPart.First, 1), IdentifierKind.None, ColumnGrade.General)] };
        var built = Built(await new ZoneBuilder(TestData.Jailer, store).BuildAsync(new ZoneRequest { ZoneId = "z", Kind = ZoneKind.Production, K = 1, ZoneKey = zone, Tables = [table] }));
        Assert.Equal(Pieces * 100, built.Rows);
        Assert.Equal([$"{Pieces * 4950L}"], Read(store, built.Zone, zone, "SELECT sum(number)::BIGINT FROM z.main.t").Select(row => row[0]));

        var source = new EvidenceSource(segments, key);
        var cells = Assert.IsType<EvidenceResult.Cells>(await new EvidenceService(TestData.Jailer, store).CellsAsync(new TableRequest { Dimensions = [], Measure = "number", Aggregation = Aggregation.Sum, SubjectColumn = null }, source));
        Assert.Equal(Pieces * 100, cells.Values.Single().Rows);
    }

    private static ZoneSegment Seal(ObjectStore store, DataKey key, string sql)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");
        try
        {
            using (var connection = EngineForTests.Memory())
            {
                connection.Execute($"COPY ({sql}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet)");
            }

            using var source = File.OpenRead(path);
            using var staged = store.StageAsync("segment", key, source).GetAwaiter().GetResult();
            return new ZoneSegment(staged.Commit(), null);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string?[][] Read(ObjectStore store, ObjectRef zone, DataKey key, string sql)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.duckdb");
        try
        {
            using (var target = File.Create(path))
            {
                store.OpenInto(zone, key, target);
            }

            using var connection = EngineForTests.Memory();
            connection.Execute($"ATTACH {DuckDbConnection.Literal(path)} AS z (READ_ONLY)");
            var rows = new List<string?[]>();
            using var result = connection.Query($"SELECT COLUMNS(*)::VARCHAR FROM ({sql})");
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        var values = new string?[chunk.Columns];
                        for (var column = 0; column < values.Length; column++)
                        {
                            values[column] = chunk[column].IsNull(row) ? null : chunk[column].Text(row);
                        }

                        rows.Add(values);
                    }
                }
            }

            return [.. rows];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
