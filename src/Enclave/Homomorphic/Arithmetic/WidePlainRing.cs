using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>
/// The transform modulo t on eight whole numbers at a time. The high half of x·w' is put together from three products of 32 bits and the
/// fourth left out, so that it is at most three less: a product modulo t stays below 4t, and numbers below 8t, under 2^62.
/// </summary>
internal sealed class WidePlainRing : PlainRing
{
    private const int Lanes = 8;
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private readonly int _degree;
    private readonly ulong _p;
    private readonly ulong _perDegree;
    private readonly ulong[] _forward;
    private readonly ulong[] _forwardQuotients;
    private readonly ulong[] _backward;
    private readonly ulong[] _backwardQuotients;

    public WidePlainRing(int degree, ulong modulus)
        : base(new TransformLayout(Lanes))
    {
        (_degree, _p, _perDegree) = (degree, modulus, PublicArithmetic.Inverse((ulong)degree, modulus));
        var root = PublicArithmetic.LeastRoot(degree, modulus);
        _forward = Layout.Order(PublicArithmetic.ReversedPowers(degree, root, modulus));
        _backward = Layout.Order(PublicArithmetic.ReversedPowers(degree, PublicArithmetic.Inverse(root, modulus), modulus));
        _forwardQuotients = [.. _forward.Select(factor => IntegerTransform.Quotient(factor, modulus))];
        _backwardQuotients = [.. _backward.Select(factor => IntegerTransform.Quotient(factor, modulus))];
    }

    public override void Forward(Span<ulong> x)
    {
        ref var a = ref MemoryMarshal.GetReference(x[.._degree]);
        var stages = int.Log2(_degree) - 3;
        var groups = 1;
        if (stages % 2 == 1)
        {
            ForwardStage(ref a);
            groups = 2;
        }

        for (; groups < _degree / Lanes; groups *= 4)
        {
            ForwardPair(ref a, groups);
        }

        ForwardTail(ref a);
    }

    public override void Inverse(Span<ulong> x, ulong scale)
    {
        ref var a = ref MemoryMarshal.GetReference(x[.._degree]);
        BackwardTail(ref a);
        var groups = _degree / Lanes / 4;
        for (; groups >= 1; groups /= 4)
        {
            BackwardPair(ref a, groups);
        }

        if ((int.Log2(_degree) - 3) % 2 == 1)
        {
            BackwardStage(ref a);
        }

        Scale(ref a, PublicArithmetic.Multiply(scale, _perDegree, _p));
    }

    /// <summary>x·w mod p below 4p for any x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> x, Vector512<ulong> factor, Vector512<ulong> quotient, Vector512<ulong> p)
    {
        var (highX, highQuotient) = (x >>> 32, quotient >>> 32);
        var cross = (Avx512F.Multiply(x.AsUInt32(), highQuotient.AsUInt32()) >>> 32) + (Avx512F.Multiply(highX.AsUInt32(), quotient.AsUInt32()) >>> 32);
        var multiple = Avx512F.Multiply(highX.AsUInt32(), highQuotient.AsUInt32()) + cross;
        return Avx512DQ.MultiplyLow(x, factor) - Avx512DQ.MultiplyLow(multiple, p);
    }

    /// <summary>x − bound where x is at least that much, else x: where it is less the difference wraps and is the larger number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> SubtractOnce(Vector512<ulong> x, Vector512<ulong> bound) => Avx512F.Min(x, x - bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Load(ref ulong a, nuint index) => Vector512.LoadUnsafe(ref a, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Broadcast(ulong[] table, int index) => Vector512.Create(table[index]);

    [MethodImpl(Hot)]
    private void ForwardStage(ref ulong a)
    {
        unchecked
        {
            var (p, four) = (Vector512.Create(_p), Vector512.Create(4 * _p));
            var (factor, quotient) = (Broadcast(_forward, 1), Broadcast(_forwardQuotients, 1));
            var half = (nuint)_degree / 2;
            for (nuint i = 0; i < half; i += Lanes)
            {
                var upper = SubtractOnce(Load(ref a, i), four);
                var lower = Product(Load(ref a, i + half), factor, quotient, p);
                (upper + lower).StoreUnsafe(ref a, i);
                (upper + four - lower).StoreUnsafe(ref a, i + half);
            }
        }
    }

