using System.Security.Cryptography;
using System.Text;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>Format-preserving tokens of a vector of texts: digits stay digits, and where there are capital letters, digits and letters stay among themselves.</summary>
internal static class FormatTokens
{
    private const int Digits = 10;
    private const int DigitsAndLetters = 36;
    private const int Longest = 64;

    public static void Write(Ff1 cipher, DuckDbVector input, DuckDbVector output)
    {
        Span<byte> text = stackalloc byte[Longest];
        for (var row = 0; row < input.Rows; row++)
        {
            if (!input.IsNull(row) && Of(cipher, input.Bytes(row), text) is var length and > 0)
            {
                output.SetText(row, text[..length]);
            }
            else
            {
                output.SetNull(row);
            }
        }

        CryptographicOperations.ZeroMemory(text);
    }

    /// <summary>Writes the token and gives its length; 0 when the text has no token: too long, other characters than digits, ASCII letters, blanks and hyphens, too few possible values, or left as it is by the permutation.</summary>
    public static int Of(Ff1 cipher, ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (text.Length is 0 or > Longest)
        {
            return 0;
        }

        Span<ushort> code = stackalloc ushort[Longest];
        var (length, radix) = (0, Digits);
        foreach (var character in text)
        {
            if (character is (byte)' ' or (byte)'-')
            {
                continue;
            }

            if (!char.IsAsciiLetterOrDigit((char)character))
            {
                return 0;
            }

            if (!char.IsAsciiDigit((char)character))
            {
                radix = DigitsAndLetters;
            }

            code[length++] = (ushort)(char.IsAsciiDigit((char)character) ? character - '0' : (character | 0x20) - 'a' + Digits);
        }

        code = code[..length];
        if (length < (radix == Digits ? 6 : 4))
        {
            return 0;
        }

        Span<ushort> before = stackalloc ushort[Longest];
        code.CopyTo(before);
        cipher.Encrypt(radix, [], code);
        if (code.SequenceEqual(before[..length]))
        {
            return 0;
        }

        for (int at = 0, next = 0; at < text.Length; at++)
        {
            target[at] = text[at] is (byte)' ' or (byte)'-' ? text[at] : (byte)(code[next] < Digits ? '0' + code[next] : 'A' + code[next] - Digits);
            next += text[at] is (byte)' ' or (byte)'-' ? 0 : 1;
        }

        return text.Length;
    }
}
