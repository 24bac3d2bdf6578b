using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>
/// Encryption under a public key: u·(p0, p1) + (e0, e1) modulo the primes of keys, divided by the last of them and rounded, which
/// takes nearly all of the error away, plus the rounded q·m/t. Not for several threads at once; zeroes what it held when disposed.
/// </summary>
internal sealed class Encryptor(PublicKeyMaterial key) : IDisposable
{
    private const int High = 0, Low = 1, Own = 2, Transformed = 3, Work = 4, Errors = 5, Last = 7, Buffers = 9;

    private readonly BfvContext _context = key.Context;
    private readonly SecretScratch<double> _polynomials = new(Buffers, key.Context.Parameters.Slots);
    private readonly SecretScratch<ulong> _plain = new(1, key.Context.Parameters.Slots);

    /// <summary>Encrypts.</summary>
    /// <param name="values">At most n values, each within ±(t−1)/2; the caller has checked that.</param>
    /// <param name="ciphertext">Filled with SEAL's wire format, of exact length.</param>
    public void Encrypt(ReadOnlySpan<long> values, Span<byte> ciphertext)
    {
        BatchEncoder.Encode(_context, values, _context.PlainScale, _plain[0]);
        EncryptScaled(ciphertext);
    }

    public void Dispose()
    {
        _polynomials.Dispose();
        _plain.Dispose();
    }

    private void EncryptScaled(Span<byte> ciphertext)
    {
        var (degree, fresh) = (_context.Parameters.Slots, _context.FreshPrimes);
        WireHeader.Of(_context.Parameters).Ciphertext.CopyTo(ciphertext);
        var rows = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        var secret = _polynomials[Own];
        var transformed = _polynomials[Transformed];
        var product = _polynomials[Work];
        BatchEncoder.Split(_context, _plain[0], _polynomials[High], _polynomials[Low]);
        Sampling.Ternary(secret);
        Sampling.Error(_polynomials[Errors]);
        Sampling.Error(_polynomials[Errors + 1]);
        for (var prime = fresh; prime >= 0; prime--)
        {
            var ring = _context.Rings[prime];
            secret.CopyTo(transformed);
            ring.Forward(transformed);
            for (var part = 0; part < 2; part++)
            {
                // The last prime comes first: what it leaves is divided away under the others.
                var work = prime == fresh ? _polynomials[Last + part] : product;
                ring.Multiply(transformed, key[part, prime], work);
                ring.Inverse(work);
                if (prime == fresh)
                {
                    ring.Add(work, _polynomials[Errors + part]);
                }
                else
                {
                    // The plain polynomial is part of the first half alone.
                    var row = rows.Slice(((part * fresh) + prime) * degree, degree);
                    ring.WriteSwitched(
                        work, _polynomials[Errors + part], _polynomials[Last + part], part == 0 ? _polynomials[High] : [], _polynomials[Low], _context.Switches[prime], row);
                }
            }
        }
    }
}
