using Sandbox.Enclave.Homomorphic;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Enclave.Rounds;

/// <summary>
/// The only way from a ciphertext to numbers: at the holder of the secret key, for a total that the platform signed, with a permit of the
/// export gate for exactly this total. Opening once is for the caller to record.
/// </summary>
public sealed class RoundOpening(HomomorphicBackend backend)
{
    /// <summary>Opens <paramref name="total"/>.</summary>
    /// <param name="round">The signed terms.</param>
    /// <param name="total">The platform's sum.</param>
    /// <param name="permitStatement">The gate's signed statement over <see cref="SignedRound.PermitFor"/>.</param>
    /// <param name="secretKey">The round's secret key; stays the caller's.</param>
    /// <param name="cancellation">Ends the opening.</param>
    public async Task<OpeningResult> OpenAsync(
        SignedRound round, EncryptedTotal total, ReadOnlyMemory<byte> permitStatement, Secret secretKey, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(total);
        ArgumentNullException.ThrowIfNull(secretKey);

        // A total may have been made for other terms: read it again against these.
        if (EncryptedTotal.FromUntrusted(round, total.Statement, total.Ciphertexts) is not { } own)
        {
            return new OpeningResult.Refused(RoundRefusals.NotATotal());
        }

        if (!Permits(round, own, permitStatement.Span))
        {
            return new OpeningResult.Refused(RoundRefusals.NoPermit());
        }

        IReadOnlyList<long[]> vectors;
        try
        {
            vectors = await backend.DecryptAsync(secretKey, own.Ciphertexts, cancellation).ConfigureAwait(false);
        }
        catch (EnclaveException error)
        {
            return new OpeningResult.Refused(error.Refusal);
        }

        return Read(round.Terms, own, [.. vectors.SelectMany(vector => vector)]) is { } totals
            ? new OpeningResult.Opened(totals)
            : new OpeningResult.Refused(RoundRefusals.Damaged());
    }

    private static bool Permits(SignedRound round, EncryptedTotal total, ReadOnlySpan<byte> statement)
    {
        return Statements.Key(round.Terms.GateKey) is { } gate
            && Statements.Verify(statement, OpeningPermit.Label, gate) is { } signed
            && OpeningPermit.FromUntrusted(CanonicalJson.Serialize(signed.Payload)) == round.PermitFor(total);
    }

    /// <summary>Null where a number can't come from contributions that keep to the terms, for example after a wrap or with another key.</summary>
    private static RoundTotals? Read(RoundTerms terms, EncryptedTotal total, long[] cells)
    {
        if (cells.AsSpan(terms.Cells).ContainsAnyExcept(0L))
        {
            return null;
        }

        List<TotalCell> opened = [];
        var rows = (Int128)terms.MaximumRows * total.Contributors.Count;
        for (var group = 0; group < terms.Groups.Count; group++)
        {
            for (var measure = 0; measure < terms.Measures.Count; measure++)
            {
                var named = terms.Measures[measure];
                var bounds = TermsRules.Bounds(named)!.Value;
                var at = terms.CellAt(group, measure);
                var (sum, count) = (cells[at], cells[at + 1]);
                var squares = named.Squares ? cells[at + 2] : 0;
                if (count < 0 || count > rows || sum < (Int128)bounds.Minimum * count || sum > (Int128)bounds.Maximum * count
                    || squares < 0 || squares > bounds.Largest * bounds.Largest * count)
                {
                    return null;
                }

                opened.Add(new(
                    terms.Groups[group], named.Name, new(sum, named.Decimals), count, named.Squares ? new ExactDecimal(squares, 2 * named.Decimals) : null));
            }
        }

        return new RoundTotals(terms.RoundId, total.Contributors, opened);
    }
}
