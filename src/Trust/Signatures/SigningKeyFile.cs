using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>A person's private signing key as a file of mode 0600: one line <c>sandbox-private-key:v1:SUITE:BASE64URL(scalar)</c>.</summary>
public static class SigningKeyFile
{
    private const string Scheme = "sandbox-private-key:v1:";
    private const int ScalarLength = 32;

    /// <summary>Writes the key; an existing file is never overwritten.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void Create(SigningKey key, string path)
    {
        ArgumentNullException.ThrowIfNull(key);
        KeyLine.Create(path, Scheme + key.Suite.Name + ":", key.Scalar);
    }

    /// <exception cref="TrustException">TRUST-KEY-3: missing, damaged, or readable by others than its owner.</exception>
    public static SigningKey Read(string path)
    {
        var (scheme, scalar) = KeyLine.Read(path, [Scheme + "sm:", Scheme + "nist:"], ScalarLength);
        try
        {
            return SigningKey.FromScalar(Suite.ByName(scheme[Scheme.Length..^1]), scalar);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or ArithmeticException)
        {
            throw new TrustException(TrustRules.KeyFile, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }
}
