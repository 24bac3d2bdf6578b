namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// Weighted sums of ciphertexts that run side by side and take them one at a time, so that memory does not grow with their number. The
/// form of each is checked before it is added; what is refused changes nothing. Not for several threads at once.
/// </summary>
public abstract class CiphertextSum : IAsyncDisposable
{
    private readonly ParameterSet _parameters;
    private readonly long[] _loads;

    private protected CiphertextSum(ParameterSet parameters, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        _parameters = parameters;
        _loads = new long[parts];
    }

    /// <summary>Number of sums.</summary>
    public int Parts => _loads.Length;

    /// <summary>Adds <paramref name="weight"/> times a ciphertext to a sum.</summary>
    /// <param name="part">Which sum, from 0.</param>
    /// <param name="ciphertext">As it came, unchecked.</param>
    /// <param name="weight">Any but 0; the magnitudes of a sum's weights add up to at most <see cref="ParameterSet.LargestLoad"/>.</param>
    /// <param name="cancellation">Ends the sum.</param>
    /// <returns><see cref="CiphertextProblem.None"/> when it was added, else what is wrong with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such part, a weight of 0, or more load than the noise bound admits.</exception>
    public async ValueTask<CiphertextProblem> AddAsync(int part, ReadOnlyMemory<byte> ciphertext, long weight = 1, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, _loads.Length);
        ArgumentOutOfRangeException.ThrowIfZero(weight);
        var load = _loads[part] + Int128.Abs(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(load, _parameters.LargestLoad, nameof(weight));
        var problem = await AddCheckedAsync(part, ciphertext, weight, cancellation).ConfigureAwait(false);
        if (problem == CiphertextProblem.None)
        {
            _loads[part] = (long)load;
        }

        return problem;
    }

    /// <summary>Adds several ciphertexts to one sum, each once: faster than one after another where the sums are in this process.</summary>
    /// <param name="part">Which sum, from 0.</param>
    /// <param name="ciphertexts">As they came, unchecked.</param>
    /// <param name="cancellation">Ends the sum.</param>
    /// <returns>For each <see cref="CiphertextProblem.None"/> when it was added, else what is wrong with it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such part, or more load than the noise bound admits.</exception>
    public async ValueTask<IReadOnlyList<CiphertextProblem>> AddAsync(int part, IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ciphertexts);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, _loads.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_loads[part] + ciphertexts.Count, _parameters.LargestLoad, nameof(ciphertexts));
        var problems = await AddCheckedAsync(part, ciphertexts, cancellation).ConfigureAwait(false);
        _loads[part] += problems.Count(problem => problem == CiphertextProblem.None);
        return problems;
    }

    /// <summary>Ends the sums. Call it once.</summary>
    /// <returns>For each part its sum as a ciphertext, or null where nothing was added or the sum is a plain number in disguise.</returns>
    public abstract Task<IReadOnlyList<byte[]?>> FinishAsync(CancellationToken cancellation = default);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected abstract ValueTask<CiphertextProblem> AddCheckedAsync(int part, ReadOnlyMemory<byte> ciphertext, long weight, CancellationToken cancellation);

    private protected virtual async ValueTask<IReadOnlyList<CiphertextProblem>> AddCheckedAsync(int part, IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts, CancellationToken cancellation)
    {
        var problems = new CiphertextProblem[ciphertexts.Count];
        for (var i = 0; i < problems.Length; i++)
        {
            problems[i] = await AddCheckedAsync(part, ciphertexts[i], 1, cancellation).ConfigureAwait(false);
        }

        return problems;
    }
}
