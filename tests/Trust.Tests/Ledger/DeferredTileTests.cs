namespace Sandbox.Trust.Tests;

/// <summary>Tiles of the lowest level are stored sixteen at a time. Whoever appends, rolls back or archives between, the stored ones are right and proofs go over the others.</summary>
public sealed class DeferredTileTests : IDisposable
{
    private readonly Registry _registry = new();
    private readonly SigningKey _key = Suite.Sm.GenerateSigningKey();
    private readonly Random _random = new(5);
    private readonly Ledger _ledger;
    private int _written;

    public DeferredTileTests() => _ledger = _registry.Write(t => Ledger.Create(_registry.Connection, t, _key, "sandbox.test/one", new FixedTime()));

    public void Dispose()
    {
        _key.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public void Two_appenders_and_rolled_back_groups_leave_right_tiles_and_proofs()
    {
        using var connection = _registry.Connect();
        var other = Ledger.Open(connection, _key, new FixedTime());
        while (_written < 1_400)
        {
            var count = _random.Next(1, 60);
            switch (_random.Next(4))
            {
                case 0:
                    // A group that is given up: nothing of it may be remembered.
                    using (var transaction = _registry.Connection.BeginTransaction(deferred: false))
                    {
                        _ledger.Append(transaction, Entries(count, "given up"));
                    }

                    break;
                case 1:
                    using (var transaction = connection.BeginTransaction(deferred: false))
                    {
                        other.Append(transaction, Entries(count, "other"));
                        transaction.Commit();
                    }

                    _written += count;
                    break;
                default:
                    Fill(count);
                    break;
            }

            Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
            Assert.Equal(_written / 256 * 16, Count("level = 1"));
            var head = _ledger.Head();
            var at = _random.Next(_written);
            var proof = _ledger.ProveInclusion(at, head.Size);
            Assert.True(LedgerVerifier.VerifyInclusion(_key.Suite, at, head.Size, proof.LeafHash, proof.Path, head.Root));
        }

        Assert.True(Count("level = 2") >= 5);
    }

    [Fact]
    public void Archives_that_end_within_a_tile_take_its_parts_along()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_registry.Folder, "archive")).FullName;
        Fill(300);
        foreach (var (end, more) in new[] { (32L, 7), (288L, 100), (304L, 300), (640L, 500) })
        {
            _ledger.WriteArchive(folder, end);
            _registry.Write(t => _ledger.Seal(t, folder, end));
            Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
            Assert.IsType<LedgerReport.Intact>(_ledger.VerifyWithArchive(folder));
            Fill(more);
            Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
            Assert.IsType<LedgerReport.Intact>(_ledger.VerifyWithArchive(folder));
            Assert.Equal(Math.Max(_written / 256 * 16, end / 16), Count("level = 1"));
            var head = _ledger.Head();
            foreach (var at in new[] { end, end + 5, _written - 1 })
            {
                var proof = _ledger.ProveInclusion(at, head.Size);
                Assert.True(LedgerVerifier.VerifyInclusion(_key.Suite, at, head.Size, proof.LeafHash, proof.Path, head.Root));
            }
        }
    }

    [Fact]
    public void A_tile_too_early_too_many_or_missing_is_found_and_rebuilt()
    {
        Fill(700);
        foreach (var change in new[]
        {
            "INSERT INTO trust_ledger_tiles (level, idx, hash) SELECT 1, 40, hash FROM trust_ledger_tiles WHERE level = 1 AND idx = 0",
            "DELETE FROM trust_ledger_tiles WHERE level = 1 AND idx = 31",
            "UPDATE trust_ledger_tiles SET hash = zeroblob(32) WHERE level = 1 AND idx = 3",
            "DELETE FROM trust_ledger_tiles WHERE level = 2 AND idx = 1",
        })
        {
            _registry.Sql(change);
            Assert.Equal(LedgerFault.CacheChanged, Assert.IsType<LedgerReport.Broken>(_ledger.VerifyAll()).Fault);
            _registry.Write(t =>
            {
                _ledger.RebuildTiles(t);
                return 0;
            });
            Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
        }

        Fill(100);
        Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
    }

    private void Fill(int count)
    {
        _registry.Write(t => _ledger.Append(t, Entries(count, "ours")));
        _written += count;
    }

    private static LedgerEntry[] Entries(int count, string by) => [.. Enumerable.Range(0, count).Select(i => new LedgerEntry("run.finished", by, new Facts { ["rows"] = i }))];

    private long Count(string where)
    {
        using var command = _registry.Connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM trust_ledger_tiles WHERE {where}";
        return (long)command.ExecuteScalar()!;
    }
}
