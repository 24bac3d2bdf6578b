using System.Security.Cryptography;

namespace Sandbox.Trust.Tests;

public sealed class ObjectStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trust").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private static async Task<ObjectRef> Seal(ObjectStore store, DataKey key, byte[] plain, string kind = "segment")
    {
        using var staged = await store.StageAsync(kind, key, new MemoryStream(plain));
        return staged.Commit();
    }

    private static byte[] Read(ObjectStore store, ObjectRef reference, DataKey key)
    {
        var target = new MemoryStream();
        store.OpenInto(reference, key, target);
        Assert.Equal(target.ToArray(), ReadAtPlaces(store, reference, key));
        return target.ToArray();
    }

    private static byte[] ReadAtPlaces(ObjectStore store, ObjectRef reference, DataKey key)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite))
            {
                store.OpenInto(reference, key, file);
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public async Task A_large_object_is_opened_by_several_threads_and_a_changed_chunk_of_it_is_found(string name)
    {
        var suite = Suite.ByName(name);
        var store = new ObjectStore(_folder, suite, ObjectHeader.MinLog);
        using var key = DataKey.ThrowAway(suite, "one");
        var plain = RandomNumberGenerator.GetBytes((33 << 20) + 12345);
        var reference = await Seal(store, key, plain);
        Assert.True(plain.AsSpan().SequenceEqual(ReadAtPlaces(store, reference, key)));

        var path = Path.Combine(_folder, "objects", reference.Name);
        foreach (var at in new[] { 130L, reference.SealedLength / 2, reference.SealedLength - 1 })
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Position = at;
                var old = file.ReadByte();
                file.Position = at;
                file.WriteByte((byte)(old ^ 4));
            }

            Assert.Equal("TRUST-OBJECT-3", Assert.Throws<TrustException>(() => ReadAtPlaces(store, reference, key)).Refusal.Rule);
        }
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public async Task What_was_sealed_comes_back_at_every_length(string name)
    {
        var suite = Suite.ByName(name);
        var store = new ObjectStore(_folder, suite, ObjectHeader.MinLog);
        using var key = DataKey.ThrowAway(suite, "one");
        foreach (var length in new[] { 0, 1, 15, 4095, 4096, 4097, 65535, 65536, 65537, 131072, 200000 })
        {
            var plain = RandomNumberGenerator.GetBytes(length);
            var reference = await Seal(store, key, plain);
            Assert.Equal(length, reference.PlainLength);
            Assert.Equal(new FileInfo(Path.Combine(_folder, "objects", reference.Name)).Length, reference.SealedLength);
            Assert.Equal(plain, Read(store, reference, key));
            store.Check(reference, key);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "staging")));
    }
}
