using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        var inverse = 1.0 / t;
        for (var i = 0; i < whole.Length; i++)
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
}
