using System.Buffers.Binary;
using System.Numerics;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>
/// Decodes one LZ4 frame into a buffer of known length (LZ4 Frame Format 1.6.2, Block Format). Every length and distance is checked; the content's checksum when there is one.
/// </summary>
internal static class Lz4Frame
{
    private const uint Magic = 0x184D2204;
    private const int LeastMatch = 4;

    /// <exception cref="ArrowFormatException">It is damaged, or does not give exactly <paramref name="plain"/>'s length.</exception>
    internal static void Decode(ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        if (frame.Length < 7 || BinaryPrimitives.ReadUInt32LittleEndian(frame) != Magic)
        {
            throw Damaged();
        }

        var flags = frame[4];
        var (blockSums, sized, summed, keyed) = ((flags & 0x10) != 0, (flags & 0x08) != 0, (flags & 0x04) != 0, (flags & 0x01) != 0);
        if (flags >> 6 != 1 || keyed)
        {
            throw Damaged();
        }

        var at = sized ? 15 : 7;
        var written = 0;
        while (true)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(Cut(frame, at, 4));
            at += 4;
            if (size == 0)
            {
                break;
            }

            var block = Cut(frame, at, (int)(size & 0x7FFFFFFF));
            at += block.Length + (blockSums ? 4 : 0);
            written = (size & 0x80000000) != 0 ? Copy(block, plain, written) : Block(block, plain, written);
        }

        if (written != plain.Length || (summed && BinaryPrimitives.ReadUInt32LittleEndian(Cut(frame, at, 4)) != Sum(plain)))
        {
            throw Damaged();
        }
    }

    private static int Block(ReadOnlySpan<byte> block, Span<byte> plain, int written)
    {
        var at = 0;
        while (at < block.Length)
        {
            var token = block[at++];
            var literals = Length(block, ref at, token >> 4);
            written = Copy(Cut(block, at, literals), plain, written);
            at += literals;
            if (at == block.Length)
            {
                return written; // The last sequence has no match.
            }

            var distance = BinaryPrimitives.ReadUInt16LittleEndian(Cut(block, at, 2));
            at += 2;
            var length = Length(block, ref at, token & 15) + LeastMatch;
            if (distance == 0 || distance > written || length > plain.Length - written)
            {
                throw Damaged();
            }

            if (distance >= length)
            {
                plain.Slice(written - distance, length).CopyTo(plain[written..]);
            }
            else
            {
                for (var i = 0; i < length; i++)
                {
                    plain[written + i] = plain[written + i - distance];
                }
            }

            written += length;
        }

        return written;
    }

    private static int Length(ReadOnlySpan<byte> block, ref int at, int length)
    {
        if (length != 15)
        {
            return length;
        }

        byte more;
        do
        {
            more = Cut(block, at++, 1)[0];
            length += more;
            if (length > 1 << 30)
            {
                throw Damaged();
            }
        }
        while (more == byte.MaxValue);
        return length;
    }

    private static int Copy(ReadOnlySpan<byte> literals, Span<byte> plain, int written)
    {
        if (literals.Length > plain.Length - written)
        {
            throw Damaged();
        }

        literals.CopyTo(plain[written..]);
        return written + literals.Length;
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> bytes, int at, int length) =>
        at >= 0 && length >= 0 && at <= bytes.Length - length ? bytes.Slice(at, length) : throw Damaged();

    // xxHash32 with seed 0.
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        const uint P1 = 2654435761, P2 = 2246822519, P3 = 3266489917, P4 = 668265263, P5 = 374761393;
        var total = unchecked((uint)bytes.Length);
        uint hash;
        unchecked
        {
            if (bytes.Length >= 16)
            {
                var (a, b, c, d) = (P1 + P2, P2, 0u, 0u - P1);
                for (; bytes.Length >= 16; bytes = bytes[16..])
                {
                    a = Round(a, bytes);
                    b = Round(b, bytes[4..]);
                    c = Round(c, bytes[8..]);
                    d = Round(d, bytes[12..]);
                }

                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            }
            else
            {
                hash = P5;
            }

            hash += total;
            for (; bytes.Length >= 4; bytes = bytes[4..])
            {
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * P3), 17) * P4;
            }

            foreach (var value in bytes)
            {
                hash = BitOperations.RotateLeft(hash + (value * P5), 11) * P1;
            }

            hash = (hash ^ (hash >> 15)) * P2;
            hash = (hash ^ (hash >> 13)) * P3;
            return hash ^ (hash >> 16);
        }

        static uint Round(uint lane, ReadOnlySpan<byte> bytes) =>
            unchecked(BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * P2), 13) * P1);
    }

    private static ArrowFormatException Damaged() => ArrowFormatException.Malformed("A compressed buffer is damaged.");
}
