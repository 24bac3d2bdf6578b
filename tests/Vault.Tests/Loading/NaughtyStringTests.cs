using System.Text;
using System.Text.Json;
using Sandbox.Fixtures;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>The Big List of Naughty Strings from a provider's file into a zone, byte for byte, through the jails that a user's data take.</summary>
public sealed class NaughtyStringTests : IDisposable
{
    private static readonly Jailer Jailer = new(EnginePaths.Locate(), new JailOptions());
    private readonly string _folder = Directory.CreateTempSubdirectory("naughty-").FullName;
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Nist, "naughty");

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SharedDataTheory]
    [InlineData("csv")]
    [InlineData("utf-16.csv")]
    [InlineData("jsonl")]
    [InlineData("arrow")]
    [InlineData("parquet")]
    public async Task Strings_come_out_of_the_zone_as_they_went_in(string format)
    {
        var strings = JsonSerializer.Deserialize<string[]>(await File.ReadAllTextAsync(Path.Combine(Checkout.SharedData!, "cases/export/blns.json")))!;
        Assert.True(strings.Length > 300);
        var path = Path.Combine(_folder, "naughty." + format);
        await File.WriteAllBytesAsync(path, Make(format, strings));
        var store = new ObjectStore(_folder, Suite.Nist);
        var result = await new DataLoader(Jailer, store).LoadAsync(new LoadRequest { SourcePath = path, DataKey = _key });
        Assert.True(result is LoadResult.Loaded, result.ToString());
        var loaded = (LoadResult.Loaded)result;
        Assert.Equal((strings.Length, 0), (loaded.Rows, loaded.Rejected));
        Assert.Equal([StoredKind.Whole64, StoredKind.Text], loaded.Columns.Select(column => column.Type.Kind));
        loaded.Dispose();

        ObjectRef Segment(ColumnGroup group) => loaded.Segments.Single(segment => segment.ColumnGroup == group).ObjectRef;
        var apart = loaded.Segments.Any(segment => segment.ColumnGroup == ColumnGroup.Identifiers);
        using var zoneKey = DataKey.ThrowAway(Suite.Nist, "zone");
        var built = await new ZoneBuilder(Jailer, store).BuildAsync(new ZoneRequest
        {
            ZoneId = "naughty", Kind = ZoneKind.Production, K = 1, ZoneKey = zoneKey, TokenKey = null,
            Tables =
            [
                new ZoneTable
                {
                    Name = "strings", DataKey = _key, Segments = [new ZoneSegment(Segment(ColumnGroup.Main), apart ? Segment(ColumnGroup.Identifiers) : null)],
                    Columns = [new("n", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General), new("s", new MaskRule.Keep(), IdentifierKind.None, ColumnGrade.General)],
                },
            ],
        });
        Assert.True(built is ZoneResult.Built, built.ToString());
        var plain = Path.Combine(_folder, "zone.db");
        await using (var target = File.Create(plain))
        {
            store.OpenInto(((ZoneResult.Built)built).Zone, zoneKey, target);
        }

        using var connection = EngineForTests.Memory();
        connection.Execute($"ATTACH {DuckDbConnection.Literal(plain)} AS z (READ_ONLY)");
        using var rows = connection.Query("SELECT s FROM z.main.strings ORDER BY n");
        var seen = new List<string>();
        while (rows.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    seen.Add(Convert.ToHexString(chunk[0].Bytes(row)));
                }
            }
        }

        Assert.Equal(strings.Select(text => Convert.ToHexString(Encoding.UTF8.GetBytes(text))), seen);
    }

    private byte[] Make(string format, string[] strings)
    {
        var csv = "n,s\r\n" + string.Concat(strings.Select((text, i) => $"{i},\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n"));
        switch (format)
        {
            case "csv":
                return Encoding.UTF8.GetBytes(csv);
            case "utf-16.csv":
                return [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(csv)];
            case "jsonl":
                return Encoding.UTF8.GetBytes(string.Concat(strings.Select((text, i) => JsonSerializer.Serialize(new { n = i, s = text }) + "\n")));
        }

        var batch = ArrowColumns.ToBatch(ArrowColumns.OfInt64("n", [.. Enumerable.Range(0, strings.Length).Select(i => (long?)i)]), ArrowColumns.OfText("s", strings));
        using var arrow = new MemoryStream();
        new ArrowTable(batch.Schema, [batch]).WriteTo(arrow);
        if (format == "arrow")
        {
            return arrow.ToArray();
        }

        var path = Path.Combine(_folder, "made.parquet");
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE TABLE made (n BIGINT, s VARCHAR)");
        using (var appender = new RowAppender(connection, "made", [DuckDbTypeId.BigInt, DuckDbTypeId.Varchar]))
        {
            for (var i = 0; i < strings.Length; i++)
            {
                var (chunk, row) = appender.Next();
                chunk.Writable(0).Writable<long>()[row] = i;
                chunk.Writable(1).SetText(row, strings[i]);
            }

            appender.Complete();
        }

        connection.Execute($"COPY made TO {DuckDbConnection.Literal(path)} (FORMAT parquet)");
        return File.ReadAllBytes(path);
    }
}
