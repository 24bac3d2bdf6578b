using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Records of a text, each as its bytes in a buffer that is used again.</summary>
internal interface IRecordReader
{
    /// <summary>Number of the last record, from 1.</summary>
    long Number { get; }

    /// <param name="record">Lives until the next is read.</param>
    /// <param name="tooLong">Whether it is longer than is taken; then it is at most in part there.</param>
    /// <returns>False at the end.</returns>
    bool Next(out ReadOnlySpan<byte> record, out bool tooLong);
}

/// <summary>
/// The elements of one JSON array, as portals of open data give them, cut at the commas between them. An element that is no object is for the caller to reject; an array that is not closed, has nothing
/// between two commas or something behind it may have lost a part, and nobody could tell which: it is refused as a whole.
/// </summary>
/// <param name="source">The text; its first character but a mark of the encoding and blanks is the opening bracket.</param>
/// <param name="most">Longest element that is taken, in bytes.</param>
internal sealed class JsonArrayReader(Stream source, int most) : IRecordReader
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly byte[] _record = new byte[most];
    private int _at;
    private int _to;
    private bool _begun;
    private bool _ended;

    public long Number { get; private set; }

    /// <exception cref="WorkerRefusedException">The array is broken.</exception>
    public bool Next(out ReadOnlySpan<byte> record, out bool tooLong)
    {
        record = default;
        tooLong = false;
        while (!_begun)
        {
            _begun = Read() == '[';
        }

        if (_ended)
        {
            return false;
        }

        var (length, depth, quoted, escaped) = (0, 0, false, false);
        while (true)
        {
            var one = Read();
            if (!quoted && depth == 0 && one is (byte)',' or (byte)']')
            {
                _ended = one == ']';
                if (_ended)
                {
                    CheckEnd();
                }

                record = _record.AsSpan(0, length);
                if (!record.Trim(" \t\r\n"u8).IsEmpty)
                {
                    Number++;
                    return true;
                }

                return !_ended || Number > 0 ? throw Broken() : false;
            }

            if (quoted)
            {
                (quoted, escaped) = (escaped || one != '"', !escaped && one == '\\');
            }
            else
            {
                quoted = one == '"';
                depth += one is (byte)'{' or (byte)'[' ? 1 : one is (byte)'}' or (byte)']' && depth > 0 ? -1 : 0;
            }

            tooLong |= length == _record.Length;
            if (!tooLong)
            {
                _record[length++] = one;
            }
        }
    }

    private void CheckEnd()
    {
        while (_at < _to || Fill())
        {
            if (_buffer[_at++] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                throw Broken();
            }
        }
    }

    private byte Read() => _at < _to || Fill() ? _buffer[_at++] : throw Broken();

    private bool Fill()
    {
        (_at, _to) = (0, source.Read(_buffer));
        return _to > 0;
    }

    private static WorkerRefusedException Broken() => new(LoadRules.JsonArray);
}
