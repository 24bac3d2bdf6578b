using System.Buffers.Binary;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>
/// Unpacks compressed buffers of one batch (Message.fbs, BodyCompression): each states its plain length in 8 bytes, -1 meaning that it is not compressed.
/// Memory is taken only up to the limit of a batch, and a buffer that does not give exactly its stated length is refused.
/// </summary>
internal sealed class BodyDecoding
{
    private const byte Lz4 = 0;
    private const byte Zstandard = 1;

    private readonly byte _codec;
    private long _left;

    internal BodyDecoding(FlatTable compression, ArrowLimits limits)
    {
        _codec = compression.Byte(0);
        _left = limits.BodyBytes;
        if (_codec is not (Lz4 or Zstandard) || compression.Byte(1) != 0)
        {
            throw ArrowFormatException.NotSupported("Batches are compressed in a way that is not taken.");
        }
    }

    /// <exception cref="ArrowFormatException">It is damaged or larger than is taken.</exception>
    internal ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored)
    {
        if (stored.IsEmpty)
        {
            return stored;
        }

        if (stored.Length < 8)
        {
            throw Damaged();
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(stored.Span);
        var packed = stored[8..];
        if (length == -1)
        {
            return packed;
        }

        if (length < 0)
        {
            throw Damaged();
        }

        if ((_left -= length) < 0)
        {
            throw ArrowFormatException.TooLarge("There are more bytes than are taken.");
        }

        var plain = new byte[(int)length];
        if (length > 0)
        {
            Unpack(packed.Span, plain);
        }

        return plain;
    }

    private void Unpack(ReadOnlySpan<byte> packed, byte[] plain)
    {
        if (_codec == Lz4)
        {
            Lz4Frame.Decode(packed, plain);
            return;
        }

        try
        {
            using var decompressor = new ZstdSharp.Decompressor();
            if (decompressor.Unwrap(packed, plain.AsSpan()) != plain.Length)
            {
                throw Damaged();
            }
        }
        catch (ZstdSharp.ZstdException)
        {
            throw Damaged();
        }
    }

    private static ArrowFormatException Damaged() => ArrowFormatException.Malformed("A compressed buffer is damaged.");
}
