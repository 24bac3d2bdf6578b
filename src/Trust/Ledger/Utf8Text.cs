using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Sandbox.Trust;

/// <summary>Bytes of a text in the making: in the caller's memory as long as they fit, then in rented memory.</summary>
internal ref struct Utf8Text(Span<byte> start)
{
    private Span<byte> _bytes = start;
    private byte[]? _rented;
    private int _length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes[_length..]);
        _length += bytes.Length;
    }

    public void Add(long number)
    {
        Reserve(20);
        number.TryFormat(_bytes[_length..], out var count, provider: CultureInfo.InvariantCulture);
        _length += count;
    }

    /// <summary>A JSON string without control characters: quotes around it, and before each quote and backslash a backslash.</summary>
    /// <exception cref="EncoderFallbackException">Half a character.</exception>
    public void Quote(ReadOnlySpan<char> text)
    {
        Add("\""u8);
        while (text.IndexOfAny('"', '\\') is var at && at >= 0)
        {
            Encode(text[..at]);
            Add(text[at] == '"' ? "\\\""u8 : "\\\\"u8);
            text = text[(at + 1)..];
        }

        Encode(text);
        Add("\""u8);
    }

    /// <exception cref="EncoderFallbackException">Half a character.</exception>
    public void Encode(ReadOnlySpan<char> text)
    {
        Reserve(text.Length * 3);
        if (Utf8.FromUtf16(text, _bytes[_length..], out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new EncoderFallbackException();
        }

        _length += written;
    }

    public readonly byte[] ToArray() => _bytes[.._length].ToArray();

    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + count));
        _bytes[.._length].CopyTo(larger);
        Dispose();
        _rented = larger;
        _bytes = larger;
    }
}
