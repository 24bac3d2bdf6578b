using Sandbox.Enclave.Homomorphic;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>What the key holder is given to open.</summary>
/// <param name="Invitation">Terms and key, read with the known keys of platform and bureau.</param>
/// <param name="Total">The platform's sum.</param>
/// <param name="Permit">The gate's signed statement over <see cref="SignedRound.PermitFor"/>.</param>
/// <param name="Witnesses">Signed statements of the witnesses.</param>
/// <param name="Earlier">What the holder opened before.</param>
public sealed record OpeningCase(
    RoundInvitation Invitation, EncryptedTotal Total, ReadOnlyMemory<byte> Permit, IReadOnlyList<ReadOnlyMemory<byte>> Witnesses, IReadOnlyList<RoundFootprint> Earlier);

/// <summary>
/// The only way from a ciphertext to numbers: at the holder of the secret key, for a total that the platform signed and the witnesses added up again, with a permit of
/// the export gate for exactly this total. What comes out is for the gate alone. To record the opening, before the numbers go anywhere, is for the caller.
/// </summary>
public sealed class RoundOpening(HomomorphicBackend backend)
{
    /// <summary>Everything but the opening itself: null, or why this total is not opened.</summary>
    /// <param name="given">What is to be opened.</param>
    /// <param name="holder">The bureau's signing key.</param>
    public static Policy.Refusal? Check(OpeningCase given, PublicKey holder)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(holder);
        var round = given.Invitation.Round;

        // A total may have been made for other terms: read it again against these.
        if (EncryptedTotal.FromUntrusted(round, given.Total.Statement, given.Total.Ciphertexts) is not { } total || total.Digest != given.Total.Digest)
        {
            return RoundRefusals.NotATotal();
        }

        if (!given.Invitation.Key.Holder.Equals(holder))
        {
            return RoundRefusals.NotTheHolder();
        }

        if (!Permits(round, total, given.Permit.Span))
        {
            return RoundRefusals.NoPermit();
        }

        return RoundWitness.AllSigned(given.Invitation, total, given.Witnesses)
            ? RoundDifferencing.Check(round.FootprintOf(total), given.Earlier)
            : RoundRefusals.NotWitnessed();
    }

    /// <summary>Opens the total into an envelope for the gate.</summary>
    /// <param name="given">What is to be opened.</param>
    /// <param name="secretKey">The round's secret key; stays the caller's.</param>
    /// <param name="holder">The bureau's signing key.</param>
    /// <param name="cancellation">Ends the opening.</param>
    public async Task<OpeningResult> OpenAsync(OpeningCase given, Secret secretKey, SigningKey holder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(secretKey);
        ArgumentNullException.ThrowIfNull(holder);
        if (Check(given, holder.Public) is { } refusal)
        {
            return new OpeningResult.Refused(refusal);
        }

        var (round, total) = (given.Invitation.Round, given.Total);
        IReadOnlyList<long[]> vectors;
        try
        {
            vectors = await backend.DecryptAsync(secretKey, total.Ciphertexts, cancellation).ConfigureAwait(false);
        }
        catch (EnclaveException error)
        {
            return new OpeningResult.Refused(error.Refusal);
        }

        long[] cells = [.. vectors.SelectMany(vector => vector)];
        var reader = new TotalsReader(round, total.Contributors);
        if (reader.Withhold(cells) is not { } kept || reader.Read(total.Contributors, kept) is not { } totals)
        {
            return new OpeningResult.Refused(RoundRefusals.Damaged());
        }

        cells.AsSpan().Clear();
        return new OpeningResult.Opened(OpenedTable.Seal(round, total, kept, holder), totals.Cells.Count, totals.Withheld.Count);
    }

    private static bool Permits(SignedRound round, EncryptedTotal total, ReadOnlySpan<byte> statement)
    {
        return Statements.Key(round.Terms.GateKey) is { } gate
            && Statements.Verify(statement, OpeningPermit.Label, gate) is { } signed
            && OpeningPermit.FromUntrusted(CanonicalJson.Serialize(signed.Payload)) == round.PermitFor(total);
    }
}
