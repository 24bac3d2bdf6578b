using System.Buffers.Binary;
using System.Text;

namespace Sandbox.Enclave.Scoring;

/// <summary>Reads the fields of one protobuf message from an unknown author. Lives as long as the bytes; a message in a message is another reader over its part.</summary>
/// <remarks>Source: protobuf.dev/programming-guides/encoding.</remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private int _wire;

    /// <summary>Number of the field that was moved to.</summary>
    public int Field { get; private set; }

    /// <summary>Moves to the next field; false at the end. A field that was moved to is read or skipped before the next.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        if (tag >> 3 is 0 or > 0x1FFFFFFF)
        {
            throw Damaged();
        }

        Field = (int)(tag >> 3);
        _wire = (int)(tag & 7);
        return true;
    }

    public long ReadInt64() => _wire == 0 ? unchecked((long)Varint()) : throw Damaged();

    public float ReadSingle() => _wire == 5 ? BinaryPrimitives.ReadSingleLittleEndian(Take(4)) : throw Damaged();

    public ReadOnlySpan<byte> ReadBytes() => _wire == 2 ? Take(Length()) : throw Damaged();

    public string ReadText()
    {
        try
        {
            return new UTF8Encoding(false, true).GetString(ReadBytes());
        }
        catch (DecoderFallbackException)
        {
            throw Damaged();
        }
    }

    /// <summary>One number of a repeated field, or a packed run of them.</summary>
    public void ReadInt64s(List<long> target, int most)
    {
        if (_wire == 0)
        {
            target.Add(ReadInt64());
        }
        else
        {
            var packed = new ProtoReader(ReadBytes());
            while (!packed._rest.IsEmpty)
            {
                target.Add(unchecked((long)packed.Varint()));
                CheckCount(target.Count, most);
            }
        }

        CheckCount(target.Count, most);
    }

    /// <inheritdoc cref="ReadInt64s"/>
    public void ReadSingles(List<double> target, int most)
    {
        var run = _wire == 5 ? Take(4) : ReadBytes();
        if (run.Length % 4 != 0)
        {
            throw Damaged();
        }

        CheckCount(target.Count + (run.Length / 4), most);
        for (; !run.IsEmpty; run = run[4..])
        {
            target.Add(BinaryPrimitives.ReadSingleLittleEndian(run));
        }
    }

    /// <inheritdoc cref="ReadInt64s"/>
    public void ReadDoubles(List<double> target, int most)
    {
        var run = _wire == 1 ? Take(8) : ReadBytes();
        if (run.Length % 8 != 0)
        {
            throw Damaged();
        }

        CheckCount(target.Count + (run.Length / 8), most);
        for (; !run.IsEmpty; run = run[8..])
        {
            target.Add(BinaryPrimitives.ReadDoubleLittleEndian(run));
        }
    }

    public void Skip() => _ = _wire switch
    {
        0 => (int)(Varint() & 1),
        1 => Take(8).Length,
        2 => Take(Length()).Length,
        5 => Take(4).Length,
        _ => throw Damaged(), // groups were given up before ONNX began
    };

    private static void CheckCount(int count, int most)
    {
        if (count > most)
        {
            throw new MalformedParametersException($"a list of more than {most} numbers");
        }
    }

    private int Length()
    {
        var length = Varint();
        return length <= (ulong)_rest.Length ? (int)length : throw Damaged();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Damaged();
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            var part = _rest[i];
            if (i == 9 && part > 1)
            {
                break;
            }

            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Damaged();
    }

    private static MalformedParametersException Damaged() => new("a damaged protobuf message");
}
