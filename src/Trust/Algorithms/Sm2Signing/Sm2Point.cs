using System.Runtime.CompilerServices;
using F = Sandbox.Trust.Residue<Sandbox.Trust.Sm2Prime>;

namespace Sandbox.Trust;

/// <summary>A point of the SM2 curve in projective coordinates (X:Y:Z), Montgomery's form; (0:1:0) is the point at infinity.</summary>
internal readonly record struct Sm2Point(Words X, Words Y, Words Z)
{
    /// <summary>The curve's coefficient b.</summary>
    private static readonly Words B = F.Enter(new Words(0xddbcbd414d940e93, 0xf39789f515ab8f92, 0x4d5a9e4bcf6509a7, 0x28e9fa9e9d9f5e34));

    public static Sm2Point Infinity { get; } = new(default, F.One, default);

    /// <summary>Whether X‖Y, 64 bytes, are coordinates below p of a point of the curve: y² = x³ − 3x + b. Infinity has none.</summary>
    public static bool IsOnCurve(ReadOnlySpan<byte> point)
    {
        if (point.Length != 64 || (F.IsBelow(Words.Read(point)) & F.IsBelow(Words.Read(point[32..]))) == 0)
        {
            return false;
        }

        var (x, y) = (F.Enter(Words.Read(point)), F.Enter(Words.Read(point[32..])));
        var three = F.Add(F.Add(x, x), x);
        return F.Multiply(y, y) == F.Add(F.Subtract(F.Multiply(F.Multiply(x, x), x), three), B);
    }

    /// <summary>Adds a point given by x and y that is not at infinity; right for every other pair of points, equal and opposite ones included.</summary>
    /// <remarks>J. Renes, C. Costello, L. Batina, Complete addition formulas for prime order elliptic curves, 2015, algorithm 5 (a = −3).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Sm2Point Add(in Sm2Point p, in Words x, in Words y)
    {
        var b = B;
        var t0 = F.Multiply(p.X, x);
        var t1 = F.Multiply(p.Y, y);
        var t3 = F.Subtract(F.Multiply(F.Add(x, y), F.Add(p.X, p.Y)), F.Add(t0, t1));
        var t4 = F.Add(F.Multiply(y, p.Z), p.Y);
        var y3 = F.Add(F.Multiply(x, p.Z), p.X);
        var x3 = F.Subtract(y3, F.Multiply(b, p.Z));
        x3 = F.Add(x3, F.Add(x3, x3));
        var z3 = F.Subtract(t1, x3);
        x3 = F.Add(t1, x3);
        var t2 = F.Add(F.Add(p.Z, p.Z), p.Z);
        y3 = F.Subtract(F.Subtract(F.Multiply(b, y3), t2), t0);
        y3 = F.Add(F.Add(y3, y3), y3);
        t0 = F.Subtract(F.Add(F.Add(t0, t0), t0), t2);
        t1 = F.Multiply(t4, y3);
        t2 = F.Multiply(t0, y3);
        y3 = F.Add(F.Multiply(x3, z3), t2);
        x3 = F.Subtract(F.Multiply(t3, x3), t1);
        z3 = F.Add(F.Multiply(t4, z3), F.Multiply(t3, t0));
        return new Sm2Point(x3, y3, z3);
    }
}
