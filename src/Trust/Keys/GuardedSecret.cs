using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>
/// A long secret in a file of its own, outside every domain: encrypted under a key made from a key file or a passphrase, or under a random key of which only shares
/// exist. Bytes: one line of canonical JSON that says how it is opened, then the tag (16) and the encrypted secret; the line is authenticated with it.
/// </summary>
public static class GuardedSecret
{
    private const string Form = "sandbox-guarded-secret:v1";
    private const int MostHeader = 1024, MostSecret = 1 << 22;

    /// <summary>Encrypts under a key file or passphrase.</summary>
    /// <param name="suite">Its key derivation and encryption.</param>
    /// <param name="context">What the secret is; opening asks for the same.</param>
    /// <param name="secret">At most 4 MiB.</param>
    /// <param name="guard">The key file or passphrase.</param>
    public static byte[] Seal(Suite suite, string context, Secret secret, MasterKey guard)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(guard);
        var salt = RandomNumberGenerator.GetBytes(32);
        using var key = guard.Unlock(suite, salt, ScryptCost.Default);
        var cost = ScryptCost.Default;
        return Encrypt(suite, secret, key, new JsonObject
        {
            ["context"] = context,
            ["form"] = Form,
            ["kind"] = guard.Kind.ToString(),
            ["salt"] = Convert.ToHexStringLower(salt),
            ["scrypt"] = new JsonArray(cost.N, cost.BlockSize, cost.Parallel),
            ["suite"] = suite.Name,
        });
    }

    /// <summary>Encrypts under a random key and splits that key; the whole key is kept nowhere.</summary>
    /// <param name="threshold">Shares that open, at least 2.</param>
    /// <param name="shares">Shares in all, at most 255.</param>
    /// <inheritdoc cref="Seal" path="/param"/>
    public static (byte[] File, IReadOnlyList<KeyShare> Shares) Split(Suite suite, string context, Secret secret, int threshold, int shares)
    {
        ArgumentNullException.ThrowIfNull(suite);
        using var key = Secret.Random(Suite.HashLength);
        var set = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var parts = ShamirSharing.Split(key, threshold, shares);
        var file = Encrypt(suite, secret, key, new JsonObject
        {
            ["context"] = context,
            ["form"] = Form,
            ["kind"] = "Shares",
            ["salt"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            ["set"] = set,
            ["suite"] = suite.Name,
            ["threshold"] = threshold,
        });
        return (file, [.. parts.Select((part, index) => new KeyShare(set, threshold, index + 1, part))]);
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <exception cref="TrustException">TRUST-GUARD-2: not such a file, another context, another guard, or changed.</exception>
    public static Secret Open(ReadOnlySpan<byte> file, string context, MasterKey guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        var (header, suite, salt, length) = Read(file, context);
        if (Text(header, "kind") != guard.Kind.ToString() || header["scrypt"] is not JsonArray { Count: 3 } figures || !figures.All(one => one is JsonValue value && value.TryGetValue<int>(out _)))
        {
            throw new TrustException(TrustRules.GuardedSecret);
        }

        var cost = new ScryptCost(figures[0]!.GetValue<int>(), figures[1]!.GetValue<int>(), figures[2]!.GetValue<int>());
        if (!cost.Acceptable)
        {
            throw new TrustException(TrustRules.GuardedSecret);
        }

        using var key = guard.Unlock(suite, salt, cost);
        return Decrypt(file, length, suite, salt, key);
    }

    /// <summary>Opens what <see cref="Split"/> made.</summary>
    /// <exception cref="TrustException">TRUST-GUARD-3: too few shares or shares of another key; TRUST-GUARD-2 as for the other.</exception>
    public static Secret Open(ReadOnlySpan<byte> file, string context, IReadOnlyList<KeyShare> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        var (header, suite, salt, length) = Read(file, context);
        if (Text(header, "kind") != "Shares" || Text(header, "set") is not { } set || header["threshold"] is not JsonValue value || !value.TryGetValue<int>(out var threshold))
        {
            throw new TrustException(TrustRules.GuardedSecret);
        }

        var own = shares.Where(share => share.Set == set && share.Threshold == threshold).DistinctBy(share => share.Point).Take(threshold).ToArray();
        if (threshold < 2 || own.Length < threshold)
        {
            throw new TrustException(TrustRules.TooFewShares);
        }

        using var key = ShamirSharing.Join([.. own.Select(share => (share.Point, share.Part))]);
        return Decrypt(file, length, suite, salt, key);
    }

    /// <summary>Shares that the file asks for; zero where it is opened by a key file or passphrase.</summary>
    /// <exception cref="TrustException">TRUST-GUARD-2.</exception>
    public static int Threshold(ReadOnlySpan<byte> file, string context) =>
        Read(file, context).Header["threshold"] is JsonValue value && value.TryGetValue<int>(out var threshold) ? threshold : 0;

    private static byte[] Encrypt(Suite suite, Secret secret, Secret key, JsonObject header)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(secret.Length, MostSecret, nameof(secret));
        var line = CanonicalJson.Serialize(header);
        var file = new byte[line.Length + 1 + AeadKey.TagLength + secret.Length];
        line.CopyTo(file, 0);
        file[line.Length] = (byte)'\n';
        using var aead = Aead(suite, key, Convert.FromHexString(Text(header, "salt")!));
        aead.Seal(new byte[AeadKey.NonceLength], secret.Bytes, line, file.AsSpan(line.Length + 1 + AeadKey.TagLength), file.AsSpan(line.Length + 1, AeadKey.TagLength));
        return file;
    }

    private static Secret Decrypt(ReadOnlySpan<byte> file, int length, Suite suite, byte[] salt, Secret key)
    {
        var line = file[..length].ToArray();
        var tag = file.Slice(length + 1, AeadKey.TagLength).ToArray();
        var cipher = file[(length + 1 + AeadKey.TagLength)..].ToArray();
        using var aead = Aead(suite, key, salt);
        var opened = false;
        var secret = Secret.Fill(cipher.Length, target => opened = aead.Open(new byte[AeadKey.NonceLength], cipher, tag, line, target));
        if (opened)
        {
            return secret;
        }

        secret.Dispose();
        throw new TrustException(TrustRules.GuardedSecret);
    }

    // The salt is fresh for each file, so the derived key is used for one message and its nonce may be zero.
    private static AeadKey Aead(Suite suite, Secret key, byte[] salt)
    {
        using var own = suite.Derive(key.Bytes, salt, "guarded-secret/v1", suite.KeyLength);
        return suite.CreateAead(own.Bytes);
    }

    private static (JsonObject Header, Suite Suite, byte[] Salt, int Length) Read(ReadOnlySpan<byte> file, string context)
    {
        var length = file[..Math.Min(file.Length, MostHeader)].IndexOf((byte)'\n');
        if (length <= 0 || file.Length <= length + 1 + AeadKey.TagLength || file.Length > MostHeader + AeadKey.TagLength + MostSecret
            || CanonicalJson.ParseExact(file[..length]) is not JsonObject header || Text(header, "form") != Form || Text(header, "context") != context
            || Text(header, "suite") is not ("sm" or "nist") || Text(header, "salt") is not { Length: 64 } salt || !salt.All(char.IsAsciiHexDigitLower))
        {
            throw new TrustException(TrustRules.GuardedSecret);
        }

        return (header, Suite.ByName(Text(header, "suite")!), Convert.FromHexString(salt), length);
    }

    private static string? Text(JsonObject header, string name) => header[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
