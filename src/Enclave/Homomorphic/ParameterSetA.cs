namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// The one parameter set of this release: BFV, degree 8192, three 50-bit primes, t = 576460752303210497. Total 150 bits, under the
/// 214-bit cap for 128-bit security at this degree. Fixed in code; none is ever read from outside.
/// </summary>
public static class ParameterSetA
{
    /// <summary>Name in terms and statements.</summary>
    public const string Name = "A";

    /// <summary>Whole numbers in one ciphertext.</summary>
    public const int Slots = 8192;

    /// <summary>The modulus that sums wrap at; a sum must stay within ±<see cref="LargestMagnitude"/>.</summary>
    public const long PlainModulus = 576460752303210497;

    /// <summary>(t−1)/2, just below 2^58. SEAL wraps larger values without a word, so every bound is checked before encryption.</summary>
    public const long LargestMagnitude = (PlainModulus - 1) / 2;

    /// <summary>Additions of fresh ciphertexts that the noise bound admits.</summary>
    public const long LargestAdditions = 1L << 27;

    /// <summary>Exact length of a ciphertext in SEAL's wire format without compression.</summary>
    public const int CiphertextBytes = 262_257;

    /// <summary>Exact length of a public key.</summary>
    public const int PublicKeyBytes = 393_329;

    /// <summary>Exact length of a secret key.</summary>
    public const int SecretKeyBytes = 196_696;

    /// <summary>The two primes of a ciphertext; the third belongs to keys only.</summary>
    internal static ReadOnlySpan<ulong> CiphertextPrimes => [1125899905744897, 1125899906629633];
}
