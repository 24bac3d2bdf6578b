using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic;

/// <summary>What is wrong with a ciphertext. Only <see cref="None"/> may be added.</summary>
public enum CiphertextProblem
{
    /// <summary>Not checked.</summary>
    Unknown = 0,
    /// <summary>Not exactly <see cref="ParameterSet.CiphertextBytes"/> long: compressed, cut off or of another set.</summary>
    WrongLength,
    /// <summary>The header is not that of a fresh ciphertext of the parameter set.</summary>
    ForeignParameters,
    /// <summary>A coefficient is not below its prime.</summary>
    OutOfRange,
    /// <summary>Its second part is empty: a plain number in disguise.</summary>
    Transparent,
    /// <summary>The engine itself did not take it although its form holds.</summary>
    Refused,
    /// <summary>Nothing is wrong with its form.</summary>
    None,
}

/// <summary>
/// SEAL 4.1's wire format of a ciphertext: a header of 113 bytes that is the same for all of a set, then two parts of one row for each
/// prime, each coefficient in 8 bytes and below its prime. Compressed ciphertexts are not taken: one megabyte of them took four gigabytes.
/// </summary>
public static class CiphertextFormat
{
    /// <summary>Checks the form of a ciphertext of set A without an engine, in constant memory.</summary>
    public static CiphertextProblem Check(ReadOnlySpan<byte> ciphertext) => Check(ParameterSet.A, ciphertext);

    /// <summary>Checks the form without an engine, in constant memory.</summary>
    public static CiphertextProblem Check(ParameterSet parameters, ReadOnlySpan<byte> ciphertext)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (ciphertext.Length != parameters.CiphertextBytes)
        {
            return CiphertextProblem.WrongLength;
        }

        if (!ciphertext.StartsWith(WireHeader.Of(parameters).Ciphertext))
        {
            return CiphertextProblem.ForeignParameters;
        }

        var rows = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        foreach (var part in (ReadOnlySpan<int>)[0, 1])
        {
            for (var prime = 0; prime < parameters.CiphertextPrimes.Length; prime++)
            {
                var row = rows.Slice(((part * parameters.CiphertextPrimes.Length) + prime) * parameters.Slots, parameters.Slots);
                if (!AllBelow(row, parameters.CiphertextPrimes[prime]))
                {
                    return CiphertextProblem.OutOfRange;
                }
            }
        }

        return rows[(rows.Length / 2)..].ContainsAnyExcept(0UL) ? CiphertextProblem.None : CiphertextProblem.Transparent;
    }

    internal static bool AllBelow(ReadOnlySpan<ulong> row, ulong prime)
    {
        // The primes are below 2^50: a coefficient that is at least its prime leaves a borrow or a high bit.
        ulong over = 0;
        foreach (var coefficient in row)
        {
            over |= coefficient | unchecked(prime - 1 - coefficient);
        }

        return over < 1UL << 63;
    }
}
