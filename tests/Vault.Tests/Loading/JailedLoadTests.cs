using System.Diagnostics;
using Sandbox.Fixtures;
using Sandbox.Jail;
using Sandbox.Policy.Identifiers;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Scanning;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>The whole way through a real jail: load, seal, open, scan.</summary>
public sealed class JailedLoadTests : IDisposable
{
    private static readonly Jailer Jailer = new(EnginePaths.Locate(), new JailOptions());
    private readonly string _folder = Directory.CreateTempSubdirectory("vault-").FullName;
    private readonly ObjectStore _store;
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Nist, "test");

    public JailedLoadTests() => _store = new ObjectStore(_folder, Suite.Nist);

    private static string Flights => Path.Combine(Checkout.Engines, "vega-datasets", "data", "flights-3m.parquet");

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Three_million_flights_are_loaded_sealed_and_scanned()
    {
        var steps = new List<LoadProgress>();
        var clock = Stopwatch.StartNew();
        using var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(Request(Flights), new Recorder(steps)));
        var load = clock.Elapsed.TotalSeconds;
        Assert.Equal((3000000, 0, LoadFormat.Parquet), (loaded.Rows, loaded.Rejected, loaded.Format));
        Assert.Equal(["date", "delay", "distance", "origin", "destination"], loaded.Columns.Select(column => column.Name));
        Assert.All(loaded.Columns, column => Assert.Equal(IdentifierKind.None, column.IdentifierKind));
        Assert.Equal(ColumnGroup.Main, Assert.Single(loaded.Segments).ColumnGroup);
        Assert.Empty(loaded.Quarantines);
        Assert.True(steps.Zip(steps.Skip(1)).All(pair => pair.First.Fraction <= pair.Second.Fraction) && steps[^1].Fraction == 1);

        loaded.Dispose(); // as after the registration: as long as the objects are held for it, nobody opens them
        clock.Restart();
        using var stream = new MemoryStream(200_000_000);
        var result = await new ScanService(Jailer, _store).StreamAsync(new ScanSource.LoadedSegments(loaded.Segments, _key), ["delay", "origin"], stream);
        var scanned = result as ScanResult.Streamed ?? throw new InvalidOperationException(result.ToString());
        var scan = clock.Elapsed.TotalSeconds;
        Assert.Equal((3000000, stream.Length), (scanned.Rows, scanned.Bytes));
        stream.Position = 0;
        var table = ArrowTable.FromUntrusted(stream, ArrowLimits.Default);
        using var connection = EngineForTests.Memory();
        var sum = table.Batches.Sum(batch => Enumerable.Range(0, batch.Rows).Sum(row => batch.Columns[0].GetInt64(row) ?? 0));
        Assert.Equal(connection.ScalarInt64($"SELECT sum(delay) FROM read_parquet({DuckDbConnection.Literal(Flights)})"), sum);
        Assert.True(load < 20 && scan < 20, $"load {load:F2} s, scan {scan:F2} s"); // ratios belong to the bench
    }

    [Fact]
    public async Task Identifiers_and_rejected_rows_lie_in_sealed_objects_of_their_own_and_no_plaintext_on_disk()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllTextAsync(path, "name,phone,income\n" + string.Join("\n", Enumerable.Range(0, 500).Select(i => $"PLANTED-{i},1380013{i:0000},{i}")) + "\nPLANTED-broken\n");
            using var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(Request(path) with { IdentifierColumns = ["name"] }));
            Assert.Equal((500, 1), (loaded.Rows, loaded.Rejected));
            Assert.Equal([ColumnGroup.Identifiers, ColumnGroup.Identifiers, ColumnGroup.Main], loaded.Columns.Select(column => column.Group));
            Assert.Equal(2, loaded.Segments.Count);
            Assert.Equal(1, loaded.Rejections[RejectReason.MissingFields]);
            loaded.Dispose();
            using var stream = new MemoryStream();
            Assert.IsType<ScanResult.Streamed>(await new ScanService(Jailer, _store).StreamAsync(new ScanSource.LoadedSegments(loaded.Segments, _key), ["income", "name"], stream));
            var table = ArrowTable.FromUntrusted(stream.ToArray(), ArrowLimits.Default);
            Assert.Equal((499L, "PLANTED-499"), (table.Batches[0].Columns[0].GetInt64(499)!.Value, table.Batches[0].Columns[1].GetText(499)));
            using var quarantine = _store.Open(Assert.Single(loaded.Quarantines), _key);
            using var copy = new MemoryStream();
            await quarantine.CopyToAsync(copy);
            Assert.Equal("PAR1"u8.ToArray(), copy.ToArray()[..4]);
            foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories))
            {
                Assert.Equal(-1, (await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("PLANTED"u8));
            }

            var refused = Assert.IsType<ScanResult.Refused>(await new ScanService(Jailer, _store).StreamAsync(new ScanSource.LoadedSegments(loaded.Segments, _key), ["income\"; DROP"], Stream.Null));
            Assert.Equal("SCAN-COLUMN", refused.Refusal.Rule);
            using var wrong = DataKey.ThrowAway(Suite.Nist, "other");
            Assert.IsType<ScanResult.Refused>(await new ScanService(Jailer, _store).StreamAsync(new ScanSource.LoadedSegments(loaded.Segments, wrong), [], Stream.Null));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task What_can_not_be_loaded_is_refused_in_words_and_leaves_nothing()
    {
        var loader = new DataLoader(Jailer, _store);
        var cut = Path.Combine(_folder, "cut.parquet");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Flights))[..100000]);
        var damaged = (byte[])[.. (await File.ReadAllBytesAsync(Flights))];
        Array.Fill(damaged, (byte)0x5A, 1000, 200000);
        var hurt = Path.Combine(_folder, "hurt.parquet");
        await File.WriteAllBytesAsync(hurt, damaged);
        var empty = Path.Combine(_folder, "empty.csv");
        await File.WriteAllBytesAsync(empty, []);
        foreach (var (path, limit, rule) in new[]
        {
            (Path.Combine(_folder, "nowhere"), 1L << 30, "LOAD-MISSING"), (_folder, 1L << 30, "LOAD-NOT-A-FILE"), (empty, 1L << 30, "LOAD-EMPTY"), ("/dev/zero", 1L << 30, "LOAD-EMPTY"),
            (Flights, 1000L, "LOAD-TOO-LARGE"), (cut, 1L << 30, "LOAD-PARQUET"), (hurt, 1L << 30, "LOAD-PARQUET"),
        })
        {
            var refused = Assert.IsType<LoadResult.Refused>(await loader.LoadAsync(Request(path) with { SourceLimitBytes = limit }));
            Assert.Equal(rule, refused.Refusal.Rule);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "objects")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "staging")));
    }

    [Fact]
    public async Task A_cancelled_load_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var loader = new DataLoader(Jailer, _store);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loader.LoadAsync(Request(Flights), new Recorder([], step =>
        {
            if (step.Stage == LoadStage.Classifying)
            {
                source.Cancel();
            }
        }), source.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "objects")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "staging")));
    }

    private LoadRequest Request(string path) => new() { SourcePath = path, DataKey = _key };
}
