using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Eight doubles: AVX-512 F and DQ.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<double>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(ref readonly double source, nuint index) => Vector512.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, ref double target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> a, Vector512<double> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Subtract(Vector512<double> a, Vector512<double> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> a, Vector512<double> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplySubtract(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Avx512F.FusedMultiplySubtract(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> NegatedMultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Avx512F.FusedMultiplyAddNegated(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Round(Vector512<double> value) => Avx512F.RoundScale(value, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AddWhereNegative(Vector512<double> value, Vector512<double> q) =>
        value + (Vector512.ShiftRightArithmetic(value.AsInt64(), 63).AsDouble() & q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LoadWhole(ref readonly ulong source, nuint index) => Avx512DQ.ConvertToVector512Double(Vector512.LoadUnsafe(in source, index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreWhole(Vector512<double> value, ref ulong target, nuint index) => Avx512DQ.ConvertToVector512UInt64(value).StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Vector512<double> y, long factor, Vector512<double> quotient, ref long target, nuint index)
    {
        var product = Avx512DQ.MultiplyLow(Avx512DQ.ConvertToVector512Int64(y), Vector512.Create(factor));
        (Vector512.LoadUnsafe(in target, index) + product + Avx512DQ.ConvertToVector512Int64(quotient)).StoreUnsafe(ref target, index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref double block)
    {
        var (r0, r1) = (Vector512.LoadUnsafe(in block, 0), Vector512.LoadUnsafe(in block, 8));
        var (r2, r3) = (Vector512.LoadUnsafe(in block, 16), Vector512.LoadUnsafe(in block, 24));
        var (r4, r5) = (Vector512.LoadUnsafe(in block, 32), Vector512.LoadUnsafe(in block, 40));
        var (r6, r7) = (Vector512.LoadUnsafe(in block, 48), Vector512.LoadUnsafe(in block, 56));

        // Pairs of rows first, then the quarters of 128 bits; 0x88 takes the even quarters of both, 0xDD the odd ones.
        var (a0, a1) = (Avx512F.UnpackLow(r0, r1), Avx512F.UnpackHigh(r0, r1));
        var (a2, a3) = (Avx512F.UnpackLow(r2, r3), Avx512F.UnpackHigh(r2, r3));
        var (a4, a5) = (Avx512F.UnpackLow(r4, r5), Avx512F.UnpackHigh(r4, r5));
        var (a6, a7) = (Avx512F.UnpackLow(r6, r7), Avx512F.UnpackHigh(r6, r7));
        var (b0, b1) = (Avx512F.Shuffle4x128(a0, a2, 0x88), Avx512F.Shuffle4x128(a0, a2, 0xDD));
        var (b2, b3) = (Avx512F.Shuffle4x128(a4, a6, 0x88), Avx512F.Shuffle4x128(a4, a6, 0xDD));
        var (b4, b5) = (Avx512F.Shuffle4x128(a1, a3, 0x88), Avx512F.Shuffle4x128(a1, a3, 0xDD));
        var (b6, b7) = (Avx512F.Shuffle4x128(a5, a7, 0x88), Avx512F.Shuffle4x128(a5, a7, 0xDD));
        Avx512F.Shuffle4x128(b0, b2, 0x88).StoreUnsafe(ref block, 0);
        Avx512F.Shuffle4x128(b4, b6, 0x88).StoreUnsafe(ref block, 8);
        Avx512F.Shuffle4x128(b1, b3, 0x88).StoreUnsafe(ref block, 16);
        Avx512F.Shuffle4x128(b5, b7, 0x88).StoreUnsafe(ref block, 24);
        Avx512F.Shuffle4x128(b0, b2, 0xDD).StoreUnsafe(ref block, 32);
        Avx512F.Shuffle4x128(b4, b6, 0xDD).StoreUnsafe(ref block, 40);
        Avx512F.Shuffle4x128(b1, b3, 0xDD).StoreUnsafe(ref block, 48);
        Avx512F.Shuffle4x128(b5, b7, 0xDD).StoreUnsafe(ref block, 56);
    }
}
