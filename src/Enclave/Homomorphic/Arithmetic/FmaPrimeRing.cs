using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>
/// A prime ring in vectors of doubles. A product x·w mod q is taken apart by fused multiply-add: h = fl(x·w), l = x·w − h exactly,
/// k = round(h/q), r = (h − k·q) + l, all exact (van der Hoeven, Lecerf, Quintin, "Modular SIMD arithmetic in Mathemagix", 2016).
/// With |x| ≤ X·q, |w| ≤ q/2 and q &lt; 2^50 the quotient's three roundings are off by at most 3·X/16, so |r| ≤ (1/2 + 3·X/16)·q, and every
/// number stays exact as long as X &lt; 8. So the butterflies need no correction for six stages: from X = 1/2 the bound grows to 6.3.
/// </summary>
internal sealed class FmaPrimeRing<TLanes, TVector> : PrimeRing
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private readonly double[] _forward;
    private readonly double[] _backward;
    private readonly double _q;
    private readonly double _inverse;
    private readonly double _scale;
    private readonly double _lastScale;

    public FmaPrimeRing(int degree, ulong prime)
        : base(degree, prime, new TransformLayout(TLanes.Count))
    {
        (_q, _inverse) = (prime, 1.0 / prime);
        var root = PublicArithmetic.LeastRoot(degree, prime);
        double[] Table(ulong of) => [.. Layout.Order(PublicArithmetic.ReversedPowers(degree, of, prime)).Select(Centred)];
        _forward = Table(root);
        _backward = Table(PublicArithmetic.Inverse(root, prime));

        // The last stage of the inverse has one factor only; the division by n goes into it.
        var scale = PublicArithmetic.Inverse((ulong)degree, prime);
        _scale = Centred(scale);
        _lastScale = Centred(PublicArithmetic.Multiply(scale, (ulong)(_backward[1] < 0 ? _backward[1] + _q : _backward[1]), prime));
    }

    [MethodImpl(Hot)]
    public override void Read(ReadOnlySpan<ulong> row, Span<double> x)
    {
        ref readonly var source = ref MemoryMarshal.GetReference(row[..Degree]);
        ref var target = ref MemoryMarshal.GetReference(x[..Degree]);
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            TLanes.Store(Reduce(TLanes.LoadWhole(in source, i), q, inverse), ref target, i);
        }
    }

    [MethodImpl(Hot)]
    public override void Write(ReadOnlySpan<double> x, Span<ulong> row)
    {
        ref readonly var source = ref MemoryMarshal.GetReference(x[..Degree]);
        ref var target = ref MemoryMarshal.GetReference(row[..Degree]);
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            TLanes.StoreWhole(Canonical(TLanes.Load(in source, i), q, inverse), ref target, i);
        }
    }

    [MethodImpl(Hot)]
    public override void Multiply(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> product)
    {
        ref readonly var a = ref MemoryMarshal.GetReference(x[..Degree]);
        ref readonly var b = ref MemoryMarshal.GetReference(y[..Degree]);
        ref var target = ref MemoryMarshal.GetReference(product[..Degree]);
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            TLanes.Store(Product(TLanes.Load(in a, i), TLanes.Load(in b, i), q, inverse), ref target, i);
        }
    }

    [MethodImpl(Hot)]
    public override void Add(Span<double> x, ReadOnlySpan<double> small)
    {
        ref var target = ref MemoryMarshal.GetReference(x[..Degree]);
        ref readonly var source = ref MemoryMarshal.GetReference(small[..Degree]);
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            TLanes.Store(Reduce(TLanes.Add(TLanes.Load(in target, i), TLanes.Load(in source, i)), q, inverse), ref target, i);
        }
    }

    [MethodImpl(Hot)]
    public override void WriteNegatedSum(ReadOnlySpan<double> x, ReadOnlySpan<double> error, Span<ulong> row)
    {
        ref readonly var a = ref MemoryMarshal.GetReference(x[..Degree]);
        ref readonly var b = ref MemoryMarshal.GetReference(error[..Degree]);
        ref var target = ref MemoryMarshal.GetReference(row[..Degree]);
        var (q, inverse, zero) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse), TLanes.Broadcast(0));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            var sum = TLanes.Add(TLanes.Load(in a, i), TLanes.Load(in b, i));
            TLanes.StoreWhole(Canonical(TLanes.Subtract(zero, sum), q, inverse), ref target, i);
        }
    }

    [MethodImpl(Hot)]
    public override void WriteSwitched(
        ReadOnlySpan<double> x, ReadOnlySpan<double> error, ReadOnlySpan<double> last, ReadOnlySpan<double> high, ReadOnlySpan<double> low, in Switch constants, Span<ulong> row)
    {
        ref readonly var part = ref MemoryMarshal.GetReference(x[..Degree]);
        ref readonly var small = ref MemoryMarshal.GetReference(error[..Degree]);
        ref readonly var divided = ref MemoryMarshal.GetReference(last[..Degree]);
        ref readonly var upper = ref MemoryMarshal.GetReference(high);
        ref readonly var lower = ref MemoryMarshal.GetReference(low);
        ref var target = ref MemoryMarshal.GetReference(row[..Degree]);
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        var (byLast, byHigh, byLow) = (TLanes.Broadcast(constants.LastInverse), TLanes.Broadcast(constants.High), TLanes.Broadcast(constants.Low));
        var withPlain = high.Length == Degree && low.Length == Degree;
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            var difference = TLanes.Subtract(TLanes.Add(TLanes.Load(in part, i), TLanes.Load(in small, i)), TLanes.Load(in divided, i));
            var value = Product(difference, byLast, q, inverse);
            if (withPlain)
            {
                value = TLanes.Add(value, Product(TLanes.Load(in upper, i), byHigh, q, inverse));
                value = TLanes.Add(value, Product(TLanes.Load(in lower, i), byLow, q, inverse));
            }

            TLanes.StoreWhole(Canonical(value, q, inverse), ref target, i);
        }
    }

    [MethodImpl(Hot)]
    public override void AddOpened(ReadOnlySpan<double> x, ReadOnlySpan<ulong> row, in Opening constants, Span<long> whole, Span<double> fraction)
    {
        ref readonly var product = ref MemoryMarshal.GetReference(x[..Degree]);
        ref readonly var first = ref MemoryMarshal.GetReference(row[..Degree]);
        ref var wholes = ref MemoryMarshal.GetReference(whole[..Degree]);
        ref var fractions = ref MemoryMarshal.GetReference(fraction[..Degree]);
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        var (factor, rest) = (TLanes.Broadcast(constants.Factor), TLanes.Broadcast(constants.Rest));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            var sum = TLanes.Add(TLanes.Load(in product, i), TLanes.LoadWhole(in first, i));
            var y = Reduce(Product(sum, factor, q, inverse), q, inverse);

            // The quotient that a product drops is what is wanted here.
            var high = TLanes.Multiply(y, rest);
            var low = TLanes.MultiplySubtract(y, rest, high);
            var quotient = TLanes.Round(TLanes.Multiply(high, inverse));
            var remainder = TLanes.Add(TLanes.NegatedMultiplyAdd(quotient, q, high), low);
            TLanes.AddProduct(y, constants.Whole, quotient, ref wholes, i);
            TLanes.Store(TLanes.Add(TLanes.Load(in fractions, i), TLanes.Multiply(remainder, inverse)), ref fractions, i);
        }
    }

    [MethodImpl(Hot)]
    public override void AddWeighted(ReadOnlySpan<ulong> row, double weight, Span<ulong> sum)
    {
        ref readonly var source = ref MemoryMarshal.GetReference(row[..Degree]);
        ref var target = ref MemoryMarshal.GetReference(sum[..Degree]);
        var (q, inverse, factor) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse), TLanes.Broadcast(weight));
        for (nuint i = 0; i < (nuint)Degree; i = unchecked(i + (nuint)TLanes.Count))
        {
            var product = Product(TLanes.LoadWhole(in source, i), factor, q, inverse);
            TLanes.StoreWhole(Canonical(TLanes.Add(product, TLanes.LoadWhole(in target, i)), q, inverse), ref target, i);
        }
    }

    public override void Forward(Span<double> x)
    {
        ref var a = ref MemoryMarshal.GetReference(x[..Degree]);
        ref var w = ref MemoryMarshal.GetReference(_forward);

        // Stages go in pairs; an odd number of them starts with a single one.
        var stages = int.Log2(Degree) - int.Log2(TLanes.Count);
        var groups = 1;
        if (stages % 2 == 1)
        {
            ForwardSingle(ref a, ref w);
            (stages, groups) = (stages - 1, 2);
        }
        else
        {
            ForwardPair(ref a, ref w, 1, 0, 1);
            (stages, groups) = (stages - 2, 4);
        }

        // What is left falls apart into blocks that fit into the first cache; each is finished before the next.
        for (var block = 0; block < groups; block++)
        {
            var (done, size) = (0, 1);
            for (var at = groups; done < stages; at *= 4, size *= 4)
            {
                ForwardPair(ref a, ref w, at, block * size, size);
                done += 2;
                if (done % 4 == 0)
                {
                    Reduce(ref a, block * (Degree / groups), Degree / groups);
                }
            }

            ForwardTail(ref a, ref w, block * (Degree / groups), Degree / groups);
        }
    }

    public override void Inverse(Span<double> x)
    {
        ref var a = ref MemoryMarshal.GetReference(x[..Degree]);
        ref var w = ref MemoryMarshal.GetReference(_backward);
        var stages = int.Log2(Degree) - int.Log2(TLanes.Count);
        var single = stages % 2 == 1;
        var groups = single ? 2 : 4;
        for (var block = 0; block < groups; block++)
        {
            BackwardTail(ref a, ref w, block * (Degree / groups), Degree / groups);
            for (var at = Degree / TLanes.Count / 4; at >= groups; at /= 4)
            {
                BackwardPair(ref a, ref w, at, block * (at / groups), at / groups);
            }
        }

        if (single)
        {
            BackwardSingle(ref a);
        }
        else
        {
            BackwardLast(ref a, ref w);
        }
    }

    /// <summary>x·w mod q, of at most (1/2 + 3·X/16)·q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Product(TVector x, TVector w, TVector q, TVector inverse)
    {
        var high = TLanes.Multiply(x, w);
        var low = TLanes.MultiplySubtract(x, w, high);
        var quotient = TLanes.Round(TLanes.Multiply(high, inverse));
        return TLanes.Add(TLanes.NegatedMultiplyAdd(quotient, q, high), low);
    }

    /// <summary>x mod q between about −q/2 and q/2, for |x| up to 8·q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce(TVector x, TVector q, TVector inverse) =>
        TLanes.NegatedMultiplyAdd(TLanes.Round(TLanes.Multiply(x, inverse)), q, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Canonical(TVector x, TVector q, TVector inverse) => TLanes.AddWhereNegative(Reduce(x, q, inverse), q);

    [MethodImpl(Hot)]
    private void Reduce(ref double a, int start, int count)
    {
        var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
        var end = (nuint)(start + count);
        for (var i = (nuint)start; i < end; i = unchecked(i + (nuint)TLanes.Count))
        {
            TLanes.Store(Reduce(TLanes.Load(in a, i), q, inverse), ref a, i);
        }
    }

    [MethodImpl(Hot)]
    private void ForwardSingle(ref double a, ref double w)
    {
        var (q, inverse, factor) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse), TLanes.Broadcast(Unsafe.Add(ref w, 1)));
        var half = (nuint)Degree / 2;
        for (nuint i = 0; i < half; i = unchecked(i + (nuint)TLanes.Count))
        {
            var x = TLanes.Load(in a, i);
            var y = Product(TLanes.Load(in a, unchecked(i + half)), factor, q, inverse);
            TLanes.Store(TLanes.Add(x, y), ref a, i);
            TLanes.Store(TLanes.Subtract(x, y), ref a, unchecked(i + half));
        }
    }

    /// <summary>The stages with <paramref name="groups"/> and twice as many groups, on some of the groups.</summary>
    [MethodImpl(Hot)]
    private void ForwardPair(ref double a, ref double w, int groups, int first, int count)
    {
        unchecked
        {
            var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
            var quarter = (nuint)(Degree / groups / 4);
            for (var group = first; group < first + count; group++)
            {
                var outer = TLanes.Broadcast(Unsafe.Add(ref w, groups + group));
                var left = TLanes.Broadcast(Unsafe.Add(ref w, 2 * (groups + group)));
                var right = TLanes.Broadcast(Unsafe.Add(ref w, (2 * (groups + group)) + 1));
                var start = (nuint)group * 4 * quarter;
                for (var i = start; i < start + quarter; i += (nuint)TLanes.Count)
                {
                    var (x0, x1) = (TLanes.Load(in a, i), TLanes.Load(in a, i + quarter));
                    var x2 = Product(TLanes.Load(in a, i + (2 * quarter)), outer, q, inverse);
                    var x3 = Product(TLanes.Load(in a, i + (3 * quarter)), outer, q, inverse);
                    var (y0, y2) = (TLanes.Add(x0, x2), TLanes.Subtract(x0, x2));
                    var y1 = Product(TLanes.Add(x1, x3), left, q, inverse);
                    var y3 = Product(TLanes.Subtract(x1, x3), right, q, inverse);
                    TLanes.Store(TLanes.Add(y0, y1), ref a, i);
                    TLanes.Store(TLanes.Subtract(y0, y1), ref a, i + quarter);
                    TLanes.Store(TLanes.Add(y2, y3), ref a, i + (2 * quarter));
                    TLanes.Store(TLanes.Subtract(y2, y3), ref a, i + (3 * quarter));
                }
            }
        }
    }

    /// <summary>The stages whose distance is less than a vector, on transposed blocks, and the reduction.</summary>
    [MethodImpl(Hot)]
    private void ForwardTail(ref double a, ref double w, int start, int count)
    {
        unchecked
        {
            var lanes = (nuint)TLanes.Count;
            var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
            var factor = (nuint)(Degree / TLanes.Count) + ((nuint)start / (lanes * lanes) * (lanes - 1) * lanes);
            for (var block = (nuint)start; block < (nuint)(start + count); block += lanes * lanes)
            {
                TLanes.Transpose(ref Unsafe.Add(ref a, block));
                for (var distance = lanes / 2; distance >= 1; distance /= 2)
                {
                    for (nuint group = 0; group < lanes; group += 2 * distance, factor += lanes)
                    {
                        var by = TLanes.Load(in w, factor);
                        for (var row = group; row < group + distance; row++)
                        {
                            var x = TLanes.Load(in a, block + (row * lanes));
                            var y = Product(TLanes.Load(in a, block + ((row + distance) * lanes)), by, q, inverse);
                            var (sum, difference) = (TLanes.Add(x, y), TLanes.Subtract(x, y));
                            if (distance == 1)
                            {
                                (sum, difference) = (Reduce(sum, q, inverse), Reduce(difference, q, inverse));
                            }

                            TLanes.Store(sum, ref a, block + (row * lanes));
                            TLanes.Store(difference, ref a, block + ((row + distance) * lanes));
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// The inverse's stages whose distance is less than a vector, then back from the transposed blocks. Sums double from stage to stage:
    /// three of them reach 4, and are reduced.
    /// </summary>
    [MethodImpl(Hot)]
    private void BackwardTail(ref double a, ref double w, int start, int count)
    {
        unchecked
        {
            var lanes = (nuint)TLanes.Count;
            var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
            var table = (nuint)(Degree / TLanes.Count) + ((nuint)start / (lanes * lanes) * (lanes - 1) * lanes);
            for (var block = (nuint)start; block < (nuint)(start + count); block += lanes * lanes, table += (lanes - 1) * lanes)
            {
                for (nuint distance = 1; distance < lanes; distance *= 2)
                {
                    // A block's factors lie from the largest distance to the smallest: 1, 2, 4 vectors.
                    var factor = table + (((lanes / (2 * distance)) - 1) * lanes);
                    for (nuint group = 0; group < lanes; group += 2 * distance, factor += lanes)
                    {
                        var by = TLanes.Load(in w, factor);
                        for (var row = group; row < group + distance; row++)
                        {
                            var (x, y) = (TLanes.Load(in a, block + (row * lanes)), TLanes.Load(in a, block + ((row + distance) * lanes)));
                            var sum = TLanes.Add(x, y);
                            TLanes.Store(2 * distance == lanes ? Reduce(sum, q, inverse) : sum, ref a, block + (row * lanes));
                            TLanes.Store(Product(TLanes.Subtract(x, y), by, q, inverse), ref a, block + ((row + distance) * lanes));
                        }
                    }
                }

                TLanes.Transpose(ref Unsafe.Add(ref a, block));
            }
        }
    }

    /// <summary>
    /// The inverse's stages with twice <paramref name="groups"/> and then <paramref name="groups"/> groups. The sums are reduced; a product
    /// of the difference of all four is at most 1/2 + 3·(4·X)/16, so X stays below 2 and four times X below 8.
    /// </summary>
    [MethodImpl(Hot)]
    private void BackwardPair(ref double a, ref double w, int groups, int first, int count)
    {
        unchecked
        {
            var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
            var quarter = (nuint)(Degree / groups / 4);
            for (var group = first; group < first + count; group++)
            {
                var outer = TLanes.Broadcast(Unsafe.Add(ref w, groups + group));
                var left = TLanes.Broadcast(Unsafe.Add(ref w, 2 * (groups + group)));
                var right = TLanes.Broadcast(Unsafe.Add(ref w, (2 * (groups + group)) + 1));
                var start = (nuint)group * 4 * quarter;
                for (var i = start; i < start + quarter; i += (nuint)TLanes.Count)
                {
                    var (x0, x1) = (TLanes.Load(in a, i), TLanes.Load(in a, i + quarter));
                    var (x2, x3) = (TLanes.Load(in a, i + (2 * quarter)), TLanes.Load(in a, i + (3 * quarter)));
                    var (y0, y1) = (TLanes.Add(x0, x1), Product(TLanes.Subtract(x0, x1), left, q, inverse));
                    var (y2, y3) = (TLanes.Add(x2, x3), Product(TLanes.Subtract(x2, x3), right, q, inverse));
                    TLanes.Store(Reduce(TLanes.Add(y0, y2), q, inverse), ref a, i);
                    TLanes.Store(Reduce(TLanes.Add(y1, y3), q, inverse), ref a, i + quarter);
                    TLanes.Store(Product(TLanes.Subtract(y0, y2), outer, q, inverse), ref a, i + (2 * quarter));
                    TLanes.Store(Product(TLanes.Subtract(y1, y3), outer, q, inverse), ref a, i + (3 * quarter));
                }
            }
        }
    }

    [MethodImpl(Hot)]
    private void BackwardSingle(ref double a)
    {
        unchecked
        {
            var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
            var (scale, factor) = (TLanes.Broadcast(_scale), TLanes.Broadcast(_lastScale));
            var half = (nuint)Degree / 2;
            for (nuint i = 0; i < half; i += (nuint)TLanes.Count)
            {
                var (x, y) = (TLanes.Load(in a, i), TLanes.Load(in a, i + half));
                TLanes.Store(Reduce(Product(TLanes.Add(x, y), scale, q, inverse), q, inverse), ref a, i);
                TLanes.Store(Reduce(Product(TLanes.Subtract(x, y), factor, q, inverse), q, inverse), ref a, i + half);
            }
        }
    }

    [MethodImpl(Hot)]
    private void BackwardLast(ref double a, ref double w)
    {
        unchecked
        {
            var (q, inverse) = (TLanes.Broadcast(_q), TLanes.Broadcast(_inverse));
            var (scale, factor) = (TLanes.Broadcast(_scale), TLanes.Broadcast(_lastScale));
            var (left, right) = (TLanes.Broadcast(Unsafe.Add(ref w, 2)), TLanes.Broadcast(Unsafe.Add(ref w, 3)));
            var quarter = (nuint)Degree / 4;
            for (nuint i = 0; i < quarter; i += (nuint)TLanes.Count)
            {
                var (x0, x1) = (TLanes.Load(in a, i), TLanes.Load(in a, i + quarter));
                var (x2, x3) = (TLanes.Load(in a, i + (2 * quarter)), TLanes.Load(in a, i + (3 * quarter)));
                var (y0, y1) = (TLanes.Add(x0, x1), Product(TLanes.Subtract(x0, x1), left, q, inverse));
                var (y2, y3) = (TLanes.Add(x2, x3), Product(TLanes.Subtract(x2, x3), right, q, inverse));
                TLanes.Store(Reduce(Product(TLanes.Add(y0, y2), scale, q, inverse), q, inverse), ref a, i);
                TLanes.Store(Reduce(Product(TLanes.Add(y1, y3), scale, q, inverse), q, inverse), ref a, i + quarter);
                TLanes.Store(Reduce(Product(TLanes.Subtract(y0, y2), factor, q, inverse), q, inverse), ref a, i + (2 * quarter));
                TLanes.Store(Reduce(Product(TLanes.Subtract(y1, y3), factor, q, inverse), q, inverse), ref a, i + (3 * quarter));
            }
        }
    }
}
