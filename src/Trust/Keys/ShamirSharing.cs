namespace Sandbox.Trust;

/// <summary>
/// Secret sharing (A. Shamir, How to share a secret, CACM 22(11), 1979) byte by byte over GF(2^8) with the polynomial of AES (x^8+x^4+x^3+x+1). Fewer shares than the
/// threshold say nothing about the secret. No table and no branch depends on a secret byte.
/// </summary>
internal static class ShamirSharing
{
    /// <summary>Most shares: the non-zero points of the field.</summary>
    public const int MostShares = 255;

    /// <summary>Splits a secret into <paramref name="shares"/> parts, of which any <paramref name="threshold"/> give it back.</summary>
    /// <returns>Part <c>i</c> belongs to the point <c>i+1</c>.</returns>
    public static Secret[] Split(Secret secret, int threshold, int shares)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(shares, threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shares, MostShares);
        using var coefficients = Secret.Random(secret.Length * (threshold - 1));
        return [.. Enumerable.Range(1, shares).Select(point => Secret.Fill(secret.Length, target =>
        {
            for (var at = 0; at < target.Length; at++)
            {
                // Horner, from the highest coefficient down to the secret byte.
                var value = 0;
                for (var power = threshold - 2; power >= 0; power--)
                {
                    value = Multiply(value, point) ^ coefficients.Bytes[(power * target.Length) + at];
                }

                target[at] = (byte)(Multiply(value, point) ^ secret.Bytes[at]);
            }
        }))];
    }

    /// <summary>Lagrange interpolation at zero. Wrong parts give a wrong secret; the caller's authentication tells.</summary>
    /// <param name="parts">Parts of equal length at different points 1…255.</param>
    public static Secret Join(IReadOnlyList<(int Point, Secret Part)> parts) => Secret.Fill(parts[0].Part.Length, target =>
    {
        foreach (var (point, part) in parts)
        {
            var weight = 1;
            foreach (var (other, _) in parts)
            {
                if (other != point)
                {
                    weight = Multiply(weight, Multiply(other, Inverse(other ^ point)));
                }
            }

            for (var at = 0; at < target.Length; at++)
            {
                target[at] ^= (byte)Multiply(part.Bytes[at], weight);
            }
        }
    });

    internal static int Multiply(int a, int b)
    {
        var product = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= -((b >> bit) & 1) & a;
            a = ((a << 1) ^ (-((a >> 7) & 1) & 0x11B)) & 0xFF;
        }

        return product;
    }

    /// <summary>a^254, which is the inverse of every a but zero.</summary>
    private static int Inverse(int a)
    {
        var (result, power) = (1, a);
        for (var bit = 1; bit < 8; bit++)
        {
            power = Multiply(power, power);
            result = Multiply(result, power);
        }

        return result;
    }
}
