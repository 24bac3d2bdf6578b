using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Wire;
using Sandbox.Trust;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>Key generation of BFV (Fan and Vercauteren, ePrint 2012/144; Brakerski, ePrint 2012/078).</summary>
internal static class KeyGenerator
{
    /// <summary>A fresh pair in SEAL's wire format: a ternary s, a uniform a, and (−(a·s + e), a), all transformed.</summary>
    public static HomomorphicKeys Generate(BfvContext context)
    {
        var parameters = context.Parameters;
        var (degree, headers) = (parameters.Slots, WireHeader.Of(parameters));
        var publicKey = new byte[parameters.PublicKeyBytes];
        headers.PublicKey.CopyTo(publicKey, 0);
        using var scratch = new SecretScratch<double>(5, degree);
        Sampling.Ternary(scratch[0]);
        Sampling.Error(scratch[1]);
        var secretKey = Secret.Fill(parameters.SecretKeyBytes, target =>
        {
            headers.SecretKey.CopyTo(target);
            var secretRows = MemoryMarshal.Cast<byte, ulong>(target[WireHeader.SecretKeyBytes..]);
            var publicRows = MemoryMarshal.Cast<byte, ulong>(publicKey.AsSpan(WireHeader.CiphertextBytes));
            for (var prime = 0; prime < context.Rings.Length; prime++)
            {
                var ring = context.Rings[prime];
                var secret = scratch[2];
                var error = scratch[3];
                var uniform = scratch[4];
                var secretRow = secretRows.Slice(prime * degree, degree);
                var firstRow = publicRows.Slice(prime * degree, degree);
                var secondRow = publicRows.Slice((context.Rings.Length + prime) * degree, degree);
                scratch[0].CopyTo(secret);
                ring.Forward(secret);
                ring.Write(secret, secretRow);
                ring.Layout.Transpose(secretRow);

                Sampling.Uniform(secondRow, ring.Prime);
                ring.Read(secondRow, uniform);
                ring.Layout.Transpose(uniform);
                ring.Multiply(uniform, secret, uniform);
                scratch[1].CopyTo(error);
                ring.Forward(error);
                ring.WriteNegatedSum(uniform, error, firstRow);
                ring.Layout.Transpose(firstRow);
            }
        });
        return new HomomorphicKeys(publicKey, secretKey);
    }
}
