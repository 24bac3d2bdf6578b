using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sandbox.Host.Identity;

/// <summary>Time-based one-time passwords, six digits every 30 seconds (RFC 6238 with HMAC-SHA-1, which is what authenticator programs speak).</summary>
internal static class OneTimeCode
{
    public const int SecretLength = 20;
    private const int Seconds = 30, Digits = 6, Modulus = 1_000_000;

    /// <summary>Number of the 30 seconds that a moment lies in.</summary>
    public static long Counter(DateTimeOffset at) => at.ToUnixTimeSeconds() / Seconds;

    public static string At(ReadOnlySpan<byte> secret, long counter)
    {
        Span<byte> moving = stackalloc byte[8], mac = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(moving, counter);
#pragma warning disable CA5350 // RFC 6238's default; the code's strength does not rest on collisions.
        HMACSHA1.HashData(secret, moving, mac);
#pragma warning restore CA5350
        var number = (BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & int.MaxValue) % Modulus;
        return number.ToString("D" + Digits, CultureInfo.InvariantCulture);
    }

    /// <summary>The counter of a code that is good now, one step of a wandering clock either way; null for one that is not, or not newer than the last that was used.</summary>
    public static long? Good(ReadOnlySpan<byte> secret, string? code, DateTimeOffset now, long last)
    {
        if (code is not { Length: Digits })
        {
            return null;
        }

        long? found = null;
        for (var step = -1; step <= 1; step++)
        {
            var counter = Counter(now) + step;
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(At(secret, counter)), Encoding.UTF8.GetBytes(code)) && counter > last)
            {
                found ??= counter;
            }
        }

        return found;
    }

    /// <summary>The address that an authenticator program reads, often from a picture of it.</summary>
    public static string Address(ReadOnlySpan<byte> secret, string domain, string person) =>
        $"otpauth://totp/{Uri.EscapeDataString(domain)}:{Uri.EscapeDataString(person)}?secret={Base32(secret)}&issuer={Uri.EscapeDataString(domain)}";

    /// <summary>RFC 4648 without padding; the secret's 20 bytes need none.</summary>
    private static string Base32(ReadOnlySpan<byte> bytes)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var text = new StringBuilder();
        var (held, bits) = (0, 0);
        foreach (var one in bytes)
        {
            held = ((held & 0x1F) << 8) | one;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(alphabet[(held >> (bits - 5)) & 31]);
            }
        }

        return text.ToString();
    }
}
