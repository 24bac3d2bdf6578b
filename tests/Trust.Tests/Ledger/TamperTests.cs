using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Sandbox.Trust.Tests;

/// <summary>Whoever can write the registry file, but has no key, changes something: an earlier checkpoint always tells.</summary>
public sealed class TamperTests : IDisposable
{
    private const int Count = 600;

    private readonly Registry _registry = new();
    private readonly SigningKey _key = Suite.Nist.GenerateSigningKey();
    private readonly Ledger _ledger;
    private readonly string _checkpoint;
    private readonly TreeHasher _hasher = new(Suite.Nist);

    public TamperTests()
    {
        _ledger = _registry.Write(t => Ledger.Create(_registry.Connection, t, _key, "sandbox.test/one", new FixedTime()));
        _checkpoint = Fill(400).Note;
        _registry.Write(t => _ledger.Checkpoint(t));
        Fill(Count - 400);
    }

    public void Dispose()
    {
        _key.Dispose();
        _registry.Dispose();
    }

    private LedgerHead Fill(int count)
    {
        _registry.Write(t => _ledger.Append(t, [.. Enumerable.Range(0, count).Select(i => new LedgerEntry("run.finished", "user-2", new Facts { ["run"] = "r" + i.ToString(CultureInfo.InvariantCulture), ["rows"] = i }))]));
        return _ledger.Head();
    }

    private LedgerReport.Broken Broken(params string[] checkpoints) => Assert.IsType<LedgerReport.Broken>(_ledger.VerifyAll(null, checkpoints));

    private byte[] Blob(string sql) => (byte[])new SqliteCommand(sql, _registry.Connection).ExecuteScalar()!;

