using System.Buffers.Text;

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
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == length && text.SequenceEqual(Base64Url.EncodeToString(bytes)) ? bytes : null;
    }
}
