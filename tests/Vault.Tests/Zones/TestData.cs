using System.Globalization;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Tests.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Zones;

/// <summary>A store in a temporary folder and a data set of 6,000 made-up people in two segments, identifiers aside.</summary>
public sealed class TestData : IDisposable
{
    public const int People = 6000;

    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-zones-").FullName;

    public TestData()
    {
        Store = new ObjectStore(_folder, Suite.Nist);
        Key = DataKey.ThrowAway(Suite.Nist, "people");
        Segments = [Segment(0, 2500), Segment(2500, People)];
    }

    public ObjectStore Store { get; }

    public DataKey Key { get; }

    public IReadOnlyList<ZoneSegment> Segments { get; }

    internal static Jailer Jailer => TestZone.Jailer;

    /// <summary>Seals any query's result as one segment.</summary>
    public ZoneSegment Seal(string mainSql, string? identifierSql = null) => new(SealParquet(mainSql), identifierSql is null ? null : SealParquet(identifierSql));

    /// <summary>A sealed workbench with the table <c>people</c>: some hundred masked rows.</summary>
    public async Task<ObjectRef> WorkbenchAsync(DataKey zoneKey)
    {
        using var tokens = DataKey.ThrowAway(Suite.Nist, "tokens");
        var built = await new ZoneBuilder(Jailer, Store).BuildAsync(new ZoneRequest
        {
            ZoneId = "zone",
            Kind = ZoneKind.Workbench,
            K = 1,
            ZoneKey = zoneKey,
            TokenKey = tokens,
            Tables =
            [
                new ZoneTable
                {
                    Name = "people",
                    Segments = Segments,
                    DataKey = Key,
                    SubjectColumn = "identity",
                    Sample = new SampleBuckets(0, 100),
                    Columns =
                    [
                        new ZoneColumn("identity", new MaskRule.Token(), IdentifierKind.None, ColumnGrade.Identifier),
                        new ZoneColumn("age", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General),
                        new ZoneColumn("district", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General),
                        new ZoneColumn("income", new MaskRule.Round(1000), IdentifierKind.None, ColumnGrade.Sensitive),
                    ],
                },
            ],
        });
        return Assert.IsType<ZoneResult.Built>(built).Zone;
    }

    /// <summary>All files of the store's folder, for searching.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories);

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // Person i: identity number PLANTED-ID-i (two rows each for multiples of 10), age 20…69, ten districts, income 1000.37 × i.
    private ZoneSegment Segment(int from, int to)
    {
        var rows = string.Create(CultureInfo.InvariantCulture, $"(SELECT i - i % 10 // 9 AS p, i FROM range({from}, {to}) t(i))");
        return Seal(
            $"SELECT i AS number, (20 + p % 50)::TINYINT AS age, '4403' || lpad((p % 10)::VARCHAR, 2, '0') AS district, (1000.37 * p)::DOUBLE AS income, (p * 1.25)::DECIMAL(12,2) AS tax, DATE '1960-01-01' + (p % 5000)::INT AS born, TIMESTAMP '2024-01-01' + INTERVAL (p) MINUTE AS seen, p % 2 = 0 AS member FROM {rows}",
            $"SELECT 'PLANTED-ID-' || p AS identity, '欧阳' || p AS name FROM {rows}");
    }

    private ObjectRef SealParquet(string sql)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.parquet");
        try
        {
            using (var connection = EngineForTests.Memory())
            {
                connection.Execute($"COPY ({sql}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet)");
            }

            using var source = File.OpenRead(path);
            using var staged = Store.StageAsync("segment", Key, source).GetAwaiter().GetResult();
            return staged.Commit();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
