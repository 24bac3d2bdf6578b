using System.Buffers.Binary;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>What is wrong with a ciphertext. Only <see cref="None"/> may be added.</summary>
public enum CiphertextProblem
{
    /// <summary>Not checked.</summary>
    Unknown = 0,
    /// <summary>Not exactly <see cref="ParameterSetA.CiphertextBytes"/> long: compressed, cut off or of another set.</summary>
    WrongLength,
    /// <summary>The header is not that of a fresh ciphertext of parameter set A.</summary>
    ForeignParameters,
    /// <summary>A coefficient is not below its prime.</summary>
    OutOfRange,
    /// <summary>Its second part is empty: a plain number in disguise.</summary>
    Transparent,
    /// <summary>Nothing is wrong with its form.</summary>
    None,
}

/// <summary>
/// SEAL 4.1's wire format of a ciphertext of set A: a header of 113 bytes that is the same for all of them (magic 5EA1, version 4.1, no
/// compression, parameter id, two parts, degree, two primes), then 2 × 2 × 8192 coefficients of 8 bytes, each below its prime.
/// </summary>
public static class CiphertextFormat
{
    private const int HeaderBytes = 113;

    private static readonly byte[] Header = Convert.FromHexString(
        "5ea11004010000007100040000000000a4ab75cf04d9c799df8c892ed671b5d6b18815de7aac6389d4e788df9ad55c37"
        + "00020000000000000000200000000000000200000000000000000000000000f03f0100000000000000"
        + "5ea110040100000018000400000000000080000000000000");

    /// <summary>Checks the form without the engine, in constant memory.</summary>
    public static CiphertextProblem Check(ReadOnlySpan<byte> ciphertext)
    {
        if (ciphertext.Length != ParameterSetA.CiphertextBytes)
        {
            return CiphertextProblem.WrongLength;
        }

        if (!ciphertext.StartsWith(Header))
        {
            return CiphertextProblem.ForeignParameters;
        }

        var coefficients = ciphertext[HeaderBytes..];
        ulong second = 0;
        for (var part = 0; part < 2; part++)
        {
            foreach (var prime in ParameterSetA.CiphertextPrimes)
            {
                for (var i = 0; i < ParameterSetA.Slots; i++, coefficients = coefficients[8..])
                {
                    var coefficient = BinaryPrimitives.ReadUInt64LittleEndian(coefficients);
                    if (coefficient >= prime)
                    {
                        return CiphertextProblem.OutOfRange;
                    }

                    second |= part == 1 ? coefficient : 0;
                }
            }
        }

        return second == 0 ? CiphertextProblem.Transparent : CiphertextProblem.None;
    }
}
