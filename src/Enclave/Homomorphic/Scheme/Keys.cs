using System.Runtime.InteropServices;
using Sandbox.Enclave.Homomorphic.Wire;

namespace Sandbox.Enclave.Homomorphic.Scheme;

/// <summary>A public key (p0, p1) = (−(a·s + e), a), transformed, ready for encryption. Never changes; several threads may use it.</summary>
internal sealed class PublicKeyMaterial
{
    private readonly double[][] _rows;

    private PublicKeyMaterial(BfvContext context, double[][] rows) => (Context, _rows) = (context, rows);

    /// <summary>The parameters.</summary>
    public BfvContext Context { get; }

    /// <summary>A part of the key under a prime.</summary>
    public ReadOnlySpan<double> this[int part, int prime] => _rows[(part * Context.Rings.Length) + prime];

    /// <summary>Reads SEAL's wire format, full or seeded; null when the bytes are no key of these parameters or an empty one.</summary>
    public static PublicKeyMaterial? FromUntrusted(BfvContext context, ReadOnlySpan<byte> bytes)
    {
        if (PublicKeyFormat.Expand(context.Parameters, bytes) is not { } full)
        {
            return null;
        }

        var words = MemoryMarshal.Cast<byte, ulong>(full.AsSpan(WireHeader.CiphertextBytes));
        var (degree, primes) = (context.Parameters.Slots, context.Rings.Length);
        var rows = new double[2 * primes][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = new double[degree];
            context.Rings[i % primes].Read(words.Slice(i * degree, degree), rows[i]);
            context.Rings[i % primes].Layout.Transpose(rows[i].AsSpan());
        }

        return new PublicKeyMaterial(context, rows);
    }
}

/// <summary>A secret key, transformed. Zeroed when disposed.</summary>
internal sealed class SecretKeyMaterial : IDisposable
{
    private readonly SecretScratch<double> _rows;

    private SecretKeyMaterial(BfvContext context, SecretScratch<double> rows) => (Context, _rows) = (context, rows);

    /// <summary>The parameters.</summary>
    public BfvContext Context { get; }

    /// <summary>The key under a prime.</summary>
    public ReadOnlySpan<double> this[int prime] => _rows[prime];

    /// <summary>
    /// Reads SEAL's wire format. Null when the bytes are no key of these parameters: also when it is not the same polynomial of −1, 0
    /// and 1 under every prime, which a damaged key will not be, or zero.
    /// </summary>
    public static SecretKeyMaterial? FromUntrusted(BfvContext context, ReadOnlySpan<byte> bytes)
    {
        var parameters = context.Parameters;
        if (bytes.Length != parameters.SecretKeyBytes || !bytes.StartsWith(WireHeader.Of(parameters).SecretKey))
        {
            return null;
        }

        var degree = parameters.Slots;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes[WireHeader.SecretKeyBytes..]);
        var rows = new SecretScratch<double>(context.Rings.Length, degree);
        using var check = new SecretScratch<double>(2, degree);
        double wrong = 0, size = 0;
        for (var prime = 0; prime < context.Rings.Length; prime++)
        {
            var ring = context.Rings[prime];
            var row = words.Slice(prime * degree, degree);
            var plain = check[prime == 0 ? 0 : 1];
            if (!CiphertextFormat.AllBelow(row, ring.Prime))
            {
                rows.Dispose();
                return null;
            }

            ring.Read(row, rows[prime]);
            ring.Layout.Transpose(rows[prime]);
            rows[prime].CopyTo(plain);
            ring.Inverse(plain);
            for (var i = 0; i < degree; i++)
            {
                // x³ − x is zero for −1, 0 and 1 only; sums of magnitudes never come back to zero.
                size += Math.Abs(plain[i]);
                wrong += Math.Abs((plain[i] * plain[i] * plain[i]) - plain[i]) + Math.Abs(plain[i] - check[0][i]);
            }
        }

        if (wrong != 0 || size == 0)
        {
            rows.Dispose();
            return null;
        }

        return new SecretKeyMaterial(context, rows);
    }

    public void Dispose() => _rows.Dispose();

    /// <summary>Never shows a key.</summary>
    public override string ToString() => "homomorphic secret key";
}
