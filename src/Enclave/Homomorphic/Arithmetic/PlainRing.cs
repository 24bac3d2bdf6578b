using System.Runtime.Intrinsics;

namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>The transform modulo the plain modulus t of up to 60 bits, between slots and the plain polynomial's coefficients.</summary>
internal abstract class PlainRing(TransformLayout layout)
{
    /// <summary>The layout of slots.</summary>
    public TransformLayout Layout { get; } = layout;

    /// <summary>The ring for a path.</summary>
    public static PlainRing Create(int degree, ulong modulus, KernelPath path) => path switch
    {
        KernelPath.Avx512 => new WidePlainRing<WholeLanes512, Vector512<ulong>>(degree, modulus),
        KernelPath.Avx2 => new WidePlainRing<WholeLanes256, Vector256<ulong>>(degree, modulus),
        _ => new ScalarPlainRing(degree, modulus),
    };

    /// <summary>Coefficients below t to slots, in place.</summary>
    public abstract void Forward(Span<ulong> x);

    /// <summary>Slots to coefficients times a public <paramref name="scale"/>, in place.</summary>
    public abstract void Inverse(Span<ulong> x, ulong scale);
}

/// <summary>The transform on whole numbers, one at a time.</summary>
internal sealed class ScalarPlainRing(int degree, ulong modulus) : PlainRing(new TransformLayout(1))
{
    private readonly IntegerTransform _transform = new(degree, modulus);

    public override void Forward(Span<ulong> x) => _transform.Forward(x);

    public override void Inverse(Span<ulong> x, ulong scale) => _transform.Inverse(x, scale);
}
