using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Tests.Arrow;

/// <summary>A field put together by hand: the type's tag and members as Schema.fbs numbers them.</summary>
internal sealed record RawField(string Name, byte Tag, Action<FlatBuilder>? Members = null, params RawField[] Children);

/// <summary>A stream of one batch put together by hand from nodes and buffers, for types that the product itself never writes, and for broken ones.</summary>
internal sealed class RawArrow
{
    private readonly List<long> _nodes = [];
    private readonly List<byte[]> _buffers = [];
    private readonly List<long> _pools = [];

    internal List<RawField> Fields { get; } = [];

    /// <summary>Endianness of the schema: 1 is big.</summary>
    internal short Endianness { get; init; }

    internal RawArrow Node(long length, long missing = 0)
    {
        _nodes.AddRange([length, missing]);
        return this;
    }

    internal RawArrow Buffer<T>(params T[] values)
        where T : unmanaged
    {
        _buffers.Add(MemoryMarshal.AsBytes<T>(values).ToArray());
        return this;
    }

    /// <summary>How many buffers the last view column has beside its views.</summary>
    internal RawArrow Pools(long count)
    {
        _pools.Add(count);
        return this;
    }

    internal static byte[] View(string text, int pool = 0, int offset = 0)
    {
        var view = new byte[16];
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteInt32LittleEndian(view, bytes.Length);
        if (bytes.Length <= 12)
        {
            bytes.CopyTo(view, 4);
            return view;
        }

        bytes.AsSpan(0, 4).CopyTo(view.AsSpan(4));
        BinaryPrimitives.WriteInt32LittleEndian(view.AsSpan(8), pool);
        BinaryPrimitives.WriteInt32LittleEndian(view.AsSpan(12), offset);
        return view;
    }

    internal byte[] Stream(long rows)
    {
        using var stream = new MemoryStream();
        var builder = new FlatBuilder();
        var fields = builder.Offsets([.. Fields.Select(field => Field(builder, field))]);
        builder.StartTable();
        builder.Offset(1, fields);
        builder.Int16(0, Endianness);
        Message(stream, builder, ArrowFormat.HeaderSchema, builder.EndTable(), []);

        builder.Clear();
        var places = new List<long>();
        using var body = new MemoryStream();
        foreach (var buffer in _buffers)
        {
            places.AddRange([body.Length, buffer.Length]);
            body.Write(buffer);
            body.Write(new byte[(8 - (buffer.Length % 8)) % 8]);
        }

        var pools = builder.Structs([.. _pools], 1);
        var buffers = builder.Structs([.. places], 2);
        var nodes = builder.Structs([.. _nodes], 2);
        builder.StartTable();
        builder.Int64(0, rows);
        builder.Offset(1, nodes);
        builder.Offset(2, buffers);
        builder.Offset(4, pools);
        Message(stream, builder, ArrowFormat.HeaderBatch, builder.EndTable(), body.ToArray());
        stream.Write([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
        return stream.ToArray();
    }

    private static int Field(FlatBuilder builder, RawField field)
    {
        var children = builder.Offsets([.. field.Children.Select(child => Field(builder, child))]);
        var name = builder.Text(field.Name);
        builder.StartTable();
        field.Members?.Invoke(builder);
        var type = builder.EndTable();
        builder.StartTable();
        builder.Offset(0, name);
        builder.Offset(3, type);
        builder.Offset(5, children);
        builder.Byte(1, 1);
        builder.Byte(2, field.Tag);
        return builder.EndTable();
    }

    private static void Message(MemoryStream target, FlatBuilder builder, byte kind, int header, byte[] body)
    {
        builder.StartTable();
        builder.Int64(3, body.Length);
        builder.Offset(2, header);
        builder.Int16(0, ArrowFormat.VersionV5);
        builder.Byte(1, kind);
        var message = builder.Finish(builder.EndTable());
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, ArrowFormat.Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], message.Length);
        target.Write(prefix);
        target.Write(message);
        target.Write(body);
    }
}
