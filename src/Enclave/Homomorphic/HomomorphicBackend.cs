using Sandbox.Trust;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// The seam behind which the scheme stands twice: <see cref="ManagedBackend"/>, the project's own, and <see cref="SealBackend"/>. Keys and ciphertexts cross it in
/// SEAL's wire format, so that what one made the other opens. There is no public decryption: a total is opened by
/// <see cref="Rounds.RoundOpening"/> alone, with the gate's permit.
/// </summary>
public abstract class HomomorphicBackend
{
    private protected HomomorphicBackend(ParameterSet parameters) => Parameters = parameters;

    /// <summary>The parameter set of every key and ciphertext.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Makes a key pair from the operating system's randomness.</summary>
    /// <exception cref="EnclaveException">SB-HE-1.</exception>
    public abstract Task<HomomorphicKeys> GenerateKeysAsync(CancellationToken cancellation = default);

    /// <summary>Encrypts vectors of at most <see cref="ParameterSet.Slots"/> whole numbers; missing slots are zero. Runs at the provider.</summary>
    /// <param name="publicKey">The round's public key.</param>
    /// <param name="vectors">Each value within ±<see cref="ParameterSet.LargestMagnitude"/>.</param>
    /// <param name="cancellation">Ends the encryption.</param>
    /// <returns>One ciphertext for each vector.</returns>
    /// <exception cref="ArgumentException">A vector is too long or a value too large: it would wrap silently.</exception>
    /// <exception cref="EnclaveException">SB-HE-1: the key is none of this set.</exception>
    public async Task<IReadOnlyList<byte[]>> EncryptAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<long[]> vectors, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Any(vector => vector.Length > Parameters.Slots || vector.Any(value => value > Parameters.LargestMagnitude || value < -Parameters.LargestMagnitude)))
        {
            throw new ArgumentException("A vector is too long or holds a value that would wrap.", nameof(vectors));
        }

        return publicKey.Length == Parameters.PublicKeyBytes ? await EncryptCheckedAsync(publicKey, vectors, cancellation).ConfigureAwait(false) : throw HomomorphicFailure.Create();
    }

    /// <summary>Multiplies every slot by a public factor of its own. Only set B has room for the noise of that.</summary>
    /// <param name="ciphertext">A ciphertext as encryption made it.</param>
    /// <param name="factors">At most <see cref="ParameterSet.Slots"/> factors within ±<see cref="ParameterSet.LargestMagnitude"/>, not all zero; missing ones are zero.</param>
    /// <param name="cancellation">Ends the multiplication.</param>
    /// <exception cref="ArgumentException">Another set, too many factors, too large ones, or only zeros.</exception>
    /// <exception cref="EnclaveException">SB-HE-1: the ciphertext is none of this set.</exception>
    public async Task<byte[]> MultiplyAsync(ReadOnlyMemory<byte> ciphertext, long[] factors, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(factors);
        if (!Parameters.HasSlotFactors || factors.Length > Parameters.Slots || !factors.AsSpan().ContainsAnyExcept(0L)
            || factors.Any(factor => factor > Parameters.LargestMagnitude || factor < -Parameters.LargestMagnitude))
        {
            throw new ArgumentException("Factors for each slot need set B, must be within its bounds and not all zero.", nameof(factors));
        }

        return CiphertextFormat.Check(Parameters, ciphertext.Span) == CiphertextProblem.None
            ? await MultiplyCheckedAsync(ciphertext, factors, cancellation).ConfigureAwait(false)
            : throw HomomorphicFailure.Create();
    }

    /// <summary>Starts sums that run side by side, one for each part. Runs at the platform, which holds no key.</summary>
    /// <param name="parts">Number of sums, at least one.</param>
    /// <param name="cancellation">Ends the start.</param>
    public abstract Task<CiphertextSum> StartSumAsync(int parts, CancellationToken cancellation = default);

    /// <summary>Adds ciphertexts.</summary>
    /// <returns>The sum over those that were taken, or null when none was, and for each input whether it was taken.</returns>
    public async Task<(byte[]? Sum, IReadOnlyList<bool> Taken)> SumAsync(IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation = default) =>
        (await SumGroupsAsync([ciphertexts], cancellation).ConfigureAwait(false))[0];

    /// <summary>Adds each group of ciphertexts for itself.</summary>
    public async Task<IReadOnlyList<(byte[]? Sum, IReadOnlyList<bool> Taken)>> SumGroupsAsync(
        IReadOnlyList<IReadOnlyList<byte[]>> groups, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count == 0)
        {
            return [];
        }

        var sum = await StartSumAsync(groups.Count, cancellation).ConfigureAwait(false);
        await using var _ = sum.ConfigureAwait(false);
        var taken = new bool[groups.Count][];
        for (var part = 0; part < groups.Count; part++)
        {
            var problems = await sum.AddAsync(part, [.. groups[part].Select(ciphertext => (ReadOnlyMemory<byte>)ciphertext)], cancellation).ConfigureAwait(false);
            taken[part] = [.. problems.Select(problem => problem == CiphertextProblem.None)];
        }

        var totals = await sum.FinishAsync(cancellation).ConfigureAwait(false);
        return [.. totals.Zip(taken, (total, took) => (total, (IReadOnlyList<bool>)took))];
    }

    /// <summary>Opens ciphertexts. Not public: whoever calls this must have checked the permit.</summary>
    internal async Task<IReadOnlyList<long[]>> DecryptAsync(Secret secretKey, IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation = default) =>
        secretKey.Length == Parameters.SecretKeyBytes && ciphertexts.All(ciphertext => CiphertextFormat.Check(Parameters, ciphertext) == CiphertextProblem.None)
            ? await DecryptCheckedAsync(secretKey, ciphertexts, cancellation).ConfigureAwait(false)
            : throw HomomorphicFailure.Create();

    private protected abstract Task<IReadOnlyList<byte[]>> EncryptCheckedAsync(ReadOnlyMemory<byte> publicKey, IReadOnlyList<long[]> vectors, CancellationToken cancellation);

    private protected abstract Task<byte[]> MultiplyCheckedAsync(ReadOnlyMemory<byte> ciphertext, long[] factors, CancellationToken cancellation);

    private protected abstract Task<IReadOnlyList<long[]>> DecryptCheckedAsync(Secret secretKey, IReadOnlyList<byte[]> ciphertexts, CancellationToken cancellation);
}
