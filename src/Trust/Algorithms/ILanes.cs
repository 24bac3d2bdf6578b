using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Trust;

/// <summary>32-bit arithmetic on several independent messages at once, one in each lane of a vector, so that a hash is written once for every width.</summary>
/// <typeparam name="T">The vector.</typeparam>
internal interface ILanes<T>
    where T : unmanaged
{
    /// <summary>Messages at once.</summary>
    static abstract int Count { get; }

    static abstract T All(uint value);

    static abstract T Add(T a, T b);

    static abstract T Xor(T a, T b);

    static abstract T And(T a, T b);

    static abstract T Or(T a, T b);

    static abstract T ShiftRight(T a, [ConstantExpected] int count);

    static abstract T RotateLeft(T a, [ConstantExpected] byte count);

    /// <summary>Every word turned left by a byte; one step where there is no rotation.</summary>
    static abstract T RotateByte(T a);
}

/// <summary>Eight messages in 256-bit vectors (AVX2).</summary>
internal readonly struct Lanes8 : ILanes<Vector256<uint>>
{
    public static bool IsFast => Vector256.IsHardwareAccelerated;

    public static int Count => 8;

    public static Vector256<uint> All(uint value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> a, Vector256<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> a, Vector256<uint> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> And(Vector256<uint> a, Vector256<uint> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Or(Vector256<uint> a, Vector256<uint> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftRight(Vector256<uint> a, [ConstantExpected] int count) => a >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateLeft(Vector256<uint> a, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(a, count) : (a << count) | (a >>> (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateByte(Vector256<uint> a) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateLeft(a, 8)
        : Avx2.IsSupported
            ? Avx2.Shuffle(a.AsByte(), Vector256.Create((byte)3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14)).AsUInt32()
            : (a << 8) | (a >>> 24);
}

/// <summary>Sixteen messages in 512-bit vectors (AVX-512); elsewhere correct but slow.</summary>
internal readonly struct Lanes16 : ILanes<Vector512<uint>>
{
    public static bool IsFast => Avx512F.IsSupported;

    public static int Count => 16;

    public static Vector512<uint> All(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> a, Vector512<uint> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> And(Vector512<uint> a, Vector512<uint> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Or(Vector512<uint> a, Vector512<uint> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftRight(Vector512<uint> a, [ConstantExpected] int count) => a >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateLeft(Vector512<uint> a, [ConstantExpected] byte count) =>
        Avx512F.IsSupported ? Avx512F.RotateLeft(a, count) : (a << count) | (a >>> (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateByte(Vector512<uint> a) => RotateLeft(a, 8);
}
