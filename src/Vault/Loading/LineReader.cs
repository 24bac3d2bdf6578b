namespace Sandbox.Vault.Loading;

/// <summary>Lines of a byte stream, without their ends, in a buffer that is used again: a line lives until the next is read. A line longer than is taken is skipped and told.</summary>
internal sealed class LineReader(Stream source, int most) : IRecordReader
{
    private readonly byte[] _buffer = new byte[most + (1 << 16)];
    private int _from;
    private int _to;
    private bool _ended;

    /// <summary>Number of the last line, from 1.</summary>
    public long Number { get; private set; }

    /// <returns>False at the end.</returns>
    public bool Next(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        tooLong = false;
        while (true)
        {
            var left = _buffer.AsSpan(_from, _to - _from);
            var end = left.IndexOf((byte)'\n');
            if (end >= 0 || (_ended && !left.IsEmpty))
            {
                line = end >= 0 ? left[..end] : left;
                _from += line.Length + (end >= 0 ? 1 : 0);
                line = line.EndsWith("\r"u8) ? line[..^1] : line;
                tooLong |= line.Length > most;
                Number++;
                return true;
            }

            if (_ended)
            {
                line = default;
                return false;
            }

            if (left.Length > most)
            {
                // What came so far is dropped; the rest of the line follows.
                (tooLong, _from, _to) = (true, 0, 0);
            }

            Fill();
        }
    }

    private void Fill()
    {
        _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
        (_from, _to) = (0, _to - _from);
        var read = source.Read(_buffer, _to, _buffer.Length - _to);
        _to += read;
        _ended = read == 0;
    }
}
