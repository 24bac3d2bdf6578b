using Sandbox.Trust;

namespace Sandbox.Trust.Tests;

public sealed class SigningKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void What_was_written_signs_as_the_same_key(string suite)
    {
        using var key = Suite.ByName(suite).GenerateSigningKey();
        var path = Path.Combine(_folder, "a.key");
        SigningKeyFile.Create(key, path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var again = SigningKeyFile.Read(path);
        Assert.Equal(key.Public.ToString(), again.Public.ToString());
        Assert.True(key.Public.Verify("test/v1", "x"u8, again.Sign("test/v1", "x"u8)));
        Assert.Throws<IOException>(() => SigningKeyFile.Create(key, path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sandbox-private-key:v1:sm:")]
    [InlineData("sandbox-private-key:v1:sm:!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("sandbox-private-key:v1:sm:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sandbox-private-key:v1:nist:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("sandbox-private-key:v2:sm:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA")]
    [InlineData("sandbox-private-key:v1:rsa:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA")]
    [InlineData("sandbox-master-key:v1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA")]
    public void Anything_else_is_refused(string text)
    {
        var path = Path.Combine(_folder, "b.key");
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Contains(Assert.Throws<TrustException>(() => SigningKeyFile.Read(path)).Refusal.Rule, new[] { "TRUST-KEY-3", "TRUST-KEY-7" });
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        using var key = Suite.Nist.GenerateSigningKey();
        var path = Path.Combine(_folder, "c.key");
        SigningKeyFile.Create(key, path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Throws<TrustException>(() => SigningKeyFile.Read(path));
    }
}