    /// <summary>The stages with <paramref name="groups"/> and twice as many groups.</summary>
    [MethodImpl(Hot)]
    private void ForwardPair(ref ulong a, int groups)
    {
        unchecked
        {
            var (p, four) = (Vector512.Create(_p), Vector512.Create(4 * _p));
            var quarter = (nuint)(_degree / groups / 4);
            for (var group = 0; group < groups; group++)
            {
                var (outer, outerQuotient) = (Broadcast(_forward, groups + group), Broadcast(_forwardQuotients, groups + group));
                var inner = 2 * (groups + group);
                var (left, leftQuotient) = (Broadcast(_forward, inner), Broadcast(_forwardQuotients, inner));
                var (right, rightQuotient) = (Broadcast(_forward, inner + 1), Broadcast(_forwardQuotients, inner + 1));
                var start = (nuint)group * 4 * quarter;
                for (var i = start; i < start + quarter; i += Lanes)
                {
                    var (x0, x1) = (SubtractOnce(Load(ref a, i), four), SubtractOnce(Load(ref a, i + quarter), four));
                    var x2 = Product(Load(ref a, i + (2 * quarter)), outer, outerQuotient, p);
                    var x3 = Product(Load(ref a, i + (3 * quarter)), outer, outerQuotient, p);
                    var (y0, y2) = (SubtractOnce(x0 + x2, four), SubtractOnce(x0 + four - x2, four));
                    var y1 = Product(x1 + x3, left, leftQuotient, p);
                    var y3 = Product(x1 + four - x3, right, rightQuotient, p);
                    (y0 + y1).StoreUnsafe(ref a, i);
                    (y0 + four - y1).StoreUnsafe(ref a, i + quarter);
                    (y2 + y3).StoreUnsafe(ref a, i + (2 * quarter));
                    (y2 + four - y3).StoreUnsafe(ref a, i + (3 * quarter));
                }
            }
        }
    }

