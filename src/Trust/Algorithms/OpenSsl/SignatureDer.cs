using System.Formats.Asn1;

namespace Sandbox.Trust;

/// <summary>A signature r‖s of 64 bytes as SEQUENCE { INTEGER r, INTEGER s } (GM/T 0009, 7.3) and back.</summary>
internal static class SignatureDer
{
    public static byte[] Write(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trimmed(signature[..32]));
            writer.WriteIntegerUnsigned(Trimmed(signature[32..]));
        }

        return writer.Encode();
    }

    /// <summary>Null for anything but the one DER form of two numbers below 2^256.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> der)
    {
        try
        {
            var outer = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var signature = new byte[Suite.SignatureLength];
            var fits = Put(sequence.ReadIntegerBytes().Span, signature.AsSpan(0, 32)) && Put(sequence.ReadIntegerBytes().Span, signature.AsSpan(32));
            sequence.ThrowIfNotEmpty();
            return fits ? signature : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Put(ReadOnlySpan<byte> number, Span<byte> target)
    {
        if ((number[0] & 0x80) != 0)
        {
            return false;
        }

        number = number.TrimStart((byte)0);
        if (number.Length > target.Length)
        {
            return false;
        }

        number.CopyTo(target[(target.Length - number.Length)..]);
        return true;
    }

    // DER forbids leading zeros; zero itself keeps one.
    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number)
    {
        var trimmed = number.TrimStart((byte)0);
        return trimmed.IsEmpty ? number[^1..] : trimmed;
    }
}
