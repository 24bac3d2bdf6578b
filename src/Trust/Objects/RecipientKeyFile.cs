using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>The private half of a <see cref="RecipientKey"/> as a file of mode 0600: one line <c>sandbox-recipient-private:v1:SUITE:BASE64URL(scalar)</c>.</summary>
public static class RecipientKeyFile
{
    private const string Scheme = "sandbox-recipient-private:v1:";
    private const int ScalarLength = 32;

    /// <summary>Writes the key; an existing file is never overwritten.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void Create(EnvelopeKey key, string path)
    {
        ArgumentNullException.ThrowIfNull(key);
        KeyLine.Create(path, Scheme + key.Suite.Name + ":", key.Scalar);
    }

    /// <exception cref="TrustException">TRUST-SEAL-2: missing, damaged, or readable by others than its owner.</exception>
    public static EnvelopeKey Read(string path)
    {
        byte[]? scalar = null;
        try
        {
            (var scheme, scalar) = KeyLine.Read(path, [Scheme + "sm:", Scheme + "nist:"], ScalarLength);
            return EnvelopeKey.FromScalar(Suite.ByName(scheme[Scheme.Length..^1]), scalar);
        }
        catch (TrustException e)
        {
            throw new TrustException(TrustRules.RecipientKeyFile, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }
}
