using System.Text;

namespace Sandbox.Enclave.Models;

/// <summary>The bytes are not a WebAssembly module this release understands; never carries module text.</summary>
internal sealed class MalformedModuleException(string what) : Exception(what);

/// <summary>A bounds-checked cursor over the binary format (WebAssembly core specification 2.0, chapter 5). Valid while the span lives.</summary>
internal ref struct WasmReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _data = data;

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _data.Length;

    public readonly int Remaining => _data.Length - Position;

    public byte Byte()
    {
        if (AtEnd)
        {
            throw new MalformedModuleException("it ends in the middle of a value");
        }

        return _data[Position++];
    }

    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > Remaining)
        {
            throw new MalformedModuleException("it states a length beyond its end");
        }

        var bytes = _data.Slice(Position, (int)count);
        Position += (int)count;
        return bytes;
    }

    public void Skip(long count) => Bytes(count);

    /// <summary>An unsigned LEB128 of at most 32 bits.</summary>
    public uint U32() => (uint)Unsigned(32);

    public ulong U64() => Unsigned(64);

    /// <summary>Skips a signed LEB128 of at most <paramref name="bits"/> bits.</summary>
    public void SkipSigned(int bits)
    {
        var most = (bits + 6) / 7;
        for (var i = 0; i < most; i++)
        {
            if ((Byte() & 0x80) == 0)
            {
                return;
            }
        }

        throw new MalformedModuleException("it holds an integer that is too long");
    }

    /// <summary>A block type's type index, a signed LEB128 of 33 bits that must not be negative.</summary>
    public uint BlockTypeIndex()
    {
        long value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Byte();
            value |= (long)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                // A negative number has its sign bit in the last byte and would be a type of a later proposal.
                return (next & 0x40) == 0 && value <= uint.MaxValue ? (uint)value : throw new MalformedModuleException("it uses a type outside WebAssembly 2.0");
            }
        }

        throw new MalformedModuleException("it holds an integer that is too long");
    }

    /// <summary>The next byte, not taken.</summary>
    public readonly byte Peek() => AtEnd ? throw new MalformedModuleException("it ends in the middle of a value") : _data[Position];

    /// <summary>A count whose elements take at least one byte each, so it can never exceed what is left.</summary>
    public int Count(int most)
    {
        var count = U32();
        if (count > (uint)most || count > (uint)Remaining)
        {
            throw new MalformedModuleException("it states more entries than it can hold");
        }

        return (int)count;
    }

    public string Name()
    {
        var length = U32();
        if (length > 4096)
        {
            throw new MalformedModuleException("it holds a name that is too long");
        }

        try
        {
            return Strict.GetString(Bytes(length));
        }
        catch (DecoderFallbackException)
        {
            throw new MalformedModuleException("it holds a name that is not UTF-8");
        }
    }

    private ulong Unsigned(int bits)
    {
        ulong value = 0;
        for (var shift = 0; shift < bits; shift += 7)
        {
            var next = Byte();
            var part = (ulong)(next & 0x7F);
            if (shift + 7 > bits && part >> (bits - shift) != 0)
            {
                break;
            }

            value |= part << shift;
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }

        throw new MalformedModuleException("it holds an integer that is too long");
    }
}
