namespace Sandbox.Enclave.Homomorphic;

/// <summary>
/// A parameter set of BFV. The three sets are fixed in code and none is ever read from outside. All lengths are exact, in bytes, of SEAL's
/// wire format without compression. Each total of bits, primes for keys included, is under the cap for 128-bit security with a ternary
/// secret (218 bits at degree 8192 and 109 at 4096 in the Homomorphic Encryption Standard of 2018; 214 and 106 in ePrint 2024/463).
/// </summary>
public sealed class ParameterSet
{
    private const int HeaderBytes = 16, CoefficientBytes = 8;

    private readonly ulong[] _primes;

    private ParameterSet(string name, int slots, long plainModulus, long largestLoad, params ulong[] primes)
    {
        (Name, Slots, PlainModulus, LargestLoad, _primes) = (name, slots, plainModulus, largestLoad, primes);
    }

    /// <summary>For sums: degree 8192, primes of 50, 50 and 50 bits, values within ±2^58.</summary>
    public static ParameterSet A { get; } = new("A", 8192, 576460752303210497, 1L << 27, 1125899905744897, 1125899906629633, 1125899906826241);

    /// <summary>For weights of its own in every slot and for flooded sums: as A with primes of 50, 50, 50, 47 and 17 bits; twice the length.</summary>
    public static ParameterSet B { get; } = new(
        "B", 8192, 576460752303210497, 1L << 27, 1125899905744897, 1125899906629633, 1125899906826241, 140737488273409, 114689);

    /// <summary>Compact: degree 4096, primes of 46, 44 and 16 bits, values within ±2^56; half the length of A.</summary>
    public static ParameterSet C { get; } = new("C", 4096, 144115188075814913, 1L << 20, 70368743669761, 17592186028033, 40961);

    /// <summary>Every set.</summary>
    public static IReadOnlyList<ParameterSet> All { get; } = [A, B, C];

    /// <summary>Name in terms and statements.</summary>
    public string Name { get; }

    /// <summary>The ring's degree, which is the number of whole numbers in one ciphertext.</summary>
    public int Slots { get; }

    /// <summary>The modulus t that sums wrap at, a prime that is 1 modulo twice the degree.</summary>
    public long PlainModulus { get; }

    /// <summary>(t−1)/2. SEAL wraps larger values without a word, so every bound is checked before encryption.</summary>
    public long LargestMagnitude => (PlainModulus - 1) / 2;

    /// <summary>The sum of the magnitudes of weights of fresh ciphertexts, 1 for a plain addition, up to which a total surely opens.</summary>
    public long LargestLoad { get; }

    /// <summary>Whether slots may be multiplied by factors of their own.</summary>
    public bool HasSlotFactors => Name == "B";

    /// <summary>Exact length of a ciphertext.</summary>
    public int CiphertextBytes => 113 + (2 * CiphertextPrimes.Length * Slots * CoefficientBytes);

    /// <summary>Exact length of a public key.</summary>
    public int PublicKeyBytes => 113 + (2 * KeyPrimes.Length * Slots * CoefficientBytes);

    /// <summary>Exact length of a secret key.</summary>
    public int SecretKeyBytes => 88 + (KeyPrimes.Length * Slots * CoefficientBytes);

    /// <summary>Exact length of the parameters themselves.</summary>
    public int ParametersBytes => HeaderBytes + 1 + 8 + 8 + ((KeyPrimes.Length + 1) * (HeaderBytes + 8));

    /// <summary>The primes of keys, all below 2^50 and 1 modulo twice the degree; the last one is for keys only.</summary>
    internal ReadOnlySpan<ulong> KeyPrimes => _primes;

    /// <summary>The primes of a ciphertext.</summary>
    internal ReadOnlySpan<ulong> CiphertextPrimes => _primes.AsSpan(0, _primes.Length - 1);

    /// <summary>The set of that name, or null.</summary>
    public static ParameterSet? Named(string name) => All.FirstOrDefault(set => set.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
