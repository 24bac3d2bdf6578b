using System.Formats.Asn1;

namespace Sandbox.Trust;

/// <summary>A signature r‖s of 64 bytes as SEQUENCE { INTEGER r, INTEGER s } (GM/T 0009, 7.3).</summary>
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

    // DER forbids leading zeros; zero itself keeps one.
    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> number)
    {
        var trimmed = number.TrimStart((byte)0);
        return trimmed.IsEmpty ? number[^1..] : trimmed;
    }
}
