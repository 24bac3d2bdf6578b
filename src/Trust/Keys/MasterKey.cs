using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace Sandbox.Trust;

/// <summary>What opens a domain: a key file or a passphrase. The key that wraps others is made from it with the salt that the key ring keeps.</summary>
public sealed class MasterKey : IDisposable
{
    private const string FileScheme = "sandbox-master-key:v1:";
    private const int FileKeyLength = 32;
    private const int MinimumPassphrase = 12;

    private readonly Secret _secret;

    private MasterKey(MasterKeyKind kind, Secret secret)
    {
        Kind = kind;
        _secret = secret;
    }

    public MasterKeyKind Kind { get; }

    /// <summary>Creates a key file of mode 0600; an existing file is never overwritten.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static MasterKey CreateKeyFile(string path)
    {
        var secret = Secret.Random(FileKeyLength);
        try
        {
            KeyLine.Create(path, FileScheme, secret.Bytes);
            return new MasterKey(MasterKeyKind.KeyFile, secret);
        }
        catch
        {
            secret.Dispose();
            throw;
        }
    }

    /// <exception cref="TrustException">TRUST-KEY-3: missing, damaged, or readable by others than its owner.</exception>
    public static MasterKey FromKeyFile(string path)
    {
        var (_, secret) = KeyLine.Read(path, [FileScheme], FileKeyLength);
        try
        {
            return new MasterKey(MasterKeyKind.KeyFile, Secret.CopyOf(secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A random secret in the place of a key file, for what a service keeps.</summary>
    internal static MasterKey FromSecret(Secret secret) =>
        secret.Length >= FileKeyLength ? new(MasterKeyKind.KeyFile, Secret.CopyOf(secret.Bytes)) : throw new ArgumentException("A secret has at least 32 bytes.", nameof(secret));

    /// <param name="passphrase">At least 12 characters, taken exactly as typed.</param>
    /// <exception cref="TrustException">TRUST-KEY-9.</exception>
    public static MasterKey FromPassphrase(ReadOnlySpan<char> passphrase)
    {
        if (passphrase.Length < MinimumPassphrase)
        {
            throw new TrustException(TrustRules.WeakPassphrase);
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(passphrase.Length)];
        var length = Encoding.UTF8.GetBytes(passphrase, bytes);
        var key = new MasterKey(MasterKeyKind.Passphrase, Secret.CopyOf(bytes.AsSpan(0, length)));
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>The wrapping key: scrypt (RFC 7914) for a passphrase, HKDF for a key file.</summary>
    internal Secret Unlock(Suite suite, ReadOnlySpan<byte> salt, ScryptCost cost)
    {
        if (Kind == MasterKeyKind.KeyFile)
        {
            return suite.Derive(_secret.Bytes, salt, "master-key/file", Suite.HashLength);
        }

        // The library takes an array of its own; its inner buffers are out of reach.
        var passphrase = _secret.Bytes.ToArray();
        var stretched = SCrypt.Generate(passphrase, salt.ToArray(), cost.N, cost.BlockSize, cost.Parallel, Suite.HashLength);
        try
        {
            return suite.Derive(stretched, salt, "master-key/passphrase", Suite.HashLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(passphrase);
            CryptographicOperations.ZeroMemory(stretched);
        }
    }

    public void Dispose() => _secret.Dispose();

    public override string ToString() => "master key";
}

/// <summary>How a domain is opened.</summary>
public enum MasterKeyKind
{
    Unknown = 0,
    KeyFile,
    Passphrase,
}

/// <summary>The cost of scrypt; memory is 128·N·r bytes. Stored figures outside the bounds are refused, so that they can be neither weakened nor used to exhaust memory.</summary>
internal sealed record ScryptCost(int N, int BlockSize, int Parallel)
{
    /// <summary>128 MiB and about a second (OWASP password storage, 2024).</summary>
    public static ScryptCost Default { get; } = new(1 << 17, 8, 1);

    public bool Acceptable => N is >= 1 << 14 and <= 1 << 20 && int.IsPow2(N) && BlockSize == 8 && Parallel is >= 1 and <= 4;
}
