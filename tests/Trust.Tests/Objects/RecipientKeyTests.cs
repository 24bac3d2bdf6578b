namespace Sandbox.Trust.Tests;

/// <summary>Keys of recipients outside: one form, a private half that only its owner reads, nothing sealed to a point that is none.</summary>
public sealed class RecipientKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string> Suites => ["sm", "nist"];

    [Theory]
    [MemberData(nameof(Suites))]
    public void What_is_sealed_to_a_line_is_opened_with_the_file_behind_it(string name)
    {
        using var made = EnvelopeKey.Generate(Suite.ByName(name));
        var path = Path.Combine(_folder, name + ".key");
        RecipientKeyFile.Create(made, path);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Throws<IOException>(() => RecipientKeyFile.Create(made, path));
        var line = RecipientKey.Of(made).ToString();
        var parsed = RecipientKey.Parse(" " + line + "\n");
        Assert.Equal(line, parsed.ToString());
        Assert.Equal(RecipientKey.Of(made).KeyId, parsed.KeyId);
        byte[] message = [.. "some message"u8];
        var sealedMessage = parsed.Seal("one", message);
        using var read = RecipientKeyFile.Read(path);
        Assert.Equal(message, read.Open(sealedMessage, "one"));
        Assert.Null(read.Open(sealedMessage, "two"));
        using var other = EnvelopeKey.Generate(Suite.ByName(name));
        Assert.Null(other.Open(sealedMessage, "one"));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Only_a_point_of_the_curve_in_its_one_form_is_a_key(string name)
    {
        using var made = EnvelopeKey.Generate(Suite.ByName(name));
        var line = RecipientKey.Of(made).ToString();
        var off = made.Point.ToArray();
        off[40] ^= 1;
        foreach (var wrong in new[]
        {
            "", line[..^1], line + "A", line.Replace("recipient", "key", StringComparison.Ordinal), line.Replace(":" + name + ":", ":aes:", StringComparison.Ordinal), line + ":",
            $"sandbox-recipient:{name}:" + System.Buffers.Text.Base64Url.EncodeToString(off), $"sandbox-recipient:{name}:" + System.Buffers.Text.Base64Url.EncodeToString(new byte[64]),
        })
        {
            Assert.Equal(TrustRules.RecipientKeyForm, Assert.Throws<TrustException>(() => RecipientKey.Parse(wrong)).Refusal);
        }
    }

    [Fact]
    public void A_key_file_that_others_read_or_that_is_another_kind_of_key_is_refused()
    {
        using var made = EnvelopeKey.Generate(Suite.Sm);
        var path = Path.Combine(_folder, "open.key");
        RecipientKeyFile.Create(made, path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Refused(path);
        using var signing = Suite.Sm.GenerateSigningKey();
        SigningKeyFile.Create(signing, Path.Combine(_folder, "sign.key"));
        Refused(Path.Combine(_folder, "sign.key"));
        Refused(Path.Combine(_folder, "none.key"));

        static void Refused(string path) => Assert.Equal(TrustRules.RecipientKeyFile, Assert.Throws<TrustException>(() => RecipientKeyFile.Read(path)).Refusal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
