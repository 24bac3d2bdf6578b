using System.Runtime.InteropServices;

namespace Sandbox.Enclave.Homomorphic.Wire;

/// <summary>A public key on the wire: full, or with its second half as the seed that SEAL expands.</summary>
internal static class PublicKeyFormat
{
    /// <summary>The full form of either; null when the bytes are no key of this set, or one whose second half is empty.</summary>
    public static byte[]? Expand(ParameterSet parameters, ReadOnlySpan<byte> bytes)
    {
        var headers = WireHeader.Of(parameters);
        byte[]? full = null;
        if (bytes.Length == parameters.PublicKeyBytes && bytes.StartsWith(headers.PublicKey))
        {
            full = bytes.ToArray();
        }
        else if (bytes.StartsWith(headers.SeededPublicKey))
        {
            full = SeededForm.Expand(bytes, headers.SeededPublicKey.Length, headers.PublicKey, parameters.KeyPrimes, parameters.Slots);
        }

        if (full is null)
        {
            return null;
        }

        // Each half under each prime: numbers below it, and not all of them zero, or encryption would hide nothing.
        var words = MemoryMarshal.Cast<byte, ulong>(full.AsSpan(WireHeader.CiphertextBytes));
        for (var row = 0; row < 2 * parameters.KeyPrimes.Length; row++)
        {
            var numbers = words.Slice(row * parameters.Slots, parameters.Slots);
            if (!CiphertextFormat.AllBelow(numbers, parameters.KeyPrimes[row % parameters.KeyPrimes.Length]) || !numbers.ContainsAnyExcept(0UL))
            {
                return null;
            }
        }

        return full;
    }
}
