namespace Sandbox.Trust.Tests;

public sealed class LedgerTests : IDisposable
{
    private readonly Registry _registry = new();
    private readonly FixedTime _time = new();
    private readonly SigningKey _key = Suite.Nist.GenerateSigningKey();
    private readonly Ledger _ledger;

    public LedgerTests() => _ledger = _registry.Write(t => Ledger.Create(_registry.Connection, t, _key, "sandbox.test/one", _time));

    public void Dispose()
    {
        _key.Dispose();
        _registry.Dispose();
    }

    private static LedgerEntry Entry(int i) => new("data.loaded", "user-1", new Facts { ["rows"] = i, ["set"] = "flights \"3m\" 航班" });

    private void Fill(int count) => _registry.Write(t => _ledger.Append(t, [.. Enumerable.Range(0, count).Select(Entry)]));

    [Fact]
    public void Every_entry_proves_its_place_in_every_later_tree()
    {
        Fill(70);
        for (var size = 1; size <= 70; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = _ledger.ProveInclusion(index, size);
                Assert.True(LedgerVerifier.VerifyInclusion(Suite.Nist, index, size, proof.LeafHash, proof.Path, proof.Root));
                Assert.False(LedgerVerifier.VerifyInclusion(Suite.Nist, index + 1, size, proof.LeafHash, proof.Path, proof.Root));
            }

            for (var earlier = 1; earlier <= size; earlier++)
            {
                var proof = _ledger.ProveConsistency(earlier, size);
                Assert.True(LedgerVerifier.VerifyConsistency(Suite.Nist, earlier, size, proof.Root1, proof.Root2, proof.Path));
                Assert.False(LedgerVerifier.VerifyConsistency(Suite.Nist, earlier, size, proof.Root2, proof.Root2, proof.Path) && earlier != size);
            }
        }
    }

    [Fact]
    public void Proofs_hold_over_tiles()
    {
        Fill(1500);
        var root = _ledger.Head().Root;
        foreach (var index in new[] { 0, 1, 255, 256, 257, 511, 512, 1023, 1024, 1279, 1280, 1499 })
        {
            var proof = _ledger.ProveInclusion(index);
            Assert.True(LedgerVerifier.VerifyInclusion(Suite.Nist, index, 1500, proof.LeafHash, proof.Path, root));
            var consistency = _ledger.ProveConsistency(index);
            Assert.True(index == 0 || LedgerVerifier.VerifyConsistency(Suite.Nist, index, 1500, consistency.Root1, root, consistency.Path));
        }
    }

    [Fact]
    public void A_full_ledger_is_intact_and_reads_back()
    {
        Fill(600);
        Fill(3);
        var intact = Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll());
        Assert.Equal(603, intact.Head.Size);
        var record = _ledger.Entries(602, 5).Single();
        Assert.Equal((602, "data.loaded", "user-1", _time.Now), (record.Index, record.Kind, record.Actor, record.At));
        Assert.Equal(2, record.Facts["rows"].Number);
        Assert.Equal("flights \"3m\" 航班", record.Facts["set"].Text);
    }

    [Fact]
    public void A_rolled_back_transaction_leaves_nothing_and_the_ledger_goes_on()
    {
        Fill(5);
        using (var transaction = _registry.Connection.BeginTransaction(deferred: false))
        {
            Assert.Equal(5, _ledger.Append(transaction, Entry(1)));
        }

        Assert.Equal(5, _ledger.Head().Size);
        Fill(1);
        Assert.Equal(6, Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll()).Head.Size);
    }

    [Fact]
    public void Two_processes_take_turns()
    {
        using var second = _registry.Connect();
        var other = Ledger.Open(second, _key, _time);
        for (var i = 0; i < 10; i++)
        {
            Fill(1);
            using var transaction = second.BeginTransaction(deferred: false);
            other.Append(transaction, Entry(i));
            transaction.Commit();
        }

        Assert.Equal(20, Assert.IsType<LedgerReport.Intact>(_ledger.VerifyAll()).Head.Size);
    }

    [Fact]
    public void A_receipt_proves_its_entry_offline_and_no_changed_byte_passes()
    {
        Fill(40);
        var receipt = _ledger.Receipt(17);
        Assert.Equal(17, LedgerVerifier.VerifyReceipt(receipt, _key.Public).Record.Index);
        for (var i = 0; i < receipt.Length; i++)
        {
            var changed = (byte[])receipt.Clone();
            changed[i] ^= 1;
            Assert.Throws<TrustException>(() => LedgerVerifier.VerifyReceipt(changed, _key.Public));
        }

        using var other = Suite.Nist.GenerateSigningKey();
        Assert.Throws<TrustException>(() => LedgerVerifier.VerifyReceipt(receipt, other.Public));
    }

    [Theory]
    [InlineData("", "a", "x")]
    [InlineData("Data", "a", "x")]
    [InlineData("data loaded", "a", "x")]
    [InlineData("data", "", "x")]
    [InlineData("data", "a\n", "x")]
    [InlineData("data", "a", "X")]
    [InlineData("data", "a", "")]
    public void A_badly_formed_entry_is_refused(string kind, string actor, string fact)
    {
        var entry = new LedgerEntry(kind, actor, new Facts { [fact] = 1 });
        Assert.Equal("TRUST-LEDGER-2", Assert.Throws<TrustException>(() => _registry.Write(t => _ledger.Append(t, entry))).Refusal.Rule);
    }

    [Fact]
    public void Half_characters_and_numbers_beyond_exactness_are_refused()
    {
        Assert.Throws<TrustException>(() => _registry.Write(t => _ledger.Append(t, new LedgerEntry("a", "b", new Facts { ["x"] = "\ud800" }))));
        Assert.Throws<TrustException>(() => _registry.Write(t => _ledger.Append(t, new LedgerEntry("a", "b", new Facts { ["x"] = long.MinValue }))));
        Assert.Throws<TrustException>(() => _registry.Write(t => _ledger.Append(t, new LedgerEntry("a", "b", new Facts { ["x"] = 1L << 53 }))));
    }
}
