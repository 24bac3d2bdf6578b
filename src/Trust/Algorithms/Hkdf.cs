using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>HKDF extract and expand (RFC 5869) over a suite's HMAC.</summary>
internal static class Hkdf
{
    public static Secret Derive(Suite suite, ReadOnlySpan<byte> input, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 255 * Suite.HashLength);
        Span<byte> extracted = stackalloc byte[Suite.HashLength];
        Span<byte> noSalt = stackalloc byte[Suite.HashLength];
        noSalt.Clear();
        using (var extract = suite.CreateKeyedHash(salt.IsEmpty ? noSalt : salt))
        {
            extract.Compute(input, extracted);
        }

        using var expand = suite.CreateKeyedHash(extracted);
        CryptographicOperations.ZeroMemory(extracted);
        var block = new byte[Suite.HashLength + info.Length + 1];
        info.CopyTo(block.AsSpan(Suite.HashLength));
        var output = Secret.Fill(length, target =>
        {
            byte counter = 1;
            Span<byte> next = stackalloc byte[Suite.HashLength];
            while (!target.IsEmpty)
            {
                // The first block has no predecessor, so its input starts at the info.
                block[^1] = counter;
                expand.Compute(counter == 1 ? block.AsSpan(Suite.HashLength) : block, next);
                next.CopyTo(block);
                var taken = Math.Min(next.Length, target.Length);
                next[..taken].CopyTo(target);
                target = target[taken..];
                counter = unchecked((byte)(counter + 1));
            }

            CryptographicOperations.ZeroMemory(next);
        });
        CryptographicOperations.ZeroMemory(block);
        return output;
    }
}
