using System.Collections.Concurrent;
using System.Numerics;
using Sandbox.Enclave.Homomorphic.Arithmetic;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>What depends on the parameter set alone: rings, tables and constants. Made once for each set and path; never changes.</summary>
internal sealed class BfvContext
{
    private static readonly ConcurrentDictionary<(string Set, KernelPath Path), BfvContext> Known = new();

    private BfvContext(ParameterSet parameters, KernelPath path)
    {
        Parameters = parameters;
        Path = path;
        Rings = [.. parameters.KeyPrimes.ToArray().Select(prime => PrimeRing.Create(parameters.Slots, prime, path))];
        Plain = PlainRing.Create(parameters.Slots, (ulong)parameters.PlainModulus, path);
        SlotPositions = SlotOrder.Positions(parameters.Slots, Plain.Layout);

        var t = (ulong)parameters.PlainModulus;
        var last = parameters.KeyPrimes[^1];
        Modulus = parameters.CiphertextPrimes.ToArray().Aggregate(BigInteger.One, (product, prime) => product * prime);
        PlainScale = PublicArithmetic.Residue(Modulus, t);
        (Switches, Openings) = (new Switch[FreshPrimes], new Opening[FreshPrimes]);
        for (var i = 0; i < FreshPrimes; i++)
        {
            var (ring, q) = (Rings[i], Rings[i].Prime);
            var negated = q - PublicArithmetic.Inverse(t % q, q);
            Switches[i] = new(
                ring.Centred(PublicArithmetic.Inverse(last % q, q)), ring.Centred(PublicArithmetic.Multiply(negated, PublicArithmetic.Power(2, 30, q), q)), ring.Centred(negated));

            // t = a·q + b with b between −q/2 and q/2.
            var others = PublicArithmetic.Residue(Modulus / q, q);
            var rest = ring.Centred(t % q);
            Openings[i] = new(ring.Centred(PublicArithmetic.Inverse(others, q)), (long)(t / q) + (rest < 0 ? 1 : 0), rest);
        }
    }

    /// <summary>The parameter set.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The instructions in use.</summary>
    public KernelPath Path { get; }

    /// <summary>One ring for each prime of keys; the last is for keys only.</summary>
    public PrimeRing[] Rings { get; }

    /// <summary>The ring of slots.</summary>
    public PlainRing Plain { get; }

    /// <summary>Where slot i lies among transformed numbers.</summary>
    public int[] SlotPositions { get; }

    /// <summary>Number of primes of a ciphertext.</summary>
    public int FreshPrimes => Rings.Length - 1;

    /// <summary>The product q of a ciphertext's primes.</summary>
    public BigInteger Modulus { get; }

    /// <summary>q mod t.</summary>
    public ulong PlainScale { get; }

    /// <summary>For each prime of a ciphertext what encryption needs.</summary>
    public Switch[] Switches { get; }

    /// <summary>For each prime of a ciphertext what opening needs.</summary>
    public Opening[] Openings { get; }

    /// <summary>The context of a set on this machine's best path.</summary>
    public static BfvContext Of(ParameterSet parameters) => Of(parameters, KernelPaths.Best);

    /// <summary>The context of a set on a stated path.</summary>
    public static BfvContext Of(ParameterSet parameters, KernelPath path) =>
        Known.GetOrAdd((parameters.Name, path), static (_, made) => new BfvContext(made.parameters, made.path), (parameters, path));
}
