using System.Runtime.CompilerServices;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>A prime ring in whole numbers of 64 bits, for machines without vectors and as the yardstick of those with.</summary>
internal sealed class ScalarPrimeRing : PrimeRing
{
    private readonly IntegerTransform _transform;
    private readonly ulong _reciprocal;
    private readonly ulong _wordReciprocal;
    private readonly ulong _inverse;
    private readonly int _bits;

    public ScalarPrimeRing(int degree, ulong prime)
        : base(degree, prime, new TransformLayout(1))
    {
        _transform = new IntegerTransform(degree, prime);
        _bits = 64 - System.Numerics.BitOperations.LeadingZeroCount(prime);
        _reciprocal = (ulong)((UInt128.One << (2 * _bits)) / prime);
        _wordReciprocal = ulong.MaxValue / prime;
        _inverse = InverseModulo64(prime);
    }

    public override void Read(ReadOnlySpan<ulong> row, Span<double> x)
    {
        for (var i = 0; i < Degree; i++)
        {
            x[i] = Balanced(row[i]);
        }
    }

    public override void Write(ReadOnlySpan<double> x, Span<ulong> row)
    {
        for (var i = 0; i < Degree; i++)
        {
            row[i] = Residue(x[i]);
        }
    }

    public override void Forward(Span<double> x) => Transform(x, static (transform, numbers) => transform.Forward(numbers));

    public override void Inverse(Span<double> x) => Transform(x, static (transform, numbers) => transform.Inverse(numbers, 1));

    public override void Multiply(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> product)
    {
        for (var i = 0; i < Degree; i++)
        {
            product[i] = Balanced(Product(Residue(x[i]), Residue(y[i])));
        }
    }

    public override void Add(Span<double> x, ReadOnlySpan<double> small)
    {
        for (var i = 0; i < Degree; i++)
        {
            x[i] = Balanced(Residue(x[i] + small[i]));
        }
    }

    public override void WriteNegatedSum(ReadOnlySpan<double> x, ReadOnlySpan<double> error, Span<ulong> row)
    {
        for (var i = 0; i < Degree; i++)
        {
            row[i] = Residue(-(x[i] + error[i]));
        }
    }

    public override void WriteSwitched(
        ReadOnlySpan<double> x, ReadOnlySpan<double> error, ReadOnlySpan<double> last, ReadOnlySpan<double> high, ReadOnlySpan<double> low, in Switch constants, Span<ulong> row)
    {
        var (byLast, byHigh, byLow) = (Residue(constants.LastInverse), Residue(constants.High), Residue(constants.Low));
        for (var i = 0; i < Degree; i++)
        {
            var part = Product(Residue(x[i] + error[i] - last[i]), byLast);
            row[i] = high.IsEmpty ? part : Sum(part, Sum(Product(Residue(high[i]), byHigh), Product(Residue(low[i]), byLow)));
        }
    }

    public override void AddOpened(ReadOnlySpan<double> x, ReadOnlySpan<ulong> row, in Opening constants, Span<long> whole, Span<double> fraction)
    {
        var factor = Residue(constants.Factor);
        var rest = (long)constants.Rest;
        for (var i = 0; i < Degree; i++)
        {
            unchecked
            {
                var y = (long)Balanced(Product(Sum(Residue(x[i]), row[i]), factor));
                var remainder = (long)Balanced(Product(Residue(y), Residue(constants.Rest)));

                // y·b − r is a multiple of q that may have 100 bits; modulo 2^64 the inverse of q divides it exactly.
                var quotient = (long)(((ulong)(y * rest) - (ulong)remainder) * _inverse);
                whole[i] += (y * constants.Whole) + quotient;
                fraction[i] += remainder * (1.0 / Prime);
            }
        }
    }

    public override void AddWeighted(ReadOnlySpan<ulong> row, double weight, Span<ulong> sum)
    {
        var factor = Residue(weight);
        for (var i = 0; i < Degree; i++)
        {
            sum[i] = Sum(sum[i], Product(row[i], factor));
        }
    }

    /// <summary>1/q modulo 2^64 for an odd q, by Newton's iteration.</summary>
    private static ulong InverseModulo64(ulong q)
    {
        unchecked
        {
            var inverse = q;
            for (var i = 0; i < 5; i++)
            {
                inverse *= 2 - (q * inverse);
            }

            return inverse;
        }
    }

    private void Transform(Span<double> x, TransformStep step)
    {
        var numbers = GC.AllocateUninitializedArray<ulong>(Degree, pinned: true);
        Write(x, numbers);
        step(_transform, numbers);
        Read(numbers, x);
        numbers.AsSpan().Clear();
    }

    private delegate void TransformStep(IntegerTransform transform, Span<ulong> numbers);

    /// <summary>The residue in 0…q−1 of a whole number below 2^53 in magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Residue(double x) => Residue((long)x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Residue(long x)
    {
        unchecked
        {
            // Of a negative number take the residue of its magnitude and turn that round; by masks.
            var sign = (ulong)(x >> 63);
            var residue = Reduce(((ulong)x ^ sign) - sign);
            var turned = Prime - residue;
            return IntegerTransform.SubtractOnce((residue & ~sign) | (turned & sign), Prime);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Balanced(ulong residue)
    {
        unchecked
        {
            var above = (ulong)((long)((Prime / 2) - residue) >> 63);
            return (long)(residue - (Prime & above));
        }
    }

    private ulong Sum(ulong a, ulong b) => IntegerTransform.SubtractOnce(unchecked(a + b), Prime);

    /// <summary>Barrett's reduction of a product of two residues (P. Barrett, 1986).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Product(ulong a, ulong b)
    {
        unchecked
        {
            var high = Math.BigMul(a, b, out var low);
            var top = (high << (65 - _bits)) | (low >> (_bits - 1));
            var upper = Math.BigMul(top, _reciprocal, out var lower);
            var quotient = (upper << (63 - _bits)) | (lower >> (_bits + 1));
            var rest = low - (quotient * Prime);
            return IntegerTransform.SubtractOnce(IntegerTransform.SubtractOnce(rest, 2 * Prime), Prime);
        }
    }

    private ulong Reduce(ulong x)
    {
        unchecked
        {
            var quotient = Math.BigMul(x, _wordReciprocal, out _);
            var rest = x - (quotient * Prime);
            return IntegerTransform.SubtractOnce(IntegerTransform.SubtractOnce(rest, 2 * Prime), Prime);
        }
    }
}
