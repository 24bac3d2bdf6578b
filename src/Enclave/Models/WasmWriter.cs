using System.Buffers;

namespace Sandbox.Enclave.Models;

/// <summary>Writes the binary format (WebAssembly core specification 2.0, chapter 5).</summary>
internal sealed class WasmWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    public WasmWriter(int capacity = 256) => _buffer = new(Math.Max(16, capacity));

    public int Length => _buffer.WrittenCount;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public void Clear() => _buffer.ResetWrittenCount();

    public WasmWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public WasmWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }

    public WasmWriter U32(uint value)
    {
        while (value > 0x7F)
        {
            Byte((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }

        return Byte((byte)value);
    }

    public WasmWriter Signed(long value)
    {
        while (value is < -64 or > 63)
        {
            Byte((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }

        return Byte((byte)(value & 0x7F));
    }

    /// <summary>An opcode with one index.</summary>
    public WasmWriter Op(byte opcode, uint index) => Byte(opcode).U32(index);

    public WasmWriter I32(int value) => Byte(0x41).Signed(value);

    public WasmWriter I64(long value) => Byte(0x42).Signed(value);

    public WasmWriter Section(byte id, WasmWriter content) => Byte(id).U32((uint)content.Length).Bytes(content.Written);
}
