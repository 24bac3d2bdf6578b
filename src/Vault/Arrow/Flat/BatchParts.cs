namespace Sandbox.Vault.Arrow.Flat;

/// <summary>What one batch message is made of: a node a column and its buffers in order. Reused from batch to batch.</summary>
internal sealed class BatchParts
{
    private readonly List<long> _nodes = [];
    private readonly List<ReadOnlyMemory<byte>> _buffers = [];

    internal IReadOnlyList<ReadOnlyMemory<byte>> Buffers => _buffers;

    internal void Clear()
    {
        _nodes.Clear();
        _buffers.Clear();
    }

    internal void AddNode(int length, int missing)
    {
        _nodes.Add(length);
        _nodes.Add(missing);
    }

    internal void AddBuffer(ReadOnlyMemory<byte> bytes) => _buffers.Add(bytes);

    /// <summary>Writes the record batch table.</summary>
    /// <returns>Its offset in the builder and the length of the body.</returns>
    internal (int Table, long BodyLength) Write(FlatBuilder builder, long rows)
    {
        var places = new long[_buffers.Count * 2];
        long at = 0;
        for (var i = 0; i < _buffers.Count; i++)
        {
            places[2 * i] = at;
            places[(2 * i) + 1] = _buffers[i].Length;
            at += ArrowFormat.Pad8(_buffers[i].Length);
        }

        var buffers = builder.Structs(places, 2);
        var nodes = builder.Structs(_nodes.ToArray(), 2);
        builder.StartTable();
        builder.Int64(0, rows);
        builder.Offset(1, nodes);
        builder.Offset(2, buffers);
        return (builder.EndTable(), at);
    }
}
