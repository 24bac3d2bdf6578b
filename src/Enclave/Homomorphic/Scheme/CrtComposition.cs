using System.Numerics;
using Sandbox.Enclave.Homomorphic.Arithmetic;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>Puts the residues under a ciphertext's primes together to one number (Chinese remainder). Takes its time by the numbers: never for secrets outside tests.</summary>
internal sealed class CrtComposition
{
    private readonly BigInteger[] _units;
    private readonly BigInteger _modulus;

    public CrtComposition(BfvContext context)
    {
        _modulus = context.Modulus;
        _units = [.. context.Parameters.CiphertextPrimes.ToArray().Select(prime =>
        {
            var others = _modulus / prime;
            return others * PublicArithmetic.Inverse((ulong)(others % prime), prime);
        })];
    }

    /// <summary>The number between −q/2 and q/2 with these residues, one for each prime, each below it.</summary>
    public BigInteger Centred(ReadOnlySpan<ulong> residues)
    {
        var sum = BigInteger.Zero;
        for (var prime = 0; prime < _units.Length; prime++)
        {
            sum += _units[prime] * residues[prime];
        }

        var number = sum % _modulus;
        return number > _modulus / 2 ? number - _modulus : number;
    }
}
