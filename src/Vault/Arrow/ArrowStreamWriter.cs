using System.Buffers.Binary;
using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Arrow;

/// <summary>Writes an Arrow IPC stream (metadata V5, uncompressed, 8-byte aligned). <see cref="Complete"/> writes the end mark: without it readers refuse the stream.</summary>
public sealed class ArrowStreamWriter
{
    private readonly Stream _target;
    private readonly FlatBuilder _builder = new();
    private readonly BatchParts _parts = new();
    private readonly Dictionary<long, ArrowColumn> _dictionaries = [];

    /// <summary>Writes the schema.</summary>
    public ArrowStreamWriter(Stream target, ArrowSchema schema)
    {
        _target = target;
        Schema = schema;
        var header = SchemaWriting.Write(_builder, schema);
        WriteMessage(ArrowFormat.HeaderSchema, header, 0);
    }

    private ArrowStreamWriter(Stream target) => (_target, Schema) = (target, new ArrowSchema([]));

    /// <summary>The columns.</summary>
    public ArrowSchema Schema { get; }

    /// <summary>Writes a batch, and before it each dictionary that is new or has changed.</summary>
    public void Write(ArrowBatch batch)
    {
        foreach (var column in batch.Columns)
        {
            if (column is { Dictionary: { } dictionary, Field.Dictionary: { } encoding }
                && !(_dictionaries.TryGetValue(encoding.Id, out var known) && ReferenceEquals(known, dictionary)))
            {
                _parts.Clear();
                Add(dictionary);
                WriteDictionary(encoding.Id, dictionary.Length, _parts);
                _dictionaries[encoding.Id] = dictionary;
            }
        }

        _parts.Clear();
        foreach (var column in batch.Columns)
        {
            Add(column);
        }

        WriteBatch(batch.Rows, _parts);
    }

    /// <summary>Writes a batch alone, into a stream whose schema and dictionaries stand before it already.</summary>
    internal static void WriteBatch(Stream target, ArrowBatch batch)
    {
        var writer = new ArrowStreamWriter(target);
        foreach (var column in batch.Columns)
        {
            writer.Add(column);
        }

        writer.WriteBatch(batch.Rows, writer._parts);
    }

    /// <summary>Writes the end mark. The target stays open.</summary>
    public void Complete()
    {
        Span<byte> end = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(end, ArrowFormat.Continuation);
        BinaryPrimitives.WriteUInt32LittleEndian(end[4..], 0);
        _target.Write(end);
        _target.Flush();
    }

    internal void WriteDictionary(long id, int rows, BatchParts parts)
    {
        _builder.Clear();
        var (batch, bodyLength) = parts.Write(_builder, rows);
        _builder.StartTable();
        _builder.Int64(0, id);
        _builder.Offset(1, batch);
        WriteMessage(ArrowFormat.HeaderDictionary, _builder.EndTable(), bodyLength);
        WriteBody(parts);
    }

    internal void WriteBatch(int rows, BatchParts parts)
    {
        _builder.Clear();
        var (batch, bodyLength) = parts.Write(_builder, rows);
        WriteMessage(ArrowFormat.HeaderBatch, batch, bodyLength);
        WriteBody(parts);
    }

    private void Add(ArrowColumn column)
    {
        _parts.AddNode(column.Length, column.MissingCount);
        if (column.Field.Type.Kind == ArrowKind.Null && column.Field.Dictionary is null)
        {
            return;
        }

        _parts.AddBuffer(column.Validity);
        if (column.Field.Type.OffsetBytes != 0 && column.Field.Dictionary is null)
        {
            _parts.AddBuffer(column.Offsets);
        }

        _parts.AddBuffer(column.Data);
    }

    private void WriteMessage(byte kind, int header, long bodyLength)
    {
        _builder.StartTable();
        _builder.Int64(3, bodyLength);
        _builder.Offset(2, header);
        _builder.Int16(0, ArrowFormat.VersionV5);
        _builder.Byte(1, kind);
        var message = _builder.Finish(_builder.EndTable());

        // The prefix is 8 bytes, so a body after metadata of a multiple of 8 starts aligned.
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(prefix, ArrowFormat.Continuation);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[4..], message.Length);
        _target.Write(prefix);
        _target.Write(message);
    }

    private void WriteBody(BatchParts parts)
    {
        ReadOnlySpan<byte> padding = [0, 0, 0, 0, 0, 0, 0];
        foreach (var buffer in parts.Buffers)
        {
            _target.Write(buffer.Span);
            _target.Write(padding[..(ArrowFormat.Pad8(buffer.Length) - buffer.Length)]);
        }
    }
}
