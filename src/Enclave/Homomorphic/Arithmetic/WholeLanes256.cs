using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Four whole numbers: AVX2, which multiplies 32 bits by 32 only.</summary>
internal readonly struct WholeLanes256 : IWholeLanes<Vector256<ulong>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Load(ref readonly ulong source, nuint index) => Vector256.LoadUnsafe(in source, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<ulong> value, ref ulong target, nuint index) => value.StoreUnsafe(ref target, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Broadcast(ulong value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Add(Vector256<ulong> a, Vector256<ulong> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Subtract(Vector256<ulong> a, Vector256<ulong> b) => a - b;

    /// <remarks>The difference's sign picks, half by half, as doubles do it: there is no smaller of two numbers of 64 bits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> SubtractOnce(Vector256<ulong> x, Vector256<ulong> bound)
    {
        var difference = x - bound;
        return Avx.BlendVariable(difference.AsDouble(), x.AsDouble(), difference.AsDouble()).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Product(Vector256<ulong> x, Vector256<ulong> factor, Vector256<ulong> quotient, Vector256<ulong> p)
    {
        var (highX, highQuotient) = (High(x), High(quotient));
        var cross = (Low(x, highQuotient) >>> 32) + (Low(highX, quotient) >>> 32);
        var multiple = Low(highX, highQuotient) + cross;

        // Of both products only the low half is wanted, so their upper parts are added before they are moved up.
        var upper = Low(highX, factor) + Low(x, High(factor)) - Low(High(multiple), p) - Low(multiple, High(p));
        return Low(x, factor) - Low(multiple, p) + (upper << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref ulong block) => Lanes256.Transpose(ref Unsafe.As<ulong, double>(ref block));

    /// <summary>The product of the low halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Low(Vector256<ulong> a, Vector256<ulong> b) => Avx2.Multiply(a.AsUInt32(), b.AsUInt32());

    /// <summary>The high halves, moved down; what stays above is not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> High(Vector256<ulong> a) => Avx2.Shuffle(a.AsUInt32(), 0b11_11_01_01).AsUInt64();
}
