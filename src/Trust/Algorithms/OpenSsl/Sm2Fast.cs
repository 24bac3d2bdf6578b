using System.Security.Cryptography;
using System.Text;
using LibraryInteger = Org.BouncyCastle.Math.BigInteger;

namespace Sandbox.Trust;

/// <summary>An SM2 key in the system's libcrypto, which signs and verifies a prepared digest e (GB/T 32918.2). Safe for use by many threads.</summary>
/// <remarks>Used only where the library is there and <see cref="IsTrusted"/>; otherwise the managed arithmetic does the same work more slowly.</remarks>
internal sealed class Sm2Fast : IDisposable
{
    private const int LongestDer = 72;

    // PrivateKeyInfo of id-ecPublicKey on sm2p256v1 up to the scalar, and between the scalar and the point.
    private static readonly byte[] PrivatePrefix = Convert.FromHexString("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420");
    private static readonly byte[] PrivateMiddle = Convert.FromHexString("a14403420004");
    private static readonly byte[] PublicPrefix = Convert.FromHexString("3059301306072a8648ce3d020106082a811ccf5501822d03420004");
    private static readonly Lazy<bool> Tested = new(SelfTestPasses);

    private readonly LibCryptoKey _key;

    private Sm2Fast(LibCryptoKey key) => _key = key;

    /// <summary>Whether libcrypto is there and gave every known answer; found out once.</summary>
    public static bool IsTrusted => Tested.Value;

    /// <param name="scalar">32 bytes, checked by the caller.</param>
    /// <param name="point">64 bytes X‖Y of the scalar.</param>
    public static Sm2Fast FromPrivate(ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point)
    {
        var der = new byte[PrivatePrefix.Length + scalar.Length + PrivateMiddle.Length + point.Length];
        try
        {
            PrivatePrefix.CopyTo(der, 0);
            scalar.CopyTo(der.AsSpan(PrivatePrefix.Length));
            PrivateMiddle.CopyTo(der, PrivatePrefix.Length + scalar.Length);
            point.CopyTo(der.AsSpan(der.Length - point.Length));
            return Read(der, isPrivate: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <param name="point">64 bytes X‖Y on the curve.</param>
    public static Sm2Fast FromPublic(ReadOnlySpan<byte> point) => Read([.. PublicPrefix, .. point], isPrivate: false);

    /// <summary>64 bytes r‖s over e; the one-time number is drawn by libcrypto.</summary>
    /// <exception cref="CryptographicException">The library refused.</exception>
    public byte[] Sign(ReadOnlySpan<byte> digest)
    {
        using var context = LibCrypto.NewContext(_key, 0);
        Span<byte> der = stackalloc byte[LongestDer];
        nuint length = LongestDer;
        if (context.IsInvalid || LibCrypto.StartSigning(context) != 1 || LibCrypto.Sign(context, der, ref length, digest, (nuint)digest.Length) != 1
            || SignatureDer.Read(der[..(int)length]) is not { } signature)
        {
            LibCrypto.ClearErrors();
            throw new CryptographicException();
        }

        return signature;
    }

    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var der = SignatureDer.Write(signature);
        using var context = LibCrypto.NewContext(_key, 0);
        var right = !context.IsInvalid && LibCrypto.StartVerifying(context) == 1 && LibCrypto.Verify(context, der, (nuint)der.Length, digest, (nuint)digest.Length) == 1;
        if (!right)
        {
            LibCrypto.ClearErrors();
        }

        return right;
    }

    public void Dispose() => _key.Dispose();

    private static unsafe Sm2Fast Read(byte[] der, bool isPrivate)
    {
        LibCryptoKey key;
        fixed (byte* start = der)
        {
            var at = start;
            key = isPrivate ? LibCrypto.ReadPrivate(0, &at, der.Length) : LibCrypto.ReadPublic(0, &at, der.Length);
        }

        if (!key.IsInvalid && LibCrypto.IsA(key, "SM2") == 1)
        {
            return new Sm2Fast(key);
        }

        LibCrypto.ClearErrors();
        key.Dispose();
        throw new CryptographicException();
    }

    /// <summary>The standard's signature holds here, a changed one does not, and what is signed here holds in the managed arithmetic.</summary>
    private static bool SelfTestPasses()
    {
        try
        {
            var known = KnownAnswer.Sm;
            var (scalar, point, signature) = (Convert.FromHexString(known.Scalar), Convert.FromHexString(known.Point), Convert.FromHexString(known.Signature));
            var curve = Sm2.Recommended;
            var managed = curve.Curve.Curve.DecodePoint([4, .. point]);
            var digest = curve.DigestBytes(Sm3.Hash, Sm2.DefaultIdentity, managed, Encoding.ASCII.GetBytes(known.Message));
            using var one = FromPrivate(scalar, point);
            using var other = FromPublic(point);
            var own = one.Sign(digest);
            var holds = other.Verify(digest, signature) && other.Verify(digest, own)
                && curve.Verify(new LibraryInteger(1, digest), managed, new LibraryInteger(1, own, 0, 32), new LibraryInteger(1, own, 32, 32));
            signature[40] ^= 1;
            digest[0] ^= 1;
            return holds && !other.Verify(digest, own) && !other.Verify(digest, signature);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or CryptographicException)
        {
            return false;
        }
    }
}
