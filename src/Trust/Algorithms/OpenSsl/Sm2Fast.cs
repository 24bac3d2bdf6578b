using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Trust;

/// <summary>An SM2 public key in the system's libcrypto, which verifies a signature of a prepared digest e (GB/T 32918.2). Safe for use by many threads.</summary>
/// <remarks>Used only where the library is there and <see cref="IsTrusted"/>; otherwise the managed arithmetic does the same work more slowly.</remarks>
internal sealed class Sm2Fast : IDisposable
{
    // SubjectPublicKeyInfo of id-ecPublicKey on sm2p256v1 up to the coordinates.
    private static readonly byte[] PublicPrefix = Convert.FromHexString("3059301306072a8648ce3d020106082a811ccf5501822d03420004");
    private static readonly Lazy<bool> Tested = new(SelfTestPasses);

    private readonly LibCryptoKey _key;

    private Sm2Fast(LibCryptoKey key) => _key = key;

    /// <summary>Whether libcrypto is there and gave every known answer; found out once.</summary>
    public static bool IsTrusted => Tested.Value;

    /// <param name="point">64 bytes X‖Y on the curve.</param>
    public static Sm2Fast FromPublic(ReadOnlySpan<byte> point) => Read([.. PublicPrefix, .. point]);

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

    private static unsafe Sm2Fast Read(byte[] der)
    {
        LibCryptoKey key;
        fixed (byte* start = der)
        {
            var at = start;
            key = LibCrypto.ReadPublic(0, &at, der.Length);
        }

        if (!key.IsInvalid && LibCrypto.IsA(key, "SM2") == 1)
        {
            return new Sm2Fast(key);
        }

        LibCrypto.ClearErrors();
        key.Dispose();
        throw new CryptographicException();
    }

    /// <summary>The standard's signature and our own hold here, changed ones do not.</summary>
    private static bool SelfTestPasses()
    {
        try
        {
            var known = KnownAnswer.Sm;
            var (point, signature) = (Convert.FromHexString(known.Point), Convert.FromHexString(known.Signature));
            var digest = new Sm2Digest(point).Of(Encoding.ASCII.GetBytes(known.Message));
            using var key = FromPublic(point);
            using var prepared = Sm2FixedBase.Prepare(Convert.FromHexString(known.Scalar));
            var own = Sm2FixedBase.Sign(prepared, digest);
            var holds = key.Verify(digest, signature) && key.Verify(digest, own);
            signature[40] ^= 1;
            digest[0] ^= 1;
            return holds && !key.Verify(digest, own) && !key.Verify(digest, signature);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or CryptographicException)
        {
            return false;
        }
    }
}
