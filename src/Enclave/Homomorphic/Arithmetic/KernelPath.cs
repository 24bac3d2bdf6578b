using System.Runtime.Intrinsics.X86;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Which instructions the rings use. All give the same numbers; tests force each.</summary>
internal enum KernelPath
{
    /// <summary>Whole numbers of 64 bits only; runs anywhere.</summary>
    Scalar = 0,

    /// <summary>AVX2 and fused multiply-add, four numbers at a time.</summary>
    Avx2,

    /// <summary>AVX-512 F and DQ, eight numbers at a time.</summary>
    Avx512,
}

/// <summary>What this machine has.</summary>
internal static class KernelPaths
{
    /// <summary>The fastest path of this machine.</summary>
    public static KernelPath Best { get; } = Supported(KernelPath.Avx512) ? KernelPath.Avx512 : Supported(KernelPath.Avx2) ? KernelPath.Avx2 : KernelPath.Scalar;

    /// <summary>Whether this machine can run a path.</summary>
    public static bool Supported(KernelPath path) => path switch
    {
        KernelPath.Scalar => true,
        KernelPath.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        KernelPath.Avx512 => Avx512F.IsSupported && Avx512DQ.IsSupported,
        _ => false,
    };
}
