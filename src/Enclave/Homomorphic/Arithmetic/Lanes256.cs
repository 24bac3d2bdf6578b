using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Four doubles: AVX2 and FMA.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<double>>
{
    /// <summary>2^52: added to a whole number below it, the low bits of the sum's pattern are that number.</summary>
    private const double Shift = 4503599627370496;

    /// <summary>2^52 + 2^51, the same for numbers of both signs below 2^51 in magnitude.</summary>
    private const double SignedShift = 6755399441055744;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(ref readonly double source, nuint index) => Vector256.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> value, ref double target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> a, Vector256<double> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> MultiplySubtract(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Fma.MultiplySubtract(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> NegatedMultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Fma.MultiplyAddNegated(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Round(Vector256<double> value) => Avx.RoundToNearestInteger(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AddWhereNegative(Vector256<double> value, Vector256<double> q) =>
        value + (Vector256.LessThan(value, Vector256<double>.Zero) & q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LoadWhole(ref readonly ulong source, nuint index) =>
        (Vector256.LoadUnsafe(in source, index) | Vector256.Create(Shift).AsUInt64()).AsDouble() - Vector256.Create(Shift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole(Vector256<double> value, ref ulong target, nuint index) =>
        ((value + Vector256.Create(Shift)).AsUInt64() ^ Vector256.Create(Shift).AsUInt64()).StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Vector256<double> y, long factor, Vector256<double> quotient, ref long target, nuint index) =>
        (Vector256.LoadUnsafe(in target, index) + (Whole(y) * Vector256.Create(factor)) + Whole(quotient)).StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref double block)
    {
        var (r0, r1) = (Vector256.LoadUnsafe(in block, 0), Vector256.LoadUnsafe(in block, 4));
        var (r2, r3) = (Vector256.LoadUnsafe(in block, 8), Vector256.LoadUnsafe(in block, 12));
        var (a0, a1) = (Avx.UnpackLow(r0, r1), Avx.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx.UnpackLow(r2, r3), Avx.UnpackHigh(r2, r3));
        Avx.Permute2x128(a0, a2, 0x20).StoreUnsafe(ref block, 0);
        Avx.Permute2x128(a1, a3, 0x20).StoreUnsafe(ref block, 4);
        Avx.Permute2x128(a0, a2, 0x31).StoreUnsafe(ref block, 8);
        Avx.Permute2x128(a1, a3, 0x31).StoreUnsafe(ref block, 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Whole(Vector256<double> value) =>
        (value + Vector256.Create(SignedShift)).AsInt64() - Vector256.Create(SignedShift).AsInt64();
}
