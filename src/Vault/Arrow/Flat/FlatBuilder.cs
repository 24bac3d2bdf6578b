using System.Buffers.Binary;
using System.Text;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Writes a flatbuffer from its end to its start, as the format wants it. Offsets are distances from the end of the buffer.</summary>
internal sealed class FlatBuilder
{
    private readonly (int Slot, int Offset)[] _pending = new (int, int)[16];
    private byte[] _buffer = new byte[1024];
    private int _used;
    private int _minAlign = 8;
    private int _pendingCount;
    private int _tableStart;

    /// <summary>Empties the builder for the next message.</summary>
    internal void Clear()
    {
        _used = 0;
        _minAlign = 8;
        _pendingCount = 0;
    }

    internal int Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Align(4, bytes.Length + 1);
        Push([0]);
        Push(bytes);
        PushInt32(bytes.Length);
        return _used;
    }

    /// <summary>A vector of tables (or texts) by their offsets.</summary>
    internal int Offsets(ReadOnlySpan<int> offsets)
    {
        Align(4, 4 * offsets.Length);
        for (var i = offsets.Length - 1; i >= 0; i--)
        {
            PushInt32(_used + 4 - offsets[i]);
        }

        PushInt32(offsets.Length);
        return _used;
    }

    /// <summary>A vector of structs of 64-bit members.</summary>
    internal int Structs(ReadOnlySpan<long> members, int membersEach)
    {
        Align(8, 8 * members.Length, prefix: 4);
        Span<byte> bytes = stackalloc byte[8];
        for (var i = members.Length - 1; i >= 0; i--)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, members[i]);
            Push(bytes);
        }

        PushInt32(members.Length / membersEach);
        return _used;
    }

    internal void StartTable()
    {
        _pendingCount = 0;
        _tableStart = _used;
    }

    internal void Byte(int slot, byte value)
    {
        Align(1, 1);
        Push([value]);
        Note(slot);
    }

    internal void Int16(int slot, short value)
    {
        Align(2, 2, aligned: 2);
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, value);
        Push(bytes);
        Note(slot);
    }

    internal void Int32(int slot, int value)
    {
        Align(4, 4, aligned: 4);
        PushInt32(value);
        Note(slot);
    }

    internal void Int64(int slot, long value)
    {
        Align(8, 8, aligned: 8);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Push(bytes);
        Note(slot);
    }

    /// <summary>A pointer to something written before.</summary>
    internal void Offset(int slot, int offset)
    {
        Align(4, 4, aligned: 4);
        PushInt32(_used + 4 - offset);
        Note(slot);
    }

    internal int EndTable()
    {
        Align(4, 4, aligned: 4);
        PushInt32(0);
        var table = _used;
        var slots = 0;
        for (var i = 0; i < _pendingCount; i++)
        {
            slots = Math.Max(slots, _pending[i].Slot + 1);
        }

        Span<byte> vtable = stackalloc byte[4 + (2 * slots)];
        vtable.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(vtable, (ushort)vtable.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(vtable[2..], (ushort)(table - _tableStart));
        for (var i = 0; i < _pendingCount; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(vtable[(4 + (2 * _pending[i].Slot))..], (ushort)(table - _pending[i].Offset));
        }

        Align(2, vtable.Length);
        Push(vtable);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffer.Length - table), _used - table);
        return table;
    }

    /// <summary>Ends the buffer with <paramref name="root"/>; its length is a multiple of 8. Valid until the next write.</summary>
    internal ReadOnlySpan<byte> Finish(int root)
    {
        Align(_minAlign, 4);
        PushInt32(_used + 4 - root);
        return _buffer.AsSpan(_buffer.Length - _used);
    }

    // After this, writing length bytes (and a prefix) ends on a multiple of alignment, counted from the buffer's end.
    private void Align(int alignment, int length, int prefix = 0, int aligned = 0)
    {
        _minAlign = Math.Max(_minAlign, alignment);
        var size = aligned != 0 ? aligned : length;
        while ((_used + size) % alignment != 0 || (prefix != 0 && (_used + size) % 8 != 0))
        {
            Push([0]);
        }
    }

    private void Note(int slot) => _pending[_pendingCount++] = (slot, _used);

    private void PushInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        Push(bytes);
    }

    private void Push(ReadOnlySpan<byte> bytes)
    {
        while (_buffer.Length - _used < bytes.Length)
        {
            var wider = new byte[_buffer.Length * 2];
            _buffer.AsSpan(_buffer.Length - _used).CopyTo(wider.AsSpan(wider.Length - _used));
            _buffer = wider;
        }

        _used += bytes.Length;
        bytes.CopyTo(_buffer.AsSpan(_buffer.Length - _used));
    }
}
