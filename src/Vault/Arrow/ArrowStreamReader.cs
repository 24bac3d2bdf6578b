using System.Buffers.Binary;
using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Arrow;

/// <summary>
/// Reads an Arrow IPC stream from an untrusted source, batch by batch, in managed memory only. A stream must have its end mark:
/// one that just stops was cut. Source: Arrow columnar format 1.x, "IPC Streaming Format".
/// </summary>
public sealed class ArrowStreamReader : IArrowReader
{
    private readonly Stream _source;
    private readonly MessageReading _messages;
    private readonly byte[] _prefix = new byte[4];
    private bool _ended;

    /// <summary>Reads up to and including the schema.</summary>
    /// <exception cref="ArrowFormatException">There is none that is taken.</exception>
    public ArrowStreamReader(Stream hostile, ArrowLimits limits)
    {
        _source = hostile;
        _messages = new MessageReading(limits);
        if (ReadMessage() is not null || _messages.Schema is null)
        {
            throw ArrowFormatException.Malformed("There is no schema at the start.");
        }
    }

    /// <summary>The columns.</summary>
    public ArrowSchema Schema => _messages.Schema!;

    /// <summary>The next batch; null after the end mark.</summary>
    /// <exception cref="ArrowFormatException">The stream is damaged, cut or too large; batches given before must be dropped.</exception>
    public ArrowBatch? Next()
    {
        while (!_ended)
        {
            if (ReadMessage() is { } batch)
            {
                return batch;
            }
        }

        return null;
    }

    private ArrowBatch? ReadMessage()
    {
        var length = ReadPrefix();
        if (length == ArrowFormat.Continuation)
        {
            length = ReadPrefix();
        }

        if (length == 0)
        {
            _ended = true;
            return null;
        }

        var metadata = ReadExactly(_messages.MetadataLength(length));
        var body = ReadExactly(_messages.BodyLength(metadata));
        return _messages.Take(metadata, body);
    }

    private uint ReadPrefix()
    {
        if (_source.ReadAtLeast(_prefix, 4, throwOnEndOfStream: false) < 4)
        {
            throw ArrowFormatException.Malformed("The stream is cut.");
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(_prefix);
    }

    // The stated length is taken in steps: memory follows what has really come.
    private byte[] ReadExactly(int length)
    {
        const int Step = 4 * 1024 * 1024;
        var buffer = new byte[Math.Min(length, Step)];
        var got = 0;
        while (got < length)
        {
            if (got == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(length, 2L * buffer.Length));
            }

            var read = _source.ReadAtLeast(buffer.AsSpan(got), buffer.Length - got, throwOnEndOfStream: false);
            got += read;
            if (got < buffer.Length)
            {
                throw ArrowFormatException.Malformed("The stream is cut.");
            }
        }

        return buffer;
    }
}
