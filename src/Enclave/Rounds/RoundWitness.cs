using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// Somebody other than platform and key holder who adds the contributions up again and signs that the total is of these contributors: else the platform could have
/// the holder open a single contribution under the name of a sum. Where the terms demand flooding it also sees that the total is flooded, so that the holder learns nothing
/// from noise. A witness has no key that opens.
/// </summary>
public sealed class RoundWitness(HomomorphicBackend backend)
{
    /// <summary>What a witness's signature is for.</summary>
    public const string Label = "sandbox/he-witness/v1";

    /// <summary>Adds up and signs.</summary>
    /// <param name="invitation">Terms and key, read with the known keys of platform and bureau.</param>
    /// <param name="total">What the platform says is the total.</param>
    /// <param name="contributions">The contributions as the platform has them.</param>
    /// <param name="key">The witness's key, one that the bureau named.</param>
    /// <param name="progress">Told the number of contributions seen.</param>
    /// <param name="cancellation">Ends the adding.</param>
    /// <returns>The signed statement.</returns>
    /// <exception cref="EnclaveException">SB-HE-24: not a witness; SB-HE-25: the total is not of these contributions, or not flooded as the terms say.</exception>
    public async Task<byte[]> SignAsync(
        RoundInvitation invitation, EncryptedTotal total, IEnumerable<ReadOnlyMemory<byte>> contributions, SigningKey key, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(invitation);
        ArgumentNullException.ThrowIfNull(total);
        ArgumentNullException.ThrowIfNull(key);
        if (invitation.Key.Witnesses.All(witness => witness.Key != key.Public.ToString()))
        {
            throw new EnclaveException(RoundRefusals.NotAWitness());
        }

        var round = invitation.Round;
        var (sums, contributors, _) = await new RoundSummation(backend).AddAsync(round, contributions, progress, cancellation).ConfigureAwait(false);
        if (sums is null || !contributors.SequenceEqual(total.Contributors) || !RoundFlooding.Covers(round.Terms, total.Ciphertexts, sums))
        {
            throw new EnclaveException(RoundRefusals.NotThisSum());
        }

        return SignedStatement.Sign(key, Label, Payload(round, total)).ToBytes();
    }

    /// <summary>Whether every witness that the bureau named has signed for this total.</summary>
    internal static bool AllSigned(RoundInvitation invitation, EncryptedTotal total, IReadOnlyList<ReadOnlyMemory<byte>> statements)
    {
        var wanted = invitation.Key.Witnesses.Select(witness => PublicKey.Parse(witness.Key)).ToHashSet();
        var expected = CanonicalJson.Serialize(Payload(invitation.Round, total));
        foreach (var text in statements)
        {
            if (Statements.Verify(text.Span, Label, wanted) is { } statement && CanonicalJson.Serialize(statement.Payload).AsSpan().SequenceEqual(expected))
            {
                wanted.Remove(statement.Key);
            }
        }

        return wanted.Count == 0;
    }

    private static JsonObject Payload(SignedRound round, EncryptedTotal total) => new()
    {
        ["contributors"] = new JsonArray([.. total.Contributors.Select(id => (JsonNode)id)]),
        ["round"] = round.Terms.RoundId,
        ["sum"] = total.Digest,
        ["terms"] = round.Digest,
    };
}
