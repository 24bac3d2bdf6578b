using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>
/// The transform modulo t on several whole numbers at a time. A product modulo t stays below 4t, and numbers below 8t, under 2^62.
/// </summary>
internal sealed class WidePlainRing<TLanes, TVector> : PlainRing
    where TLanes : struct, IWholeLanes<TVector>
    where TVector : struct
{
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    private readonly int _degree;
    private readonly ulong _p;
    private readonly ulong _perDegree;
    private readonly ulong[] _forward;
    private readonly ulong[] _forwardQuotients;
    private readonly ulong[] _backward;
    private readonly ulong[] _backwardQuotients;

    public WidePlainRing(int degree, ulong modulus)
        : base(new TransformLayout(TLanes.Count))
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
        var stages = int.Log2(_degree) - int.Log2(TLanes.Count);
        var groups = 1;
        if (stages % 2 == 1)
        {
            ForwardStage(ref a);
            groups = 2;
        }

        for (; groups < _degree / TLanes.Count; groups *= 4)
        {
            ForwardPair(ref a, groups);
        }

        ForwardTail(ref a);
    }

    public override void Inverse(Span<ulong> x, ulong scale)
    {
        ref var a = ref MemoryMarshal.GetReference(x[.._degree]);
        BackwardTail(ref a);
        var groups = _degree / TLanes.Count / 4;
        for (; groups >= 1; groups /= 4)
        {
            BackwardPair(ref a, groups);
        }

        if ((int.Log2(_degree) - int.Log2(TLanes.Count)) % 2 == 1)
        {
            BackwardStage(ref a);
        }

        Scale(ref a, PublicArithmetic.Multiply(scale, _perDegree, _p));
    }

    [MethodImpl(Hot)]
    private void ForwardStage(ref ulong a)
    {
        unchecked
        {
            var (p, four) = (TLanes.Broadcast(_p), TLanes.Broadcast(4 * _p));
            var (factor, quotient) = (TLanes.Broadcast(_forward[1]), TLanes.Broadcast(_forwardQuotients[1]));
            var half = (nuint)_degree / 2;
            for (nuint i = 0; i < half; i += (nuint)TLanes.Count)
            {
                var upper = TLanes.SubtractOnce(TLanes.Load(in a, i), four);
                var lower = TLanes.Product(TLanes.Load(in a, i + half), factor, quotient, p);
                TLanes.Store(TLanes.Add(upper, lower), ref a, i);
                TLanes.Store(TLanes.Subtract(TLanes.Add(upper, four), lower), ref a, i + half);
            }
        }
    }

    /// <summary>The stages with <paramref name="groups"/> and twice as many groups.</summary>
    [MethodImpl(Hot)]
    private void ForwardPair(ref ulong a, int groups)
    {
        unchecked
        {
            var (p, four) = (TLanes.Broadcast(_p), TLanes.Broadcast(4 * _p));
            var quarter = (nuint)(_degree / groups / 4);
            for (var group = 0; group < groups; group++)
            {
                var (outer, outerQuotient) = (TLanes.Broadcast(_forward[groups + group]), TLanes.Broadcast(_forwardQuotients[groups + group]));
                var inner = 2 * (groups + group);
                var (left, leftQuotient) = (TLanes.Broadcast(_forward[inner]), TLanes.Broadcast(_forwardQuotients[inner]));
                var (right, rightQuotient) = (TLanes.Broadcast(_forward[inner + 1]), TLanes.Broadcast(_forwardQuotients[inner + 1]));
                var start = (nuint)group * 4 * quarter;
                for (var i = start; i < start + quarter; i += (nuint)TLanes.Count)
                {
                    var (x0, x1) = (TLanes.SubtractOnce(TLanes.Load(in a, i), four), TLanes.SubtractOnce(TLanes.Load(in a, i + quarter), four));
                    var x2 = TLanes.Product(TLanes.Load(in a, i + (2 * quarter)), outer, outerQuotient, p);
                    var x3 = TLanes.Product(TLanes.Load(in a, i + (3 * quarter)), outer, outerQuotient, p);
                    var (y0, y2) = (TLanes.SubtractOnce(TLanes.Add(x0, x2), four), TLanes.SubtractOnce(TLanes.Subtract(TLanes.Add(x0, four), x2), four));
                    var y1 = TLanes.Product(TLanes.Add(x1, x3), left, leftQuotient, p);
                    var y3 = TLanes.Product(TLanes.Subtract(TLanes.Add(x1, four), x3), right, rightQuotient, p);
                    TLanes.Store(TLanes.Add(y0, y1), ref a, i);
                    TLanes.Store(TLanes.Subtract(TLanes.Add(y0, four), y1), ref a, i + quarter);
                    TLanes.Store(TLanes.Add(y2, y3), ref a, i + (2 * quarter));
                    TLanes.Store(TLanes.Subtract(TLanes.Add(y2, four), y3), ref a, i + (3 * quarter));
                }
            }
        }
    }

    /// <summary>The stages whose distance is less than a vector, on transposed blocks; numbers below p at the end.</summary>
    [MethodImpl(Hot)]
    private void ForwardTail(ref ulong a)
    {
        unchecked
        {
            var lanes = (nuint)TLanes.Count;
            var (p, twice, four) = (TLanes.Broadcast(_p), TLanes.Broadcast(2 * _p), TLanes.Broadcast(4 * _p));
            ref var factors = ref MemoryMarshal.GetArrayDataReference(_forward);
            ref var quotients = ref MemoryMarshal.GetArrayDataReference(_forwardQuotients);
            var table = (nuint)_degree / lanes;
            for (nuint block = 0; block < (nuint)_degree; block += lanes * lanes)
            {
                TLanes.Transpose(ref Unsafe.Add(ref a, block));
                for (var distance = lanes / 2; distance >= 1; distance /= 2)
                {
                    for (nuint group = 0; group < lanes; group += 2 * distance, table += lanes)
                    {
                        var (factor, quotient) = (TLanes.Load(in factors, table), TLanes.Load(in quotients, table));
                        for (var row = group; row < group + distance; row++)
                        {
                            var upper = TLanes.SubtractOnce(TLanes.Load(in a, block + (row * lanes)), four);
                            var lower = TLanes.Product(TLanes.Load(in a, block + ((row + distance) * lanes)), factor, quotient, p);
                            var (sum, difference) = (TLanes.Add(upper, lower), TLanes.Subtract(TLanes.Add(upper, four), lower));
                            if (distance == 1)
                            {
                                sum = TLanes.SubtractOnce(TLanes.SubtractOnce(TLanes.SubtractOnce(sum, four), twice), p);
                                difference = TLanes.SubtractOnce(TLanes.SubtractOnce(TLanes.SubtractOnce(difference, four), twice), p);
                            }

                            TLanes.Store(sum, ref a, block + (row * lanes));
                            TLanes.Store(difference, ref a, block + ((row + distance) * lanes));
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
            var lanes = (nuint)TLanes.Count;
            var (p, four) = (TLanes.Broadcast(_p), TLanes.Broadcast(4 * _p));
            ref var factors = ref MemoryMarshal.GetArrayDataReference(_backward);
            ref var quotients = ref MemoryMarshal.GetArrayDataReference(_backwardQuotients);
            var table = (nuint)_degree / lanes;
            for (nuint block = 0; block < (nuint)_degree; block += lanes * lanes, table += (lanes - 1) * lanes)
            {
                for (nuint distance = 1; distance < lanes; distance *= 2)
                {
                    var at = table + (((lanes / (2 * distance)) - 1) * lanes);
                    for (nuint group = 0; group < lanes; group += 2 * distance, at += lanes)
                    {
                        var (factor, quotient) = (TLanes.Load(in factors, at), TLanes.Load(in quotients, at));
                        for (var row = group; row < group + distance; row++)
                        {
                            var (x, y) = (TLanes.Load(in a, block + (row * lanes)), TLanes.Load(in a, block + ((row + distance) * lanes)));
                            TLanes.Store(TLanes.SubtractOnce(TLanes.Add(x, y), four), ref a, block + (row * lanes));
                            TLanes.Store(TLanes.Product(TLanes.Subtract(TLanes.Add(x, four), y), factor, quotient, p), ref a, block + ((row + distance) * lanes));
                        }
                    }
                }

                TLanes.Transpose(ref Unsafe.Add(ref a, block));
            }
        }
    }

    /// <summary>The inverse's stages with twice <paramref name="groups"/> and then <paramref name="groups"/> groups.</summary>
    [MethodImpl(Hot)]
    private void BackwardPair(ref ulong a, int groups)
    {
        unchecked
        {
            var (p, four) = (TLanes.Broadcast(_p), TLanes.Broadcast(4 * _p));
            var quarter = (nuint)(_degree / groups / 4);
            for (var group = 0; group < groups; group++)
            {
                var (outer, outerQuotient) = (TLanes.Broadcast(_backward[groups + group]), TLanes.Broadcast(_backwardQuotients[groups + group]));
                var inner = 2 * (groups + group);
                var (left, leftQuotient) = (TLanes.Broadcast(_backward[inner]), TLanes.Broadcast(_backwardQuotients[inner]));
                var (right, rightQuotient) = (TLanes.Broadcast(_backward[inner + 1]), TLanes.Broadcast(_backwardQuotients[inner + 1]));
                var start = (nuint)group * 4 * quarter;
                for (var i = start; i < start + quarter; i += (nuint)TLanes.Count)
                {
                    var (x0, x1) = (TLanes.Load(in a, i), TLanes.Load(in a, i + quarter));
                    var (x2, x3) = (TLanes.Load(in a, i + (2 * quarter)), TLanes.Load(in a, i + (3 * quarter)));
                    var (y0, y1) = (TLanes.SubtractOnce(TLanes.Add(x0, x1), four), TLanes.Product(TLanes.Subtract(TLanes.Add(x0, four), x1), left, leftQuotient, p));
                    var (y2, y3) = (TLanes.SubtractOnce(TLanes.Add(x2, x3), four), TLanes.Product(TLanes.Subtract(TLanes.Add(x2, four), x3), right, rightQuotient, p));
                    TLanes.Store(TLanes.SubtractOnce(TLanes.Add(y0, y2), four), ref a, i);
                    TLanes.Store(TLanes.SubtractOnce(TLanes.Add(y1, y3), four), ref a, i + quarter);
                    TLanes.Store(TLanes.Product(TLanes.Subtract(TLanes.Add(y0, four), y2), outer, outerQuotient, p), ref a, i + (2 * quarter));
                    TLanes.Store(TLanes.Product(TLanes.Subtract(TLanes.Add(y1, four), y3), outer, outerQuotient, p), ref a, i + (3 * quarter));
                }
            }
        }
    }

    [MethodImpl(Hot)]
    private void BackwardStage(ref ulong a)
    {
        unchecked
        {
            var (p, four) = (TLanes.Broadcast(_p), TLanes.Broadcast(4 * _p));
            var (factor, quotient) = (TLanes.Broadcast(_backward[1]), TLanes.Broadcast(_backwardQuotients[1]));
            var half = (nuint)_degree / 2;
            for (nuint i = 0; i < half; i += (nuint)TLanes.Count)
            {
                var (x, y) = (TLanes.Load(in a, i), TLanes.Load(in a, i + half));
                TLanes.Store(TLanes.SubtractOnce(TLanes.Add(x, y), four), ref a, i);
                TLanes.Store(TLanes.Product(TLanes.Subtract(TLanes.Add(x, four), y), factor, quotient, p), ref a, i + half);
            }
        }
    }

    [MethodImpl(Hot)]
    private void Scale(ref ulong a, ulong scale)
    {
        unchecked
        {
            var (p, twice) = (TLanes.Broadcast(_p), TLanes.Broadcast(2 * _p));
            var (factor, quotient) = (TLanes.Broadcast(scale), TLanes.Broadcast(IntegerTransform.Quotient(scale, _p)));
            for (nuint i = 0; i < (nuint)_degree; i += (nuint)TLanes.Count)
            {
                var product = TLanes.Product(TLanes.Load(in a, i), factor, quotient, p);
                TLanes.Store(TLanes.SubtractOnce(TLanes.SubtractOnce(product, twice), p), ref a, i);
            }
        }
    }
}
