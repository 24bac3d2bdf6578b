namespace Sandbox.Trust;

/// <summary>One opened data key. Nothing is encrypted under it directly: every use derives a key of its own by a label.</summary>
public sealed class DataKey : IDisposable
{
    private readonly Secret _secret;

    internal DataKey(Suite suite, KeyScope scope, string id, string keyId, Secret secret)
    {
        Suite = suite;
        Scope = scope;
        Id = id;
        KeyId = keyId;
        _secret = secret;
    }

    public Suite Suite { get; }

    public KeyScope Scope { get; }

    /// <summary>The caller's name of what the key protects.</summary>
    public string Id { get; }

    /// <summary>16 hex digits that name this key; written into object headers.</summary>
    public string KeyId { get; }

    /// <summary>A key for one use.</summary>
    /// <param name="label">What it is for, for example <c>zone/row-order</c>.</param>
    /// <param name="length">Bytes; by default the key length of the suite.</param>
    public Secret Derive(string label, int? length = null) => Suite.Derive(_secret.Bytes, [], "data-key/" + label, length ?? Suite.KeyLength);

    /// <summary>A key that stands in no key ring, for previews and tests; what it seals is lost with it.</summary>
    public static DataKey ThrowAway(Suite suite, string id)
    {
        ArgumentNullException.ThrowIfNull(suite);
        return new DataKey(suite, KeyScope.Object, id, KeyRing.NewKeyId(), Secret.Random(Suite.HashLength));
    }

    public void Dispose() => _secret.Dispose();

    public override string ToString() => $"data key {KeyId}";
}
