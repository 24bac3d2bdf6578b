using System.Security.Cryptography;

namespace Sandbox.Trust.Tests;

public sealed class SealedObjectTamperTests : IDisposable
{
    private const int Chunk = 1 << ObjectHeader.MinLog;
    private readonly string _folder = Directory.CreateTempSubdirectory("trust").FullName;
    private readonly ObjectStore _store;
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Sm, "one");

    public SealedObjectTamperTests() => _store = new ObjectStore(_folder, Suite.Sm, ObjectHeader.MinLog);

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, true);
    }

    private async Task<ObjectRef> Seal(byte[] plain, string kind = "segment")
    {
        using var staged = await _store.StageAsync(kind, _key, new MemoryStream(plain));
        return staged.Commit();
    }

    private string PathOf(ObjectRef reference) => Path.Combine(_folder, "objects", reference.Name);

    /// <summary>The rule of the refusal and how many bytes came out before it.</summary>
    private (string Rule, int Given) Refused(ObjectRef reference, DataKey? key = null)
    {
        var target = new MemoryStream();
        var rule = Assert.Throws<TrustException>(() => _store.OpenInto(reference, key ?? _key, target)).Refusal.Rule;
        Assert.Equal(rule, RefusedAtPlaces(reference, key).Rule);
        return (rule, (int)target.Length);
    }

    /// <summary>The same by places, and what was written: it may have gaps, but no wrong byte.</summary>
    private (string Rule, byte[] Written) RefusedAtPlaces(ObjectRef reference, DataKey? key = null)
    {
        var path = Path.Combine(_folder, "target");
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
        {
            var rule = Assert.Throws<TrustException>(() => _store.OpenInto(reference, key ?? _key, file)).Refusal.Rule;
            var written = new byte[RandomAccess.GetLength(file)];
            RandomAccess.Read(file, written, 0);
            return (rule, written);
        }
    }

    [Fact]
    public async Task Every_flipped_bit_position_is_found_and_no_wrong_byte_comes_out()
    {
        var plain = RandomNumberGenerator.GetBytes(3 * Chunk + 1000);
        var reference = await Seal(plain);
        var sealedBytes = File.ReadAllBytes(PathOf(reference));
        for (var at = 0; at < sealedBytes.Length; at += at < 160 ? 1 : 1499)
        {
            var changed = (byte[])sealedBytes.Clone();
            changed[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(PathOf(reference), changed);
            var target = new MemoryStream();
            var refusal = Assert.Throws<TrustException>(() => _store.OpenInto(reference, _key, target)).Refusal.Rule;
            Assert.Equal(at < ObjectHeader.Length ? "TRUST-OBJECT-2" : "TRUST-OBJECT-3", refusal);
            Assert.True(plain.AsSpan().StartsWith(target.ToArray()));
            var (rule, written) = RefusedAtPlaces(reference);
            Assert.Equal(refusal, rule);
            for (var chunk = 0; chunk < written.Length; chunk += Chunk)
            {
                var part = written.AsSpan(chunk, Math.Min(Chunk, written.Length - chunk));
                Assert.True(part.SequenceEqual(plain.AsSpan(chunk, part.Length)) || !part.ContainsAnyExcept((byte)0));
            }
        }
    }

    [Fact]
    public async Task A_cut_object_is_found_at_every_length()
    {
        var reference = await Seal(RandomNumberGenerator.GetBytes(2 * Chunk + 50));
        var whole = File.ReadAllBytes(PathOf(reference));
        foreach (var length in new[] { 0, 1, 127, 128, 129, 128 + Chunk, 128 + Chunk + 16, 128 + 2 * (Chunk + 16), whole.Length - 66, whole.Length - 1 })
        {
            File.WriteAllBytes(PathOf(reference), whole[..length]);
            Assert.Equal("TRUST-OBJECT-3", Refused(reference).Rule);
            // Also where the registry was made to agree with the cut.
            var lie = reference with { SealedLength = length, PlainLength = Math.Max(0, length - 128 - 16 * Math.Max(1, (length - 128 + Chunk + 15) / (Chunk + 16))) };
            Assert.Equal("TRUST-OBJECT-3", Refused(lie).Rule);
        }

        File.WriteAllBytes(PathOf(reference), [.. whole, 0]);
        Assert.Equal("TRUST-OBJECT-3", Refused(reference).Rule);
    }

    [Fact]
    public async Task Reordered_repeated_and_foreign_chunks_are_found()
    {
        var (one, two) = (await Seal(RandomNumberGenerator.GetBytes(3 * Chunk)), await Seal(RandomNumberGenerator.GetBytes(3 * Chunk)));
        var (a, b) = (File.ReadAllBytes(PathOf(one)), File.ReadAllBytes(PathOf(two)));
        byte[] Part(byte[] from, int chunk) => from.AsSpan(128 + chunk * (Chunk + 16), Chunk + 16).ToArray();
        var head = a[..128];
        foreach (var (wrong, good) in new (byte[], int)[]
        {
            ([.. head, .. Part(a, 1), .. Part(a, 0), .. Part(a, 2)], 0),
            ([.. head, .. Part(a, 0), .. Part(a, 0), .. Part(a, 2)], 1),
            ([.. head, .. Part(a, 0), .. Part(b, 1), .. Part(a, 2)], 1),
            ([.. head, .. Part(a, 0), .. Part(a, 1), .. Part(b, 2)], 2),
        })
        {
            File.WriteAllBytes(PathOf(one), wrong);
            Assert.Equal(("TRUST-OBJECT-3", good * Chunk), Refused(one));
        }

        // One whole object in the place of another.
        File.WriteAllBytes(PathOf(one), b);
        Assert.Equal("TRUST-OBJECT-3", Refused(one).Rule);
    }

    [Fact]
    public async Task Another_key_kind_suite_or_name_opens_nothing()
    {
        var reference = await Seal(new byte[100]);
        using var other = DataKey.ThrowAway(Suite.Sm, "one");
        Assert.Equal("TRUST-OBJECT-2", Refused(reference, other).Rule);
        Assert.Equal("TRUST-OBJECT-2", Refused(reference with { Kind = "zone" }).Rule);
        Assert.Equal("TRUST-OBJECT-1", Refused(reference with { Name = new string('0', 40) }).Rule);
        Assert.Equal("TRUST-OBJECT-1", Refused(reference with { Name = "../../etc/passwd" }).Rule);
        Assert.Equal("TRUST-OBJECT-3", Refused(reference with { PlainLength = 99, SealedLength = reference.SealedLength - 1 }).Rule);
        File.Delete(PathOf(reference));
        Assert.Equal("TRUST-OBJECT-1", Refused(reference).Rule);
    }

    [Fact]
    public async Task A_wrong_commitment_is_found_by_the_full_check()
    {
        var reference = await Seal(RandomNumberGenerator.GetBytes(10_000));
        _store.Check(reference, _key);
        Assert.Throws<TrustException>(() => _store.Check(reference with { Commitment = new string('0', 64) }, _key));
        Assert.NotEqual(reference.Commitment, (await Seal(new byte[5])).Commitment);
        Assert.NotEqual((await Seal(new byte[5])).Commitment, (await Seal(new byte[5])).Commitment);
    }

    [Fact]
    public async Task An_uncommitted_or_failed_object_leaves_nothing()
    {
        (await _store.StageAsync("segment", _key, new MemoryStream(new byte[9]))).Dispose();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.StageAsync("segment", _key, async target =>
        {
            await target.WriteAsync(new byte[300_000]);
            throw new InvalidOperationException("source failed");
        }));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.StageAsync("segment", _key, new MemoryStream(new byte[9]), cancelled.Token));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_sweep_removes_orphans_and_leftovers_but_nothing_known_or_alive()
    {
        var (known, orphan) = (await Seal(new byte[10]), await Seal(new byte[10]));
        File.WriteAllBytes(Path.Combine(_folder, "staging", "leftover"), [1]);
        using var alive = await _store.StageAsync("segment", _key, new MemoryStream(new byte[9]));
        using var committed = await _store.StageAsync("segment", _key, new MemoryStream(new byte[9]));
        committed.Commit();
        Assert.Equal(2, _store.Sweep(new HashSet<string> { known.Name }));
        Assert.True(_store.Exists(known) && _store.Exists(committed.Ref) && !_store.Exists(orphan));
        alive.Commit();
        Assert.True(_store.Exists(alive.Ref));
    }

    [Fact]
    public async Task The_disk_holds_no_plain_byte_and_files_are_their_owners_alone()
    {
        var secret = "planted-secret-7300"u8.ToArray();
        var reference = await Seal([.. Enumerable.Repeat(secret, 20_000).SelectMany(s => s)]);
        Assert.Equal(-1, File.ReadAllBytes(PathOf(reference)).AsSpan().IndexOf(secret));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf(reference)));
    }
}
