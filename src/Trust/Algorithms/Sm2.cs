using System.Text;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace Sandbox.Trust;

/// <summary>The SM2 signature (GB/T 32918.2) on a given curve with a given one-time number; the library gives the curve arithmetic.</summary>
internal sealed class Sm2(ECDomainParameters curve)
{
    public delegate void HashFunction(ReadOnlySpan<byte> data, Span<byte> destination);

    /// <summary>The one curve that keys of the product lie on; parameters out of files are never used.</summary>
    public static Sm2 Recommended { get; } = new(Pinned());

    public ECDomainParameters Curve { get; } = curve;

    /// <summary>e = H(Z‖M) with Z = H(len(ID)‖ID‖a‖b‖G‖P).</summary>
    public BigInteger Digest(HashFunction hash, string identity, ECPoint publicPoint, ReadOnlySpan<byte> message)
    {
        var id = Encoding.UTF8.GetBytes(identity);
        using var preamble = new MemoryStream();
        preamble.WriteByte((byte)(id.Length * 8 >> 8));
        preamble.WriteByte((byte)(id.Length * 8 & 0xff));
        preamble.Write(id);
        preamble.Write(Curve.Curve.A.GetEncoded());
        preamble.Write(Curve.Curve.B.GetEncoded());
        preamble.Write(Coordinates(Curve.G));
        preamble.Write(Coordinates(publicPoint));
        var input = new byte[Suite.HashLength + message.Length];
        hash(preamble.ToArray(), input.AsSpan(0, Suite.HashLength));
        message.CopyTo(input.AsSpan(Suite.HashLength));
        var digest = new byte[Suite.HashLength];
        hash(input, digest);
        return new BigInteger(1, digest);
    }

    /// <summary>Null where this one-time number gives a degenerate signature and another must be drawn.</summary>
    public (BigInteger R, BigInteger S)? Sign(BigInteger e, BigInteger d, BigInteger k)
    {
        var n = Curve.N;
        var x = new FixedPointCombMultiplier().Multiply(Curve.G, k).Normalize().AffineXCoord.ToBigInteger();
        var r = e.Add(x).Mod(n);
        if (r.SignValue == 0 || r.Add(k).Equals(n))
        {
            return null;
        }

        var s = d.Add(BigInteger.One).ModInverse(n).Multiply(k.Subtract(r.Multiply(d)).Mod(n)).Mod(n);
        return s.SignValue == 0 ? null : (r, s);
    }

    public bool Verify(BigInteger e, ECPoint publicPoint, BigInteger r, BigInteger s)
    {
        var n = Curve.N;
        if (r.SignValue <= 0 || s.SignValue <= 0 || r.CompareTo(n) >= 0 || s.CompareTo(n) >= 0)
        {
            return false;
        }

        var t = r.Add(s).Mod(n);
        if (t.SignValue == 0)
        {
            return false;
        }

        var point = ECAlgorithms.SumOfTwoMultiplies(Curve.G, s, publicPoint, t).Normalize();
        return !point.IsInfinity && e.Add(point.AffineXCoord.ToBigInteger()).Mod(n).Equals(r);
    }

    /// <summary>X‖Y, 64 bytes.</summary>
    public static byte[] Coordinates(ECPoint point)
    {
        var normal = point.Normalize();
        return [.. normal.AffineXCoord.GetEncoded(), .. normal.AffineYCoord.GetEncoded()];
    }

    private static ECDomainParameters Pinned()
    {
        var x9 = GMNamedCurves.GetByName("sm2p256v1");
        return new ECDomainParameters(x9.Curve, x9.G, x9.N, x9.H);
    }
}
