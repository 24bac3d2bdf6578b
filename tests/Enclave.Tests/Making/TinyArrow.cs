using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>Writes and reads just enough of the Arrow IPC stream format for these tests: int64, double and text columns, optional missing values.</summary>
internal static class TinyArrow
{
    /// <summary>A column: <c>long?[]</c>, <c>double[]</c>, <c>string[]</c> or timestamps in microseconds as <see cref="Micros"/>.</summary>
    public sealed record Column(string Name, object Values);

    public sealed record Micros(long[] Values);

    public static byte[] Write(int batchRows, params Column[] columns)
    {
        using var stream = new MemoryStream();
        Message(stream, 1, Schema(columns), []);
        var rows = Length(columns[0].Values);
        for (var at = 0; at < rows; at += batchRows)
        {
            var (header, body) = Batch(columns, at, Math.Min(batchRows, rows - at));
            Message(stream, 3, header, body);
        }

        stream.Write([255, 255, 255, 255, 0, 0, 0, 0]);
        return stream.ToArray();
    }

    /// <summary>Reads a stream of int64, double and text columns without missing values.</summary>
    public static Dictionary<string, object[]> Read(byte[] stream)
    {
        var names = new List<(string Name, int Kind)>();
        var result = new Dictionary<string, object[]>(StringComparer.Ordinal);
        for (var at = 0; ;)
        {
            Assert.Equal(0xFFFFFFFFu, BinaryPrimitives.ReadUInt32LittleEndian(stream.AsSpan(at)));
            var size = BinaryPrimitives.ReadInt32LittleEndian(stream.AsSpan(at + 4));
            at += 8;
            if (size == 0)
            {
                Assert.Equal(stream.Length, at);
                return result;
            }

            var meta = stream.AsSpan(at, size).ToArray();
            at += size;
            var message = (int)BitConverter.ToUInt32(meta, 0);
            var header = Follow(meta, Field(meta, message, 2));
            if (meta[Field(meta, message, 1)] == 1)
            {
                var fields = Follow(meta, Field(meta, header, 1));
                for (var i = 0; i < BitConverter.ToInt32(meta, fields); i++)
                {
                    var field = Follow(meta, fields + 4 + (4 * i));
                    var name = Follow(meta, Field(meta, field, 0));
                    names.Add((Encoding.UTF8.GetString(meta, name + 4, BitConverter.ToInt32(meta, name)), meta[Field(meta, field, 2)]));
                    result[names[^1].Name] = [];
                }

                continue;
            }

            var body = stream.AsSpan(at, (int)BitConverter.ToInt64(meta, Field(meta, message, 3)));
            at += body.Length;
            var rows = (int)BitConverter.ToInt64(meta, Field(meta, header, 0));
            var buffers = Follow(meta, Field(meta, header, 2)) + 4;
            foreach (var (name, kind) in names)
            {
                buffers += 16;
                var values = body.Slice((int)BitConverter.ToInt64(meta, buffers), (int)BitConverter.ToInt64(meta, buffers + 8)).ToArray();
                buffers += 16;
                var read = new object[rows];
                if (kind == 5)
                {
                    var text = body.Slice((int)BitConverter.ToInt64(meta, buffers), (int)BitConverter.ToInt64(meta, buffers + 8)).ToArray();
                    buffers += 16;
                    for (var i = 0; i < rows; i++)
                    {
                        var start = BitConverter.ToInt32(values, 4 * i);
                        read[i] = Encoding.UTF8.GetString(text, start, BitConverter.ToInt32(values, (4 * i) + 4) - start);
                    }
                }
                else
                {
                    for (var i = 0; i < rows; i++)
                    {
                        read[i] = kind == 2 ? (object)BitConverter.ToInt64(values, 8 * i) : BitConverter.ToDouble(values, 8 * i);
                    }
                }

                result[name] = [.. result[name], .. read];
            }
        }
    }

    private static int Field(byte[] meta, int table, int index)
    {
        var vtable = table - BitConverter.ToInt32(meta, table);
        return BitConverter.ToUInt16(meta, vtable) >= 6 + (2 * index) && BitConverter.ToUInt16(meta, vtable + 4 + (2 * index)) is not 0 and var offset ? table + offset : meta.Length - 8;
    }

    private static int Follow(byte[] meta, int at) => at + (int)BitConverter.ToUInt32(meta, at);

    private static int Length(object values) => values switch
    {
        long?[] numbers => numbers.Length,
        double[] numbers => numbers.Length,
        string[] texts => texts.Length,
        Micros times => times.Values.Length,
        _ => throw new ArgumentException("unknown column"),
    };

    private static Builder Schema(Column[] columns)
    {
        var b = new Builder();
        var fields = columns.Select(column =>
        {
            var (kind, type) = column.Values switch
            {
                long?[] => (2, b.Table((0, b.Int(64)), (1, b.Byte(1)))),
                double[] => (3, b.Table((0, b.Short(2)))),
                Micros => (10, b.Table((0, b.Short(2)))),
                _ => (5, b.Table()),
            };
            var name = b.Text(column.Name);
            var children = b.Offsets([]);
            return b.Table((0, b.Offset(name)), (3, b.Offset(type)), (5, b.Offset(children)), (1, b.Byte(1)), (2, b.Byte((byte)kind)));
        }).ToArray();
        var vector = b.Offsets(fields);
        b.Root = b.Table((1, b.Offset(vector)));
        return b;
    }

