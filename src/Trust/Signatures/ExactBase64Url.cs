using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sandbox.Trust;

/// <summary>Base64url (RFC 4648, 5) without padding, in its one spelling.</summary>
internal static class ExactBase64Url
{
    /// <summary>Null unless the text is exactly what encoding <paramref name="length"/> bytes gives.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text, int length)
    {
        if (text.Length != Base64Url.GetEncodedLength(length) || !Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = new byte[length];
        // It may be a secret key: its second spelling is zeroed, and no string is made of it.
        var again = new char[text.Length];
        try
        {
            return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == length && Base64Url.TryEncodeToChars(bytes, again, out var spelled) && text.SequenceEqual(again.AsSpan(0, spelled)) ? bytes : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(again.AsSpan()));
        }
    }
}
