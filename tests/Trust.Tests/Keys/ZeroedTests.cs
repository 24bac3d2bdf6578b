using System.Reflection;

namespace Sandbox.Trust.Tests;

/// <summary>What was secret is zeros once its holder lets go of it.</summary>
public sealed class ZeroedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-zeroed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_secret_is_pinned_and_zeros_after_its_end()
    {
        var secret = Secret.Random(32);
        var bytes = Bytes(secret);
        Assert.Contains(bytes, value => value != 0);
        // The collector never moves it, so it left no copy behind.
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(bytes));
        secret.Dispose();
        Assert.All(bytes, value => Assert.Equal(0, value));
        Assert.Throws<ObjectDisposedException>(() => secret.Bytes.Length);
    }

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Keys_let_go_of_their_bytes(string suite)
    {
        var path = Path.Combine(_folder, "master.key");
        var master = MasterKey.CreateKeyFile(path);
        var again = MasterKey.FromKeyFile(path);
        var key = DataKey.ThrowAway(Suite.ByName(suite), "x");
        var held = new object[] { master, again, key }.Select(item => Bytes((Secret)item.GetType().GetField("_secret", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(item)!)).ToArray();
        Assert.Equal(held[0], held[1]);
        Assert.All(held, bytes => Assert.Contains(bytes, value => value != 0));
        master.Dispose();
        again.Dispose();
        key.Dispose();
        Assert.All(held, bytes => Assert.All(bytes, value => Assert.Equal(0, value)));
    }

    private static byte[] Bytes(Secret secret) => (byte[])typeof(Secret).GetField("_bytes", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(secret)!;
}
