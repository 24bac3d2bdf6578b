namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>
/// Polynomials modulo X^n + 1 and one prime below 2^50, their coefficients held as whole numbers in doubles between about −q/2 and q/2.
/// No operation branches on a coefficient or looks one up in a table. Wire rows hold the same numbers in 0…q−1. All spans have n elements.
/// </summary>
internal abstract class PrimeRing(int degree, ulong prime, TransformLayout layout)
{
    /// <summary>The degree n, a power of two.</summary>
    public int Degree { get; } = degree;

    /// <summary>The prime q.</summary>
    public ulong Prime { get; } = prime;

    /// <summary>The layout of transformed polynomials.</summary>
    public TransformLayout Layout { get; } = layout;

    /// <summary>The ring for a path.</summary>
    public static PrimeRing Create(int degree, ulong prime, KernelPath path) => path switch
    {
        KernelPath.Avx512 => new FmaPrimeRing<Lanes512, System.Runtime.Intrinsics.Vector512<double>>(degree, prime),
        KernelPath.Avx2 => new FmaPrimeRing<Lanes256, System.Runtime.Intrinsics.Vector256<double>>(degree, prime),
        _ => new ScalarPrimeRing(degree, prime),
    };

    /// <summary>Reads a wire row whose numbers are below q.</summary>
    public abstract void Read(ReadOnlySpan<ulong> row, Span<double> x);

    /// <summary>Writes a wire row.</summary>
    public abstract void Write(ReadOnlySpan<double> x, Span<ulong> row);

    /// <summary>The negacyclic number-theoretic transform, in place; coefficients up to q in magnitude.</summary>
    public abstract void Forward(Span<double> x);

    /// <summary>Its inverse, in place.</summary>
    public abstract void Inverse(Span<double> x);

    /// <summary>Products number by number.</summary>
    public abstract void Multiply(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> product);

    /// <summary>x += e for small e.</summary>
    public abstract void Add(Span<double> x, ReadOnlySpan<double> small);

    /// <summary>row = −(x + e): the first part of a public key from the product of its second part with the secret.</summary>
    public abstract void WriteNegatedSum(ReadOnlySpan<double> x, ReadOnlySpan<double> error, Span<ulong> row);

    /// <summary>row = (x + e − last)·<see cref="Switch.LastInverse"/> + high·<see cref="Switch.High"/> + low·<see cref="Switch.Low"/>.</summary>
    /// <param name="x">A part of an encryption of zero under this prime.</param>
    /// <param name="error">Its error.</param>
    /// <param name="last">The same part with its error under the prime that is divided away.</param>
    /// <param name="high">The plain polynomial's high limbs, or nothing for a part that it does not belong to.</param>
    /// <param name="low">Its low limbs.</param>
    /// <param name="constants">The constants of this prime.</param>
    /// <param name="row">The wire row.</param>
    public abstract void WriteSwitched(
        ReadOnlySpan<double> x, ReadOnlySpan<double> error, ReadOnlySpan<double> last, ReadOnlySpan<double> high, ReadOnlySpan<double> low, in Switch constants, Span<ulong> row);

    /// <summary>
    /// Adds this prime's share of t/q·(c0 + c1·s) to a whole part and a fraction. With y = (x + row)·<see cref="Opening.Factor"/> mod q
    /// and t = a·q + b the share t·y/q is y·a + (y·b − r)/q + r/q, r being the remainder.
    /// </summary>
    public abstract void AddOpened(ReadOnlySpan<double> x, ReadOnlySpan<ulong> row, in Opening constants, Span<long> whole, Span<double> fraction);

    /// <summary>sum += weight·row, every number below q again.</summary>
    /// <param name="row">A wire row.</param>
    /// <param name="weight">Between −q/2 and q/2.</param>
    /// <param name="sum">The row added to, below q.</param>
    public abstract void AddWeighted(ReadOnlySpan<ulong> row, double weight, Span<ulong> sum);

    /// <summary>The representative of a residue between −q/2 and q/2.</summary>
    public double Centred(ulong residue) => residue > Prime / 2 ? -(double)(Prime - residue) : residue;
}

/// <summary>Constants of dividing by the last prime and adding the plain polynomial, centred.</summary>
/// <param name="LastInverse">1/p for the last prime p.</param>
/// <param name="High">−2^30/t.</param>
/// <param name="Low">−1/t.</param>
internal readonly record struct Switch(double LastInverse, double High, double Low);

/// <summary>Constants of opening.</summary>
/// <param name="Factor">1/(Q/q) mod q for the product Q of all primes, centred.</param>
/// <param name="Whole">a of t = a·q + b.</param>
/// <param name="Rest">b, centred.</param>
internal readonly record struct Opening(double Factor, long Whole, double Rest);
