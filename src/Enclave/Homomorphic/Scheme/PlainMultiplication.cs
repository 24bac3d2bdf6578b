using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Arithmetic;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>The product of a ciphertext and a public plain polynomial, its coefficients taken between −t/2 and t/2 as SEAL takes them.</summary>
internal static class PlainMultiplication
{
    /// <summary>Multiplies each slot by its factor.</summary>
    /// <param name="context">The parameters.</param>
    /// <param name="ciphertext">Of checked form.</param>
    /// <param name="factors">At most n factors within bounds.</param>
    /// <returns>The product on the wire.</returns>
    public static byte[] Multiply(BfvContext context, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<long> factors)
    {
        var degree = context.Parameters.Slots;
        var coefficients = new ulong[degree];
        BatchEncoder.Encode(context, factors, 1, coefficients);
        var (high, low, nothing, plain, work) = (new double[degree], new double[degree], new double[degree], new double[degree], new double[degree]);
        BatchEncoder.Split(context, coefficients, high, low);
        var product = ciphertext.ToArray();
        var rows = MemoryMarshal.Cast<byte, ulong>(product.AsSpan(WireHeader.CiphertextBytes));
        for (var prime = 0; prime < context.FreshPrimes; prime++)
        {
            var ring = context.Rings[prime];

            // high·2^30 + low under this prime; coefficients has done its work and serves as the row between.
            ring.WriteSwitched(nothing, nothing, nothing, high, low, new Switch(0, ring.Centred(PublicArithmetic.Power(2, 30, ring.Prime)), 1), coefficients);
            ring.Read(coefficients, plain);
            ring.Forward(plain);
            for (var part = 0; part < 2; part++)
            {
                var row = rows.Slice(((part * context.FreshPrimes) + prime) * degree, degree);
                ring.Read(row, work);
                ring.Forward(work);
                ring.Multiply(work, plain, work);
                ring.Inverse(work);
                ring.Write(work, row);
            }
        }

        return product;
    }
}
