using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Rows of a ciphertext as whole numbers, in the widest vectors that the machine has. A row's length is a multiple of eight.</summary>
internal static class WideRows
{
    /// <summary>sum += row modulo 2^64, and what is wrong with the row.</summary>
    /// <returns>
    /// A word whose highest bit is set where a number is not below <paramref name="prime"/> (at most 2^62), and the numbers or'ed together.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (ulong Over, ulong Any) Add(ReadOnlySpan<ulong> row, Span<ulong> sum, ulong prime)
    {
        ref readonly var from = ref MemoryMarshal.GetReference(row);
        ref var to = ref MemoryMarshal.GetReference(sum[..row.Length]);
        unchecked
        {
            if (Vector512.IsHardwareAccelerated)
            {
                var (largest, over, any) = (Vector512.Create(prime - 1), Vector512<ulong>.Zero, Vector512<ulong>.Zero);
                for (nuint i = 0; i < (nuint)row.Length; i += 8)
                {
                    var numbers = Vector512.LoadUnsafe(in from, i);
                    over |= largest - numbers;
                    any |= numbers;
                    (Vector512.LoadUnsafe(ref to, i) + numbers).StoreUnsafe(ref to, i);
                }

                return (Or(over.GetLower() | over.GetUpper()) | Or(any.GetLower() | any.GetUpper()), Or(any.GetLower() | any.GetUpper()));
            }

            var (greatest, wrong, all) = (Vector256.Create(prime - 1), Vector256<ulong>.Zero, Vector256<ulong>.Zero);
            for (nuint i = 0; i < (nuint)row.Length; i += 8)
            {
                var (one, two) = (Vector256.LoadUnsafe(in from, i), Vector256.LoadUnsafe(in from, i + 4));
                var (first, second) = (Vector256.LoadUnsafe(ref to, i), Vector256.LoadUnsafe(ref to, i + 4));
                wrong |= (greatest - one) | (greatest - two);
                all |= one | two;
                (first + one).StoreUnsafe(ref to, i);
                (second + two).StoreUnsafe(ref to, i + 4);
            }

            return (Or(wrong) | Or(all), Or(all));
        }
    }

    /// <summary>sum −= row modulo 2^64.</summary>
    public static void Subtract(ReadOnlySpan<ulong> row, Span<ulong> sum)
    {
        for (var i = 0; i < row.Length; i++)
        {
            sum[i] = unchecked(sum[i] - row[i]);
        }
    }

    /// <summary>As <see cref="Add"/>, without adding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (ulong Over, ulong Any) Check(ReadOnlySpan<ulong> row, ulong prime)
    {
        ref readonly var from = ref MemoryMarshal.GetReference(row);
        unchecked
        {
            var (largest, over, any) = (Vector256.Create(prime - 1), Vector256<ulong>.Zero, Vector256<ulong>.Zero);
            for (nuint i = 0; i < (nuint)row.Length; i += 4)
            {
                var numbers = Vector256.LoadUnsafe(in from, i);
                over |= largest - numbers;
                any |= numbers;
            }

            return (Or(over) | Or(any), Or(any));
        }
    }

    private static ulong Or(Vector256<ulong> words) => words[0] | words[1] | words[2] | words[3];
}
