using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>The receipt form: canonical JSON <c>{"entry","head","path","v":1}</c>.</summary>
internal static class LedgerReceipt
{
    public static byte[] Write(LedgerRecord record, InclusionProof proof, LedgerHead head) => CanonicalJson.Serialize(new JsonObject
    {
        ["v"] = 1,
        ["entry"] = JsonNode.Parse(record.Bytes.Span),
        ["head"] = head.Note,
        ["path"] = new JsonArray([.. proof.Path.Select(p => JsonValue.Create(Convert.ToBase64String(p)))]),
    });

    /// <exception cref="TrustException">TRUST-LEDGER-5.</exception>
    public static (LedgerRecord Record, LedgerHead Head) Verify(ReadOnlySpan<byte> receipt, PublicKey key)
    {
        if (CanonicalJson.ParseExact(receipt) is not JsonObject { Count: 4 } form
            || form["v"] is not JsonValue v || !v.TryGetValue<long>(out var version) || version != 1
            || form["entry"] is not JsonObject entry
            || form["head"] is not JsonValue h || !h.TryGetValue<string>(out var note)
            || form["path"] is not JsonArray { Count: <= 64 } path
            || EntryForm.Read(CanonicalJson.Serialize(entry)) is not { } record)
        {
            throw new TrustException(TrustRules.ReceiptForm);
        }

        var hashes = new List<byte[]>();
        foreach (var step in path)
        {
            hashes.Add(step is JsonValue s && s.TryGetValue<string>(out var text) && Decode(text) is { } hash ? hash : throw new TrustException(TrustRules.ReceiptForm));
        }

        LedgerHead head;
        try
        {
            head = LedgerHead.Verify(note, key);
        }
        catch (TrustException e)
        {
            throw new TrustException(TrustRules.ReceiptForm, e);
        }

        var leaf = LedgerVerifier.LeafHash(key.Suite, record.Bytes.Span);
        return LedgerVerifier.VerifyInclusion(key.Suite, record.Index, head.Size, leaf, hashes, head.Root)
            ? (record, head)
            : throw new TrustException(TrustRules.ReceiptForm);
    }

    private static byte[]? Decode(string text)
    {
        var hash = new byte[Suite.HashLength];
        return Convert.TryFromBase64String(text, hash, out var written) && written == hash.Length && Convert.ToBase64String(hash) == text ? hash : null;
    }
}
