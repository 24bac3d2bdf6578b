using Sandbox.Fixtures;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Scanning;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Tests.Workers;

/// <summary>Children that were started ahead do what fresh ones do, once each, and none outlives the pool.</summary>
public sealed class PoolTests : IDisposable
{
    private static readonly Jailer Jailer = new(EnginePaths.Locate(), new JailOptions());
    private readonly string _folder = Directory.CreateTempSubdirectory("pool-test").FullName;
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Nist, "pool");
    private readonly ObjectStore _store;

    public PoolTests() => _store = new ObjectStore(_folder, Suite.Nist);

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_load_and_a_scan_in_children_started_ahead_equal_those_in_fresh_ones()
    {
        await using var pool = new WorkerPool(Jailer);
        pool.PrepareLoad();
        pool.PrepareScan();
        await pool.ReadyAsync();
        var ahead = await ScanAsync(pool);
        var fresh = await ScanAsync(null);
        Assert.Equal(fresh, ahead);

        // Each was for one request: the next ones are new.
        Assert.Equal(fresh, await ScanAsync(pool));
    }

    [Fact]
    public async Task A_child_that_died_while_it_waited_is_replaced_and_disposing_leaves_none()
    {
        int[] Children() => [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, null)).Where(IsWorker)];
        var before = Children();
        await using (var pool = new WorkerPool(Jailer))
        {
            pool.PrepareLoad();
            await pool.ReadyAsync();
            var started = Children().Except(before).ToArray();
            Assert.NotEmpty(started);
            foreach (var id in started)
            {
                // One takes the others with it.
                _ = Kill(id, 9);
            }

            await Task.Delay(300);
            _ = await ScanAsync(pool);
            pool.PrepareLoad();
        }

        Assert.Empty(Children().Except(before));
    }

    [Fact]
    public async Task Nothing_is_kept_where_no_jail_can_be_had()
    {
        await using var pool = new WorkerPool(new Jailer(EnginePaths.Locate(), new JailOptions { MinimumLevel = 3 }));
        pool.PrepareScan();
        await pool.ReadyAsync();
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    // Below this process: others may run tests on the same machine.
    private static bool IsWorker(int id)
    {
        try
        {
            return IsOurs(id) && File.ReadAllText($"/proc/{id}/cmdline").Contains("Sandbox.Vault.dll\0load\0ahead", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsOurs(int id)
    {
        for (var depth = 0; depth < 8 && id > 1; depth++)
        {
            if (id == Environment.ProcessId)
            {
                return true;
            }

            id = int.Parse(File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith("PPid:", StringComparison.Ordinal))[5..], null);
        }

        return false;
    }

    private async Task<byte[]> ScanAsync(WorkerPool? pool)
    {
        var path = Path.Combine(_folder, "made-up.csv");
        await File.WriteAllLinesAsync(path, Enumerable.Range(0, 20_000).Select(i => $"{i},{i / 7.0:0.00},town {i % 100}").Prepend("n,x,town"));
        using var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store, pool).LoadAsync(new LoadRequest { SourcePath = path, DataKey = _key }));
        Assert.Equal(20_000, loaded.Rows);
        loaded.Dispose();
        using var stream = new MemoryStream();
        var scanned = Assert.IsType<ScanResult.Streamed>(await new ScanService(Jailer, _store, pool).StreamAsync(new ScanSource.LoadedSegments(loaded.Segments, _key), [], stream));
        Assert.Equal(20_000, scanned.Rows);
        Assert.Equal(20_000, ArrowTable.FromUntrusted(stream.ToArray(), ArrowLimits.Default).Rows);
        return stream.ToArray();
    }
}
