using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>
/// A person's private signing key as a service keeps it: it opens with what the person alone has (a password, a token's secret) and a key of the domain together, so that
/// neither whoever steals the registry nor whoever runs the service can sign for somebody. Bytes: version (1), salt (32), wrapped scalar.
/// </summary>
/// <remarks>
/// A password goes through scrypt (RFC 7914) with N = 2^15, r = 8, p = 3 (32 MiB; one of the equal choices of OWASP's password storage advice, 2024) before the domain's
/// key comes in by HKDF. A token's secret is random and needs no stretching.
/// </remarks>
public static class SealedPersonKey
{
    private const byte Version = 1;
    private const int SaltLength = 32;
    private const int ScalarLength = 32;
    private static readonly ScryptCost Cost = new(1 << 15, 8, 3);

    /// <param name="domain">A data key of the domain.</param>
    /// <param name="context">Whose key and for what, for example <c>account/li</c>: sealed bytes open in their own place only.</param>
    /// <param name="key">The person's key, of the domain's suite.</param>
    /// <param name="password">At least 12 characters, taken exactly as typed.</param>
    /// <exception cref="TrustException">TRUST-KEY-9: too short.</exception>
    public static byte[] Seal(DataKey domain, string context, SigningKey key, ReadOnlySpan<char> password)
    {
        using var guard = MasterKey.FromPassphrase(password);
        return Seal(domain, context, key, guard);
    }

    /// <param name="secret">At least 32 random bytes.</param>
    /// <inheritdoc cref="Seal(DataKey, string, SigningKey, ReadOnlySpan{char})" path="/param"/>
    public static byte[] Seal(DataKey domain, string context, SigningKey key, Secret secret)
    {
        using var guard = MasterKey.FromSecret(secret);
        return Seal(domain, context, key, guard);
    }

    /// <summary>The key; null when the password is another, the bytes were changed or belong to another place.</summary>
    /// <inheritdoc cref="Seal(DataKey, string, SigningKey, ReadOnlySpan{char})" path="/param"/>
    public static SigningKey? Open(DataKey domain, string context, ReadOnlySpan<byte> bytes, ReadOnlySpan<char> password)
    {
        try
        {
            using var guard = MasterKey.FromPassphrase(password);
            return Open(domain, context, bytes, guard);
        }
        catch (TrustException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Open(DataKey, string, ReadOnlySpan{byte}, ReadOnlySpan{char})"/>
    public static SigningKey? Open(DataKey domain, string context, ReadOnlySpan<byte> bytes, Secret secret)
    {
        using var guard = MasterKey.FromSecret(secret);
        return Open(domain, context, bytes, guard);
    }

    private static byte[] Seal(DataKey domain, string context, SigningKey key, MasterKey guard)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(key);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        using var wrapping = Wrapping(domain, guard, salt);
        return [Version, .. salt, .. KeyWrap.Wrap(domain.Suite, wrapping, Context(context), key.Scalar)];
    }

    private static SigningKey? Open(DataKey domain, string context, ReadOnlySpan<byte> bytes, MasterKey guard)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (bytes.Length <= 1 + SaltLength || bytes[0] != Version)
        {
            return null;
        }

        using var wrapping = Wrapping(domain, guard, bytes.Slice(1, SaltLength).ToArray());
        using var scalar = KeyWrap.Unwrap(domain.Suite, wrapping, Context(context), bytes[(1 + SaltLength)..]);
        return scalar is { Length: ScalarLength } ? SigningKey.FromScalar(domain.Suite, scalar.Bytes) : null;
    }

    private static Secret Wrapping(DataKey domain, MasterKey guard, byte[] salt)
    {
        using var own = guard.Unlock(domain.Suite, salt, Cost);
        using var pepper = domain.Derive("person-key/v1", Suite.HashLength);
        using var both = Secret.Join(own.Bytes, pepper.Bytes);
        return domain.Suite.Derive(both.Bytes, salt, "person-key/v1", Suite.HashLength);
    }

    private static string Context(string context) => "person-key/v1/" + context;
}