    /// <summary>The stages with distances 4, 2 and 1 on transposed blocks; numbers below p at the end.</summary>
    [MethodImpl(Hot)]
    private void ForwardTail(ref ulong a)
    {
        unchecked
        {
            var (p, twice, four) = (Vector512.Create(_p), Vector512.Create(2 * _p), Vector512.Create(4 * _p));
            ref var factors = ref MemoryMarshal.GetArrayDataReference(_forward);
            ref var quotients = ref MemoryMarshal.GetArrayDataReference(_forwardQuotients);
            var table = (nuint)_degree / Lanes;
            for (nuint block = 0; block < (nuint)_degree; block += Lanes * Lanes)
            {
                Lanes512.Transpose(ref Unsafe.As<ulong, double>(ref Unsafe.Add(ref a, block)));
                for (nuint distance = 4; distance >= 1; distance /= 2)
                {
                    for (nuint group = 0; group < Lanes; group += 2 * distance, table += Lanes)
                    {
                        var (factor, quotient) = (Load(ref factors, table), Load(ref quotients, table));
                        for (var row = group; row < group + distance; row++)
                        {
                            var upper = SubtractOnce(Load(ref a, block + (row * Lanes)), four);
                            var lower = Product(Load(ref a, block + ((row + distance) * Lanes)), factor, quotient, p);
                            var (sum, difference) = (upper + lower, upper + four - lower);
                            if (distance == 1)
                            {
                                sum = SubtractOnce(SubtractOnce(SubtractOnce(sum, four), twice), p);
                                difference = SubtractOnce(SubtractOnce(SubtractOnce(difference, four), twice), p);
                            }

                            sum.StoreUnsafe(ref a, block + (row * Lanes));
                            difference.StoreUnsafe(ref a, block + ((row + distance) * Lanes));
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(Hot)]
    private void BackwardTail(ref ulong a)
    {
        unchecked
        {
            var (p, four) = (Vector512.Create(_p), Vector512.Create(4 * _p));
            ref var factors = ref MemoryMarshal.GetArrayDataReference(_backward);
            ref var quotients = ref MemoryMarshal.GetArrayDataReference(_backwardQuotients);
            var table = (nuint)_degree / Lanes;
            for (nuint block = 0; block < (nuint)_degree; block += Lanes * Lanes, table += (Lanes - 1) * Lanes)
            {
                for (nuint distance = 1; distance < Lanes; distance *= 2)
                {
                    var at = table + (((Lanes / (2 * distance)) - 1) * Lanes);
                    for (nuint group = 0; group < Lanes; group += 2 * distance, at += Lanes)
                    {
                        var (factor, quotient) = (Load(ref factors, at), Load(ref quotients, at));
                        for (var row = group; row < group + distance; row++)
                        {
                            var (x, y) = (Load(ref a, block + (row * Lanes)), Load(ref a, block + ((row + distance) * Lanes)));
                            SubtractOnce(x + y, four).StoreUnsafe(ref a, block + (row * Lanes));
                            Product(x + four - y, factor, quotient, p).StoreUnsafe(ref a, block + ((row + distance) * Lanes));
                        }
                    }
                }

                Lanes512.Transpose(ref Unsafe.As<ulong, double>(ref Unsafe.Add(ref a, block)));
            }
        }
    }

    /// <summary>The inverse's stages with twice <paramref name="groups"/> and then <paramref name="groups"/> groups.</summary>
    [MethodImpl(Hot)]
    private void BackwardPair(ref ulong a, int groups)
    {
        unchecked
        {
            var (p, four) = (Vector512.Create(_p), Vector512.Create(4 * _p));
            var quarter = (nuint)(_degree / groups / 4);
            for (var group = 0; group < groups; group++)
            {
                var (outer, outerQuotient) = (Broadcast(_backward, groups + group), Broadcast(_backwardQuotients, groups + group));
                var inner = 2 * (groups + group);
                var (left, leftQuotient) = (Broadcast(_backward, inner), Broadcast(_backwardQuotients, inner));
                var (right, rightQuotient) = (Broadcast(_backward, inner + 1), Broadcast(_backwardQuotients, inner + 1));
                var start = (nuint)group * 4 * quarter;
                for (var i = start; i < start + quarter; i += Lanes)
                {
                    var (x0, x1) = (Load(ref a, i), Load(ref a, i + quarter));
                    var (x2, x3) = (Load(ref a, i + (2 * quarter)), Load(ref a, i + (3 * quarter)));
                    var (y0, y1) = (SubtractOnce(x0 + x1, four), Product(x0 + four - x1, left, leftQuotient, p));
                    var (y2, y3) = (SubtractOnce(x2 + x3, four), Product(x2 + four - x3, right, rightQuotient, p));
                    SubtractOnce(y0 + y2, four).StoreUnsafe(ref a, i);
                    SubtractOnce(y1 + y3, four).StoreUnsafe(ref a, i + quarter);
                    Product(y0 + four - y2, outer, outerQuotient, p).StoreUnsafe(ref a, i + (2 * quarter));
                    Product(y1 + four - y3, outer, outerQuotient, p).StoreUnsafe(ref a, i + (3 * quarter));
                }
            }
        }
    }

    [MethodImpl(Hot)]
    private void BackwardStage(ref ulong a)
    {
        unchecked
        {
            var (p, four) = (Vector512.Create(_p), Vector512.Create(4 * _p));
            var (factor, quotient) = (Broadcast(_backward, 1), Broadcast(_backwardQuotients, 1));
            var half = (nuint)_degree / 2;
            for (nuint i = 0; i < half; i += Lanes)
            {
                var (x, y) = (Load(ref a, i), Load(ref a, i + half));
                SubtractOnce(x + y, four).StoreUnsafe(ref a, i);
                Product(x + four - y, factor, quotient, p).StoreUnsafe(ref a, i + half);
            }
        }
    }

    [MethodImpl(Hot)]
    private void Scale(ref ulong a, ulong scale)
    {
        unchecked
        {
            var (p, twice) = (Vector512.Create(_p), Vector512.Create(2 * _p));
            var (factor, quotient) = (Vector512.Create(scale), Vector512.Create(IntegerTransform.Quotient(scale, _p)));
            for (nuint i = 0; i < (nuint)_degree; i += Lanes)
            {
                var product = Product(Load(ref a, i), factor, quotient, p);
                SubtractOnce(SubtractOnce(product, twice), p).StoreUnsafe(ref a, i);
            }
        }
    }
}
