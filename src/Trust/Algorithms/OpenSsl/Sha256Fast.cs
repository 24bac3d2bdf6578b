using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>SHA-256 (FIPS 180-4) of short messages by libcrypto's direct functions: for tree leaves and nodes, where the general interface costs several times the hash. Safe for use by many threads.</summary>
/// <remarks>The functions are deprecated in OpenSSL 3, so they are used only where they are there and <see cref="IsTrusted"/>; the platform's call does the same otherwise.</remarks>
internal static class Sha256Fast
{
    /// <summary>Longest message in bytes: the calls keep the collector waiting, and the gain is gone beyond.</summary>
    public const int Longest = 1024;

    /// <summary>Bytes of libcrypto's SHA256_CTX (112), rounded up.</summary>
    private const int StateLength = 128;

    private static readonly Lazy<bool> Tested = new(SelfTestPasses);

    /// <summary>Whether libcrypto has the functions and they agree with the platform; found out once.</summary>
    public static bool IsTrusted => Tested.Value;

    /// <param name="data">At most <see cref="Longest"/> bytes.</param>
    /// <param name="destination">32 bytes.</param>
    public static void Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, Longest);
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Suite.HashLength);
        Span<byte> state = stackalloc byte[StateLength];
        if (LibCrypto.Sha256Init(state) != 1 || LibCrypto.Sha256Update(state, data, (nuint)data.Length) != 1 || LibCrypto.Sha256Final(destination, state) != 1)
        {
            throw new CryptographicException();
        }

        CryptographicOperations.ZeroMemory(state);
    }

    private static bool SelfTestPasses()
    {
        try
        {
            var message = new byte[Longest];
            for (var i = 0; i < message.Length; i++)
            {
                message[i] = (byte)(i * 7 & 0xff);
            }

            Span<byte> hash = stackalloc byte[Suite.HashLength];
            foreach (var length in new[] { 0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 181, 1023, Longest })
            {
                Hash(message.AsSpan(0, length), hash);
                if (!hash.SequenceEqual(SHA256.HashData(message.AsSpan(0, length))))
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or CryptographicException)
        {
            return false;
        }
    }
}
