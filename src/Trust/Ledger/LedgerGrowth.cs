using System.Text.Json.Nodes;

namespace Sandbox.Trust;

/// <summary>The form of a consistency proof in a file: canonical JSON <c>{"from","head","path","v":1}</c>, where from is the size of the earlier tree.</summary>
internal static class LedgerGrowth
{
    public static byte[] Write(LedgerHead head, ConsistencyProof proof) => CanonicalJson.Serialize(new JsonObject
    {
        ["v"] = 1,
        ["from"] = proof.Size1,
        ["head"] = head.Note,
        ["path"] = new JsonArray([.. proof.Path.Select(p => JsonValue.Create(Convert.ToBase64String(p)))]),
    });

    /// <returns>The later head.</returns>
    /// <exception cref="TrustException">TRUST-LEDGER-4: the earlier checkpoint is not of this ledger. TRUST-WITNESS-1, TRUST-WITNESS-2, TRUST-WITNESS-3.</exception>
    public static LedgerHead Verify(ReadOnlySpan<byte> growth, PublicKey key, string earlierCheckpoint)
    {
        var earlier = LedgerHead.Verify(CosignedCheckpoint.Bare(earlierCheckpoint), key);
        if (CanonicalJson.ParseExact(growth) is not JsonObject { Count: 4 } form
            || form["v"] is not JsonValue v || !v.TryGetValue<long>(out var version) || version != 1
            || form["from"] is not JsonValue f || !f.TryGetValue<long>(out var from) || from != earlier.Size
            || form["head"] is not JsonValue h || !h.TryGetValue<string>(out var note)
            || form["path"] is not JsonArray { Count: <= 128 } path)
        {
            throw new TrustException(TrustRules.WitnessNoProof);
        }

        var hashes = path.Select(step => step is JsonValue s && s.TryGetValue<string>(out var text) && LedgerHead.Decode(text) is { Length: Suite.HashLength } hash ? hash : []).ToList();
        var head = LedgerHead.Verify(note, key);
        if (head.Origin != earlier.Origin)
        {
            throw new TrustException(TrustRules.WitnessOtherHistory);
        }

        if (head.Size < earlier.Size)
        {
            throw new TrustException(TrustRules.WitnessRolledBack);
        }

        // Every ledger begins with the empty one.
        return earlier.Size == 0 || LedgerVerifier.VerifyConsistency(key.Suite, earlier.Size, head.Size, earlier.Root, head.Root, hashes)
            ? head
            : throw new TrustException(TrustRules.WitnessOtherHistory);
    }
}
