using System.Text;
using Sandbox.Trust;

namespace Sandbox.Vault.Masking;

/// <summary>A format-preserving token of one made-up value, under a key that the caller throws away.</summary>
public static class FormatTokenPreview
{
    /// <param name="suite">Whose cipher.</param>
    /// <param name="key">A fresh key of <see cref="Suite.KeyLength"/> bytes.</param>
    /// <param name="value">The made-up value.</param>
    /// <returns>Null where the value has no token.</returns>
    public static string? Of(Suite suite, ReadOnlySpan<byte> key, string value)
    {
        using var cipher = new Ff1(suite, key);
        Span<byte> token = stackalloc byte[64];
        return FormatTokens.Of(cipher, Encoding.UTF8.GetBytes(value), token) is var length and > 0 ? Encoding.UTF8.GetString(token[..length]) : null;
    }
}