    [Fact]
    public void Untouched_it_is_intact() => Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll(null, _checkpoint));

    [Fact]
    public void Every_changed_byte_of_every_entry_and_leaf_hash_is_found_at_its_place()
    {
        // The database is read once per entry; within it every byte is changed in memory through the same check of entry against leaf.
        var mutations = 0;
        for (var index = 0; index < Count; index++)
        {
            var entry = Blob($"SELECT entry FROM trust_ledger WHERE idx = {index}");
            var leaf = Blob($"SELECT leaf FROM trust_ledger WHERE idx = {index}");
            for (var i = 0; i < entry.Length; i++)
            {
                entry[i] ^= 1;
                Assert.NotEqual(leaf, _hasher.Leaf(entry));
                entry[i] ^= 1;
                mutations++;
            }
        }

        Assert.True(mutations > 40_000);
        for (var index = 0; index < Count; index += 37)
        {
            foreach (var column in new[] { "entry", "leaf" })
            {
                var before = Blob($"SELECT {column} FROM trust_ledger WHERE idx = {index}");
                var after = (byte[])before.Clone();
                after[RandomNumberGenerator.GetInt32(after.Length)] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
                _registry.Sql($"UPDATE trust_ledger SET {column} = @v WHERE idx = {index}", ("@v", after));
                Assert.Equal((index, LedgerFault.EntryChanged), (Broken().FirstBadIndex, Broken().Fault));
                _registry.Sql($"UPDATE trust_ledger SET {column} = @v WHERE idx = {index}", ("@v", before));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(399)]
    [InlineData(400)]
    [InlineData(599)]
    public void An_entry_rewritten_with_its_leaf_hash_is_found(int index)
    {
        var entry = Blob($"SELECT entry FROM trust_ledger WHERE idx = {index}");
        entry[10] ^= 1;
        _registry.Sql($"UPDATE trust_ledger SET entry = @e, leaf = @l WHERE idx = {index}", ("@e", entry), ("@l", _hasher.Leaf(entry)));
        var broken = Broken();
        Assert.Equal(LedgerFault.EntriesRewritten, broken.Fault);
        Assert.InRange(broken.FirstBadIndex, 0, index);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 599)]
    [InlineData(255, 256)]
    public void Swapped_entries_are_found(int one, int other)
    {
        _registry.Sql($"UPDATE trust_ledger SET idx = -7 WHERE idx = {one}; UPDATE trust_ledger SET idx = {one} WHERE idx = {other}; UPDATE trust_ledger SET idx = {other} WHERE idx = -7");
        Assert.Equal((Math.Min(one, other), LedgerFault.EntryMoved), (Broken().FirstBadIndex, Broken().Fault));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(599)]
    public void A_removed_entry_is_found_whether_or_not_the_others_close_the_gap(int index)
    {
        _registry.Sql($"DELETE FROM trust_ledger WHERE idx = {index}");
        Assert.Equal((index, LedgerFault.EntryMissing), (Broken().FirstBadIndex, Broken().Fault));
        _registry.Sql($"UPDATE trust_ledger SET idx = -idx WHERE idx > {index}; UPDATE trust_ledger SET idx = -idx - 1 WHERE idx < 0");
        Broken();
    }

    [Fact]
    public void A_duplicated_or_added_entry_is_found()
    {
        _registry.Sql($"INSERT INTO trust_ledger (idx, entry, leaf) SELECT {Count}, entry, leaf FROM trust_ledger WHERE idx = 5");
        Assert.Equal((Count, LedgerFault.EntryMoved), (Broken().FirstBadIndex, Broken().Fault));
        Assert.Equal("TRUST-LEDGER-1", Assert.Throws<TrustException>(() => Fill(1)).Refusal.Rule);
    }

    [Fact]
    public void A_cut_ledger_is_found_and_takes_no_more_entries()
    {
        _registry.Sql("DELETE FROM trust_ledger WHERE idx >= 590");
        Assert.Equal((590, LedgerFault.EntryMissing), (Broken().FirstBadIndex, Broken().Fault));
        Assert.Equal("TRUST-LEDGER-1", Assert.Throws<TrustException>(() => Fill(1)).Refusal.Rule);
    }

    [Fact]
    public void A_whole_older_copy_is_found_by_a_later_checkpoint_only()
    {
        var copy = Path.Combine(_registry.Folder, "older.db");
        _registry.Sql($"VACUUM INTO '{copy}'");
        var later = Fill(5).Note;
        using var old = new SqliteConnection($"Data Source={copy};Pooling=False");
        old.Open();
        var ledger = Ledger.OpenReadOnly(old, _key.Public);
        Assert.IsType<LedgerReport.Intact>(ledger.VerifyAll(null, _checkpoint));
        var broken = Assert.IsType<LedgerReport.Broken>(ledger.VerifyAll(null, _checkpoint, later));
        Assert.Equal((Count, LedgerFault.RolledBack), (broken.FirstBadIndex, broken.Fault));
    }

    [Fact]
    public void A_second_history_signed_with_the_same_key_is_found_by_a_checkpoint_of_the_first()
    {
        using var other = new Registry();
        var fork = other.Write(t => Ledger.Create(other.Connection, t, _key, "sandbox.test/one", new FixedTime()));
        other.Write(t => fork.Append(t, [.. Enumerable.Range(0, Count).Select(i => new LedgerEntry("run.finished", "user-3", new Facts()))]));
        var broken = Assert.IsType<LedgerReport.Broken>(fork.VerifyAll(null, _checkpoint));
        Assert.Equal(LedgerFault.EntriesRewritten, broken.Fault);
        Assert.Equal(LedgerFault.SplitView, Assert.IsType<LedgerReport.Broken>(fork.VerifyAll(null, _ledger.Head().Note)).Fault);
    }

    [Fact]
    public void Every_changed_character_of_the_head_or_a_checkpoint_is_found()
    {
        foreach (var table in new[] { "trust_ledger_head", "trust_ledger_checkpoints" })
        {
            var note = (string)new SqliteCommand($"SELECT note FROM {table}", _registry.Connection).ExecuteScalar()!;
            for (var i = 0; i < note.Length; i++)
            {
                var changed = note.ToCharArray();
                changed[i] = (char)(changed[i] ^ 1);
                _registry.Sql($"UPDATE {table} SET note = @n", ("@n", new string(changed)));
                Assert.Equal(LedgerFault.HeadForged, Broken().Fault);
            }

            _registry.Sql($"UPDATE {table} SET note = @n", ("@n", note));
        }

        Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
    }

    [Fact]
    public void Changed_tiles_and_frontiers_are_found()
    {
        _registry.Sql("UPDATE trust_ledger_tiles SET hash = zeroblob(32) WHERE idx = 1");
        Assert.Equal(LedgerFault.CacheChanged, Broken().Fault);
        _registry.Sql("DELETE FROM trust_ledger_tiles");
        Assert.Equal(LedgerFault.CacheChanged, Broken().Fault);
    }

    [Fact]
    public void A_changed_frontier_is_found_and_stops_appending()
    {
        var frontier = Blob("SELECT frontier FROM trust_ledger_head");
        for (var i = 0; i < frontier.Length; i += 3)
        {
            var changed = (byte[])frontier.Clone();
            changed[i] ^= 1;
            _registry.Sql("UPDATE trust_ledger_head SET frontier = @f", ("@f", changed));
            Assert.Equal(LedgerFault.CacheChanged, Broken().Fault);
            Assert.Equal("TRUST-LEDGER-1", Assert.Throws<TrustException>(() => Fill(1)).Refusal.Rule);
        }
    }

    [Fact]
    public void Another_key_verifies_nothing()
    {
        using var other = Suite.Nist.GenerateSigningKey();
        Assert.Equal(LedgerFault.HeadForged, Assert.IsType<LedgerReport.Broken>(Ledger.OpenReadOnly(_registry.Connection, other.Public).VerifyAll()).Fault);
        Assert.Equal("TRUST-LEDGER-4", Assert.Throws<TrustException>(() => Ledger.OpenReadOnly(_registry.Connection, other.Public).VerifyAll(null, _checkpoint)).Refusal.Rule);
    }

    [Fact]
    public void Random_bytes_in_the_database_file_never_pass_as_another_ledger()
    {
        var head = _ledger.Head();
        var original = _ledger.Entries(0, Count).Select(e => Convert.ToHexString(e.Bytes.Span)).ToList();
        _registry.Sql("PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(_registry.DatabaseFile);
        var found = 0;
        for (var round = 0; round < 400; round++)
        {
            var copy = Path.Combine(_registry.Folder, "changed.db");
            var changed = (byte[])bytes.Clone();
            changed[RandomNumberGenerator.GetInt32(changed.Length)] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            File.WriteAllBytes(copy, changed);
            using var connection = new SqliteConnection($"Data Source={copy};Pooling=False;Mode=ReadOnly");
            LedgerReport report;
            try
            {
                connection.Open();
                report = Ledger.OpenReadOnly(connection, _key.Public).VerifyAll(null, _checkpoint);
            }
            catch (SqliteException)
            {
                found++;
                continue;
            }

            if (report is LedgerReport.Intact intact)
            {
                // Free space of a page: nothing that is read was changed.
                Assert.Equal(head.Note, intact.Head.Note);
                Assert.Equal(original, Ledger.OpenReadOnly(connection, _key.Public).Entries(0, Count).Select(e => Convert.ToHexString(e.Bytes.Span)));
            }
            else
            {
                found++;
            }
        }

        Assert.True(found > 200);
    }

    [Fact]
    public void An_export_verifies_offline_and_every_changed_byte_is_found()
    {
        var folder = Path.Combine(_registry.Folder, "export");
        _ledger.Export(folder);
        var key = PublicKey.Parse(File.ReadAllText(Path.Combine(folder, "key.txt")));
        Assert.Equal(Count, Assert.IsType<LedgerReport.Intact>(LedgerVerifier.VerifyExport(folder, key, _checkpoint)).Head.Size);
        var path = Path.Combine(folder, "entries.ndjson");
        var entries = File.ReadAllBytes(path);
        for (var i = 0; i < entries.Length; i += 997)
        {
            var changed = (byte[])entries.Clone();
            changed[i] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.IsType<LedgerReport.Broken>(LedgerVerifier.VerifyExport(folder, key));
        }

        foreach (var wrong in new[] { entries[..^1], [.. entries, (byte)'\n'], [.. entries, .. entries], entries[..(entries.Length / 2)], [] })
        {
            File.WriteAllBytes(path, wrong);
            Assert.IsType<LedgerReport.Broken>(LedgerVerifier.VerifyExport(folder, key));
        }
    }
}
