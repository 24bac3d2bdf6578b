using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Eight whole numbers: AVX-512 F and DQ.</summary>
internal readonly struct WholeLanes512 : IWholeLanes<Vector512<ulong>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Load(ref readonly ulong source, nuint index) => Vector512.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<ulong> value, ref ulong target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Broadcast(ulong value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Add(Vector512<ulong> a, Vector512<ulong> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Subtract(Vector512<ulong> a, Vector512<ulong> b) => a - b;

    /// <remarks>Where x is less, the difference wraps and is the larger number.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> SubtractOnce(Vector512<ulong> x, Vector512<ulong> bound) => Avx512F.Min(x, x - bound);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Product(Vector512<ulong> x, Vector512<ulong> factor, Vector512<ulong> quotient, Vector512<ulong> p)
    {
        var (highX, highQuotient) = (x >>> 32, quotient >>> 32);
        var cross = (Avx512F.Multiply(x.AsUInt32(), highQuotient.AsUInt32()) >>> 32) + (Avx512F.Multiply(highX.AsUInt32(), quotient.AsUInt32()) >>> 32);
        var multiple = Avx512F.Multiply(highX.AsUInt32(), highQuotient.AsUInt32()) + cross;
        return Avx512DQ.MultiplyLow(x, factor) - Avx512DQ.MultiplyLow(multiple, p);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref ulong block) => Lanes512.Transpose(ref Unsafe.As<ulong, double>(ref block));
}
