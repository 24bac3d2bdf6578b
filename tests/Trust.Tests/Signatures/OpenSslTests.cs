using System.Formats.Asn1;
using System.Numerics;
using System.Text;

namespace Sandbox.Trust.Tests;

/// <summary>Signatures made here verify there and the other way round.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trust").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string Put(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), bytes);
        return name;
    }

    private static byte[] ToDer(byte[] signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature.AsSpan(0, 32), true, true));
            writer.WriteInteger(new BigInteger(signature.AsSpan(32), true, true));
        }

        return writer.Encode();
    }

    private static byte[] FromDer(byte[] der, Suite suite)
    {
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (sequence.ReadInteger(), sequence.ReadInteger());
        if (suite.Id == 2 && s > EcdsaOrder.Half)
        {
            s = EcdsaOrder.N - s;
        }

        var signature = new byte[64];
        foreach (var (value, at) in new[] { (r, 32), (s, 64) })
        {
            var bytes = value.ToByteArray(true, true);
            bytes.CopyTo(signature, at - bytes.Length);
        }

        return signature;
    }

    private static string[] Options(Suite suite) => suite.Id == 1 ? ["-sm3", "-sigopt", "distid:" + "1234567812345678"] : ["-sha256"];

    [Theory]
    [InlineData("sm")]
    [InlineData("nist")]
    public void Openssl_verifies_what_is_signed_here(string name)
    {
        var suite = Suite.ByName(name);
        using var key = suite.GenerateSigningKey();
        var message = Encoding.UTF8.GetBytes("released 已发布");
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.Public.ToPem());
        Put("message", SignedBytes.Frame(suite, "sandbox/release/v1", message));
        Put("signature", ToDer(key.Sign("sandbox/release/v1", message)));
        var (code, output) = OpenSsl.Run(_folder, ["dgst", .. Options(suite), "-verify", "key.pem", "-signature", "signature", "message"]);
        Assert.True(code == 0, output);
        Put("message", SignedBytes.Frame(suite, "sandbox/release/v2", message));
        Assert.NotEqual(0, OpenSsl.Run(_folder, ["dgst", .. Options(suite), "-verify", "key.pem", "-signature", "signature", "message"]).Code);
    }

    [Theory]
    [InlineData("sm", "SM2")]
    [InlineData("nist", "prime256v1")]
    public void What_openssl_signs_verifies_here(string name, string curve)
    {
        var suite = Suite.ByName(name);
        Assert.Equal(0, OpenSsl.Run(_folder, "ecparam", "-name", curve, "-genkey", "-noout", "-out", "private.pem").Code);
        Assert.Equal(0, OpenSsl.Run(_folder, "pkey", "-in", "private.pem", "-pubout", "-out", "public.pem").Code);
        var key = PublicKey.Parse(File.ReadAllText(Path.Combine(_folder, "public.pem")));
        Assert.Equal(suite, key.Suite);
        Put("message", SignedBytes.Frame(suite, "sandbox/release/v1", "x"u8));
        var (code, output) = OpenSsl.Run(_folder, ["dgst", .. Options(suite), "-sign", "private.pem", "-out", "signature", "message"]);
        Assert.True(code == 0, output);
        var signature = FromDer(File.ReadAllBytes(Path.Combine(_folder, "signature")), suite);
        Assert.True(key.Verify("sandbox/release/v1", "x"u8, signature));
        Assert.False(key.Verify("sandbox/release/v1", "y"u8, signature));
    }

    [Fact]
    public void Openssl_gives_the_same_sm3_and_sm4()
    {
        var data = Enumerable.Range(0, 5000).Select(i => (byte)(i * 31 % 256)).ToArray();
        Put("data", data);
        Assert.Contains(Convert.ToHexStringLower(Suite.Sm.Hash(data)), OpenSsl.Run(_folder, "dgst", "-sm3", "data").Output, StringComparison.Ordinal);
        Assert.Equal(0, OpenSsl.Run(_folder, "enc", "-sm4-ctr", "-K", "0123456789abcdeffedcba9876543210", "-iv", "000102030405060708090a0bfffffff0", "-in", "data", "-out", "cipher").Code);
        using var cipher = new Sm4(Convert.FromHexString("0123456789abcdeffedcba9876543210"));
        // openssl carries over into the whole block; up to the wrap of the last word both agree.
        var output = new byte[16 * 16];
        cipher.Counter(Convert.FromHexString("000102030405060708090a0bfffffff0"), data.AsSpan(0, output.Length), output);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "cipher"))[..output.Length], output);
    }
}
