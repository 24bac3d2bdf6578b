using System.Buffers.Binary;
using System.Text;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>A bounds-checked view of one flatbuffer table. Every offset is checked against the buffer; nothing is trusted and nothing recurses.</summary>
internal readonly ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly int _at;
    private readonly int _fields;
    private readonly int _fieldsLength;

    private FlatTable(ReadOnlySpan<byte> buffer, long at)
    {
        _buffer = buffer;
        _at = Check(buffer, at, 4);
        var vtable = (long)_at - BinaryPrimitives.ReadInt32LittleEndian(buffer[_at..]);
        var start = Check(buffer, vtable, 4);
        var length = BinaryPrimitives.ReadUInt16LittleEndian(buffer[start..]);
        if (length < 4 || (length & 1) != 0)
        {
            throw ArrowFormatException.Malformed("The metadata is damaged.");
        }

        _fields = Check(buffer, vtable, length);
        _fieldsLength = length;
    }

    /// <summary>The root table of a buffer.</summary>
    internal static FlatTable Root(ReadOnlySpan<byte> buffer)
    {
        Check(buffer, 0, 4);
        return new FlatTable(buffer, BinaryPrimitives.ReadUInt32LittleEndian(buffer));
    }

    internal bool Has(int slot) => Field(slot) != 0;

    internal bool Bool(int slot, bool otherwise = false) => Byte(slot, otherwise ? (byte)1 : (byte)0) != 0;

    internal byte Byte(int slot, byte otherwise = 0) => Field(slot) is var at and not 0 ? _buffer[Check(_buffer, at, 1)] : otherwise;

    internal short Int16(int slot, short otherwise = 0) =>
        Field(slot) is var at and not 0 ? BinaryPrimitives.ReadInt16LittleEndian(_buffer[Check(_buffer, at, 2)..]) : otherwise;

    internal int Int32(int slot, int otherwise = 0) =>
        Field(slot) is var at and not 0 ? BinaryPrimitives.ReadInt32LittleEndian(_buffer[Check(_buffer, at, 4)..]) : otherwise;

    internal long Int64(int slot, long otherwise = 0) =>
        Field(slot) is var at and not 0 ? BinaryPrimitives.ReadInt64LittleEndian(_buffer[Check(_buffer, at, 8)..]) : otherwise;

    /// <summary>A child table; <paramref name="table"/> is unset when the slot is empty.</summary>
    internal bool Table(int slot, out FlatTable table)
    {
        var at = Field(slot);
        table = default;
        if (at == 0)
        {
            return false;
        }

        table = new FlatTable(_buffer, Follow(at));
        return true;
    }

    /// <summary>A text, or null when the slot is empty.</summary>
    internal string? Text(int slot)
    {
        var at = Field(slot);
        if (at == 0)
        {
            return null;
        }

        var bytes = Vector(at, 1);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.Items);
        }
        catch (DecoderFallbackException)
        {
            throw ArrowFormatException.Malformed("A name is not UTF-8.");
        }
    }

    /// <summary>Number of entries of a vector; 0 when the slot is empty.</summary>
    internal int VectorLength(int slot, int entryBytes) => Field(slot) is var at and not 0 ? Vector(at, entryBytes).Count : 0;

    /// <summary>The bytes of a vector of structs.</summary>
    internal ReadOnlySpan<byte> Structs(int slot, int entryBytes) => Field(slot) is var at and not 0 ? Vector(at, entryBytes).Items : default;

    /// <summary>A table in a vector of tables.</summary>
    internal FlatTable TableAt(int slot, int index)
    {
        var items = Vector(Field(slot), 4);
        return index < items.Count ? new FlatTable(_buffer, Follow(items.Start + (4L * index))) : throw ArrowFormatException.Malformed("The metadata is damaged.");
    }

    private static int Check(ReadOnlySpan<byte> buffer, long at, long length) =>
        at >= 0 && length >= 0 && at <= buffer.Length - length ? (int)at : throw ArrowFormatException.Malformed("The metadata is damaged.");

    private long Field(int slot)
    {
        var entry = 4 + (2 * slot);
        if (entry + 2 > _fieldsLength)
        {
            return 0;
        }

        var offset = BinaryPrimitives.ReadUInt16LittleEndian(_buffer[(_fields + entry)..]);
        return offset == 0 ? 0 : (long)_at + offset;
    }

    private long Follow(long at) => at + BinaryPrimitives.ReadUInt32LittleEndian(_buffer[Check(_buffer, at, 4)..]);

    private FlatVector Vector(long field, int entryBytes)
    {
        var at = Follow(field);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(_buffer[Check(_buffer, at, 4)..]);
        var start = Check(_buffer, at + 4, (long)count * entryBytes);
        return new FlatVector(start, (int)count, _buffer.Slice(start, (int)count * entryBytes));
    }

    private readonly ref struct FlatVector(int start, int count, ReadOnlySpan<byte> items)
    {
        public int Start { get; } = start;

        public int Count { get; } = count;

        public ReadOnlySpan<byte> Items { get; } = items;
    }
}
