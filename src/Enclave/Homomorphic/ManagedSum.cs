using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Scheme;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>Sums in this process: one ciphertext of memory for each.</summary>
internal sealed class ManagedSum(BfvContext context, int parts) : CiphertextSum(context.Parameters, parts)
{
    private readonly ulong[]?[] _sums = new ulong[]?[parts];

    public override Task<IReadOnlyList<byte[]?>> FinishAsync(CancellationToken cancellation = default) =>
        Task.FromResult<IReadOnlyList<byte[]?>>([.. _sums.Select(Write)]);

    private protected override ValueTask<CiphertextProblem> AddCheckedAsync(int part, ReadOnlyMemory<byte> ciphertext, long weight, CancellationToken cancellation) =>
        ValueTask.FromResult(Add(part, ciphertext.Span, weight));

    private CiphertextProblem Add(int part, ReadOnlySpan<byte> ciphertext, long weight)
    {
        if (CiphertextFormat.Check(context.Parameters, ciphertext) is var problem and not CiphertextProblem.None)
        {
            return problem;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        var sum = _sums[part] ??= new ulong[words.Length];
        CiphertextAddition.Add(context, words, weight, sum);
        return CiphertextProblem.None;
    }

    private byte[]? Write(ulong[]? sum)
    {
        // A second half of zeros would be a plain number: contributions that cancel each other out can do that on purpose.
        if (sum is null || !sum.AsSpan(sum.Length / 2).ContainsAnyExcept(0UL))
        {
            return null;
        }

        var bytes = new byte[context.Parameters.CiphertextBytes];
        WireHeader.Of(context.Parameters).Ciphertext.CopyTo(bytes, 0);
        sum.CopyTo(MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(WireHeader.CiphertextBytes)));
        return bytes;
    }
}
