using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Arithmetic;
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
        if (CheckHeader(parameters, ciphertext) is var problem and not CiphertextProblem.None)
        {
            return problem;
        }

        var rows = MemoryMarshal.Cast<byte, ulong>(ciphertext[WireHeader.CiphertextBytes..]);
        var primes = parameters.CiphertextPrimes;
        var (over, second) = (0UL, 0UL);
        for (var row = 0; row < 2 * primes.Length; row++)
        {
            var (bad, any) = WideRows.Check(rows.Slice(row * parameters.Slots, parameters.Slots), primes[row % primes.Length]);
            over |= bad;
            second |= row < primes.Length ? 0 : any;
        }

        return Verdict(over, second);
    }

    /// <summary>What the words of <see cref="WideRows"/> say, gathered over all rows and over those of the second part.</summary>
    internal static CiphertextProblem Verdict(ulong over, ulong second) =>
        over >= 1UL << 63 ? CiphertextProblem.OutOfRange : second == 0 ? CiphertextProblem.Transparent : CiphertextProblem.None;

    /// <summary>Checks length and header alone.</summary>
    internal static CiphertextProblem CheckHeader(ParameterSet parameters, ReadOnlySpan<byte> ciphertext) =>
        ciphertext.Length != parameters.CiphertextBytes ? CiphertextProblem.WrongLength
        : ciphertext.StartsWith(WireHeader.Of(parameters).Ciphertext) ? CiphertextProblem.None
        : CiphertextProblem.ForeignParameters;

    /// <summary>Whether every number is below the prime.</summary>
    internal static bool AllBelow(ReadOnlySpan<ulong> row, ulong prime) => WideRows.Check(row, prime).Over < 1UL << 63;
}