    private static (Builder Header, byte[] Body) Batch(Column[] columns, int from, int rows)
    {
        using var body = new MemoryStream();
        List<long> nodes = [], buffers = [];
        void Buffer(ReadOnlySpan<byte> bytes)
        {
            buffers.AddRange([body.Length, bytes.Length]);
            body.Write(bytes);
            body.Write(new byte[(8 - (bytes.Length % 8)) % 8]);
        }

        foreach (var column in columns)
        {
            var missing = column.Values is long?[] maybe ? maybe[from..(from + rows)].Select(value => value is null).ToArray() : new bool[rows];
            nodes.AddRange([rows, missing.Count(one => one)]);
            var validity = new byte[(rows + 7) / 8];
            for (var i = 0; i < rows; i++)
            {
                validity[i / 8] |= (byte)(missing[i] ? 0 : 1 << (i % 8));
            }

            Buffer(missing.Contains(true) ? validity : []);
            switch (column.Values)
            {
                case long?[] numbers:
                    Buffer(MemoryMarshal.AsBytes(numbers[from..(from + rows)].Select(value => value ?? 0).ToArray().AsSpan()));
                    break;
                case double[] numbers:
                    Buffer(MemoryMarshal.AsBytes(numbers.AsSpan(from, rows)));
                    break;
                case Micros times:
                    Buffer(MemoryMarshal.AsBytes(times.Values.AsSpan(from, rows)));
                    break;
                case string[] texts:
                    var bytes = texts[from..(from + rows)].Select(Encoding.UTF8.GetBytes).ToArray();
                    var offsets = new int[rows + 1];
                    for (var i = 0; i < rows; i++)
                    {
                        offsets[i + 1] = offsets[i] + bytes[i].Length;
                    }

                    Buffer(MemoryMarshal.AsBytes(offsets.AsSpan()));
                    Buffer(bytes.SelectMany(text => text).ToArray());
                    break;
            }
        }

        var b = new Builder();
        var bufferVector = b.Structs(buffers);
        var nodeVector = b.Structs(nodes);
        b.Root = b.Table((0, b.Long(rows)), (1, b.Offset(nodeVector)), (2, b.Offset(bufferVector)));
        return (b, body.ToArray());
    }

    private static void Message(Stream stream, byte kind, Builder b, byte[] body)
    {
        var message = b.Table((3, b.Long(body.Length)), (2, b.Offset(b.Root)), (0, b.Short(4)), (1, b.Byte(kind)));
        var bytes = b.Finish(message);
        stream.Write([255, 255, 255, 255]);
        stream.Write(BitConverter.GetBytes(bytes.Length));
        stream.Write(bytes);
        stream.Write(body);
    }

    /// <summary>A flatbuffer built from its end; positions count from the end.</summary>
    private sealed class Builder
    {
        private readonly List<byte> _reversed = [];

        public int Root { get; set; }

        public Func<int> Int(int value) => () => Scalar(BitConverter.GetBytes(value));

        public Func<int> Short(short value) => () => Scalar(BitConverter.GetBytes(value));

        public Func<int> Long(long value) => () => Scalar(BitConverter.GetBytes(value));

        public Func<int> Byte(byte value) => () => Scalar([value]);

        public Func<int> Offset(int target) => () =>
        {
            Align(4);
            return Scalar(BitConverter.GetBytes(_reversed.Count + 4 - target));
        };

        public int Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Align(4, bytes.Length + 1);
            Prepend([.. bytes, 0]);
            return Scalar(BitConverter.GetBytes(bytes.Length));
        }

        public int Offsets(int[] targets)
        {
            Align(4);
            foreach (var target in targets.Reverse())
            {
                Offset(target)();
            }

            return Scalar(BitConverter.GetBytes(targets.Length));
        }

        public int Structs(List<long> pairs)
        {
            Align(8);
            Prepend(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(pairs)));
            return Scalar(BitConverter.GetBytes(pairs.Count / 2));
        }

        public int Table(params (int Slot, Func<int> Write)[] fields)
        {
            var start = _reversed.Count;
            var slots = fields.Length == 0 ? 0 : fields.Max(field => field.Slot) + 1;
            var at = new int[slots];
            foreach (var (slot, write) in fields)
            {
                at[slot] = write();
            }

            Align(4);
            Prepend(new byte[4]);
            var table = _reversed.Count;
            List<byte> vtable = [.. BitConverter.GetBytes((ushort)(4 + (2 * slots))), .. BitConverter.GetBytes((ushort)(table - start))];
            foreach (var position in at)
            {
                vtable.AddRange(BitConverter.GetBytes((ushort)(position == 0 ? 0 : table - position)));
            }

            Prepend(CollectionsMarshal.AsSpan(vtable));
            var distance = BitConverter.GetBytes(_reversed.Count - table);
            for (var i = 0; i < 4; i++)
            {
                _reversed[table - 1 - i] = distance[i];
            }

            return table;
        }

        public byte[] Finish(int root)
        {
            Align(8, 4);
            Offset(root)();
            return [.. _reversed.AsEnumerable().Reverse()];
        }

        private int Scalar(ReadOnlySpan<byte> bytes)
        {
            Align(bytes.Length);
            Prepend(bytes);
            return _reversed.Count;
        }

        private void Align(int width, int upcoming = 0)
        {
            while ((_reversed.Count + upcoming) % width != 0)
            {
                _reversed.Add(0);
            }
        }

        private void Prepend(ReadOnlySpan<byte> bytes)
        {
            for (var i = bytes.Length - 1; i >= 0; i--)
            {
                _reversed.Add(bytes[i]);
            }
        }
    }
}
