using System.Text;
using Org.BouncyCastle.Math;

namespace Sandbox.Trust;

/// <summary>A key pair to which others wrap keys with SM2 (C1‖C3‖C2, GB/T 32918.4). It signs nothing: a pair has one use.</summary>
/// <remarks>What is wrapped is <c>sandbox-sm2-wrap-v1 NUL label NUL key</c>, so that a key wrapped for one purpose does not open for another.</remarks>
public sealed class Sm2WrappingKey : IDisposable
{
    private readonly Secret _scalar;
    private readonly byte[] _point;

    private Sm2WrappingKey(Secret scalar)
    {
        _scalar = scalar;
        using var signer = new Sm2Signer(scalar.Bytes);
        _point = signer.PublicPoint;
    }

    /// <summary>The public half, 64 bytes X‖Y.</summary>
    public ReadOnlySpan<byte> PublicPoint => _point;

    public static Sm2WrappingKey Generate() => new(Suite.Sm.GenerateScalar());

    /// <param name="scalar">32 bytes, 1 … n-2.</param>
    /// <exception cref="TrustException">TRUST-KEY-7: out of range.</exception>
    internal static Sm2WrappingKey FromScalar(ReadOnlySpan<byte> scalar) => new(Secret.CopyOf(scalar));

    /// <summary>Wraps a key to the holder of a public point.</summary>
    /// <param name="publicPoint">64 bytes X‖Y.</param>
    /// <param name="label">1 to 100 printable ASCII characters: what the key is for.</param>
    /// <param name="key">1 to 512 bytes.</param>
    /// <exception cref="TrustException">TRUST-SIGN-1: the point is not on the curve.</exception>
    public static byte[] Wrap(ReadOnlySpan<byte> publicPoint, string label, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, 512);
        var head = Head(label);
        using var framed = Secret.Join(head, key);
        var to = publicPoint.Length == 64 ? Sm2Encryption.Point([4, .. publicPoint]) : null;
        return Sm2Encryption.Encrypt(to ?? throw new TrustException(TrustRules.PublicKeyForm), framed.Bytes);
    }

    /// <summary>The wrapped key, or null where the bytes were changed, are for another key or for another purpose.</summary>
    public Secret? Unwrap(string label, ReadOnlySpan<byte> wrapped)
    {
        var head = Head(label);
        using var framed = Sm2Encryption.Decrypt(new BigInteger(1, _scalar.Bytes.ToArray()), wrapped);
        return framed is not null && framed.Length > head.Length && framed.Bytes.StartsWith(head) ? Secret.CopyOf(framed.Bytes[head.Length..]) : null;
    }

    public void Dispose() => _scalar.Dispose();

    public override string ToString() => "SM2 wrapping key";

    private static byte[] Head(string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        if (label.Length > SignedBytes.MaxLabel || label.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException("A label is printable ASCII without blanks.", nameof(label));
        }

        return Encoding.ASCII.GetBytes($"sandbox-sm2-wrap-v1\0{label}\0");
    }
}
