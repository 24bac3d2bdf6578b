using System.Numerics;
using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>
/// How many bits a ciphertext's noise may still grow before it opens to something else. For the key holder's tests only: budgets are
/// never shown, since they tell an attacker who may choose ciphertexts about the key.
/// </summary>
internal static class NoiseBudget
{
    /// <summary>log2(q) − log2(|t·(c0 + c1·s) mod q|) − 1 in whole bits, at least 0: SEAL's invariant noise budget.</summary>
    public static int Bits(SecretKeyMaterial key, ReadOnlySpan<byte> ciphertext)
    {
        var context = key.Context;
        var (degree, fresh) = (context.Parameters.Slots, context.FreshPrimes);
        var rows = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        var residues = new ulong[fresh][];
        var work = new double[degree];
        for (var prime = 0; prime < fresh; prime++)
        {
            var ring = context.Rings[prime];
            ring.Read(rows.Slice((fresh + prime) * degree, degree), work);
            ring.Forward(work);
            ring.Multiply(work, key[prime], work);
            ring.Inverse(work);
            residues[prime] = new ulong[degree];
            ring.Write(work, residues[prime]);
            for (var i = 0; i < degree; i++)
            {
                residues[prime][i] = (residues[prime][i] + rows[(prime * degree) + i]) % ring.Prime;
            }
        }

        var (largest, composition) = (BigInteger.Zero, new CrtComposition(context));
        Span<ulong> number = stackalloc ulong[fresh];
        for (var i = 0; i < degree; i++)
        {
            for (var prime = 0; prime < fresh; prime++)
            {
                number[prime] = residues[prime][i];
            }

            var noise = BigInteger.Abs(composition.Centred(number)) * context.Parameters.PlainModulus % context.Modulus;
            largest = BigInteger.Max(largest, BigInteger.Min(noise, context.Modulus - noise));
        }

        return Math.Max(0, (int)(context.Modulus.GetBitLength() - largest.GetBitLength() - 1));
    }
}
