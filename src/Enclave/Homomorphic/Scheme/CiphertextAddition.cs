using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Sandbox.Enclave.Homomorphic.Arithmetic;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>Adding the rows of ciphertexts. Ciphertexts are public, yet nothing here branches on them.</summary>
internal static class CiphertextAddition
{
    /// <summary>sum += weight·ciphertext; both are all rows of a ciphertext, every number below its prime.</summary>
    public static void Add(BfvContext context, ReadOnlySpan<ulong> ciphertext, long weight, Span<ulong> sum)
    {
        var degree = context.Parameters.Slots;
        for (var row = 0; row < 2 * context.FreshPrimes; row++)
        {
            var ring = context.Rings[row % context.FreshPrimes];
            var from = ciphertext.Slice(row * degree, degree);
            var to = sum.Slice(row * degree, degree);
            if (weight == 1)
            {
                AddRow(context.Path, from, to, ring.Prime);
            }
            else
            {
                ring.AddWeighted(from, ring.Centred(PublicArithmetic.Residue(weight, ring.Prime)), to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(KernelPath path, ReadOnlySpan<ulong> row, Span<ulong> sum, ulong prime)
    {
        ref readonly var from = ref MemoryMarshal.GetReference(row);
        ref var to = ref MemoryMarshal.GetReference(sum[..row.Length]);
        unchecked
        {
            if (path == KernelPath.Avx512)
            {
                var q = Vector512.Create(prime);
                for (nuint i = 0; i < (nuint)row.Length; i += 8)
                {
                    var total = Vector512.LoadUnsafe(in from, i) + Vector512.LoadUnsafe(ref to, i);
                    Vector512.Min(total, total - q).StoreUnsafe(ref to, i);
                }
            }
            else if (path == KernelPath.Avx2)
            {
                var q = Vector256.Create(prime);
                for (nuint i = 0; i < (nuint)row.Length; i += 4)
                {
                    var difference = Vector256.LoadUnsafe(in from, i) + Vector256.LoadUnsafe(ref to, i) - q;
                    (difference + (q & Vector256.LessThan(difference.AsInt64(), Vector256<long>.Zero).AsUInt64())).StoreUnsafe(ref to, i);
                }
            }
            else
            {
                for (var i = 0; i < row.Length; i++)
                {
                    sum[i] = IntegerTransform.SubtractOnce(sum[i] + row[i], prime);
                }
            }
        }
    }
}
