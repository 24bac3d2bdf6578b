using Sandbox.Enclave.Homomorphic.Scheme;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>Sums in this process: one ciphertext of memory for each.</summary>
internal sealed class ManagedSum(BfvContext context, int parts) : CiphertextSum(context.Parameters, parts)
{
    private readonly Accumulator?[] _sums = new Accumulator?[parts];

    public override Task<IReadOnlyList<byte[]?>> FinishAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<byte[]?>>([.. _sums.Select(sum => sum?.Write())]);

    private protected override ValueTask<CiphertextProblem> AddCheckedAsync(int part, ReadOnlyMemory<byte> ciphertext, long weight, CancellationToken cancellation) =>
        ValueTask.FromResult((_sums[part] ??= new Accumulator(context)).Add(ciphertext, weight));

    private protected override ValueTask<IReadOnlyList<CiphertextProblem>> AddCheckedAsync(int part, IReadOnlyList<ReadOnlyMemory<byte>> ciphertexts, CancellationToken cancellation)
    {
        var problems = new CiphertextProblem[ciphertexts.Count];
        (_sums[part] ??= new Accumulator(context)).Add(ciphertexts, problems);
        return ValueTask.FromResult<IReadOnlyList<CiphertextProblem>>(problems);
    }
}
