using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>
/// Opening: t/q·(c0 + c1·s) rounded, modulo t. Each prime's share is a whole number and a fraction, exact but for the fraction's last
/// bits, so that no long arithmetic is needed (Halevi, Polyakov, Shoup, ePrint 2018/117). Not for several threads at once.
/// </summary>
internal sealed class Decryptor(SecretKeyMaterial key) : IDisposable
{
    private readonly BfvContext _context = key.Context;
    private readonly SecretScratch<double> _polynomials = new(2, key.Context.Parameters.Slots);
    private readonly SecretScratch<ulong> _whole = new(1, key.Context.Parameters.Slots);

    /// <summary>Opens a ciphertext whose form has been checked.</summary>
    /// <param name="ciphertext">SEAL's wire format.</param>
    /// <param name="values">Filled with n values.</param>
    public void Decrypt(ReadOnlySpan<byte> ciphertext, Span<long> values)
    {
        var degree = _context.Parameters.Slots;
        var rows = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        var work = _polynomials[0];
        var fraction = _polynomials[1];
        var whole = MemoryMarshal.Cast<ulong, long>(_whole[0]);
        fraction.Clear();
        whole.Clear();
        for (var prime = 0; prime < _context.FreshPrimes; prime++)
        {
            var ring = _context.Rings[prime];
            ring.Read(rows.Slice((_context.FreshPrimes + prime) * degree, degree), work);
            ring.Forward(work);
            ring.Multiply(work, key[prime], work);
            ring.Inverse(work);
            ring.AddOpened(work, rows.Slice(prime * degree, degree), _context.Openings[prime], whole, fraction);
        }

        Round(whole, fraction);
        BatchEncoder.Decode(_context, _whole[0], values);
    }

    public void Dispose()
    {
        _polynomials.Dispose();
        _whole.Dispose();
    }

    /// <summary>The shares' sum, rounded, in 0…t−1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Round(Span<long> whole, ReadOnlySpan<double> fraction)
    {
        var t = _context.Parameters.PlainModulus;
        var done = Avx2.IsSupported ? RoundWide(whole, fraction, t) : 0;
        var inverse = 1.0 / t;
        for (var i = done; i < whole.Length; i++)
        {
            unchecked
            {
                var sum = whole[i] + (long)Math.Round(fraction[i]);
                sum -= (long)Math.Round(sum * inverse) * t;
                sum += t & (sum >> 63);
                whole[i] = sum - (t & ((t - 1 - sum) >> 63));
            }
        }
    }

    /// <summary>The same on four numbers at a time. The multiple of t is judged by a sum's upper half: one too few or too many leaves it within ±t, which the last two steps put right.</summary>
    /// <returns>How many were done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int RoundWide(Span<long> whole, ReadOnlySpan<double> fraction, long t)
    {
        unchecked
        {
            // 2^52 + 2^51: added to a number of less than 2^51, its low bits are that number rounded.
            var shift = Vector256.Create(6755399441055744.0);
            var (modulus, last, zero) = (Vector256.Create(t), Vector256.Create(t - 1), Vector256<long>.Zero);
            var inverse = Vector256.Create(4294967296.0 / t);
            var uppers = Vector256.Create(1, 3, 5, 7, 1, 3, 5, 7);
            ref var sums = ref MemoryMarshal.GetReference(whole);
            ref readonly var fractions = ref MemoryMarshal.GetReference(fraction[..whole.Length]);
            nuint i = 0;
            for (; i + 4 <= (nuint)whole.Length; i += 4)
            {
                var sum = Vector256.LoadUnsafe(ref sums, i) + ((Vector256.LoadUnsafe(in fractions, i) + shift).AsInt64() - shift.AsInt64());
                var upper = Avx.ConvertToVector256Double(Avx2.PermuteVar8x32(sum.AsInt32(), uppers).GetLower());
                var multiple = Avx2.ConvertToVector256Int64(Avx.ConvertToVector128Int32(upper * inverse));
                sum -= multiple * modulus;
                sum += Vector256.LessThan(sum, zero) & modulus;
                sum -= Vector256.GreaterThan(sum, last) & modulus;
                sum.StoreUnsafe(ref sums, i);
            }

            return (int)i;
        }
    }
}
