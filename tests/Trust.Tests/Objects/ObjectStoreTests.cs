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
        return target.ToArray();
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
