using System.Buffers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Finds where records of a text end, by its bytes: a line break ends a record unless it stands in a quoted field, and a quote opens a field at its beginning only (RFC 4180).
/// That is what the engine's strict reader does, so a text that is cut here and read in parts gives the rows of the whole text.
/// </summary>
internal sealed class RecordCut
{
    private const int Step = 1 << 20;

    private enum State
    {
        FieldStart = 0,
        Plain,
        Quoted,
        QuoteInQuoted,
    }

    private readonly SourceEncoding _encoding;
    private readonly int _delimiter;
    private readonly bool _quotes;
    private State _state;
    private int _break; // 0 as long as no line has ended
    private bool _returned;
    private bool _pairs;

    /// <param name="encoding">Encoding of the bytes.</param>
    /// <param name="delimiter">Delimiter of the fields; null for a text of lines, where quotes mean nothing.</param>
    internal RecordCut(SourceEncoding encoding, char? delimiter)
    {
        _encoding = encoding;
        _quotes = delimiter is not null;
        _delimiter = delimiter ?? -1;
        _break = _quotes ? 0 : '\n';
    }

    /// <summary>End of the first record, behind its line break; 0 when there is none.</summary>
    internal long FirstEnd { get; private set; }

    /// <summary>End of the last whole record.</summary>
    internal long LastEnd { get; private set; }

    /// <summary>End of the last line, whatever quotes say.</summary>
    internal long LastBreak { get; private set; }

    /// <summary>Records that end.</summary>
    internal long Records { get; private set; }

    /// <summary>Whether records end in a return and a line feed, and a quoted field has one of them by itself.</summary>
    internal bool MixedBreaks { get; private set; }

    private int Width => _encoding is SourceEncoding.Utf16 or SourceEncoding.Utf16BigEndian ? 2 : 1;

    /// <summary>Reads a text to its end. A mark of its encoding is passed over.</summary>
    internal void Read(Stream text)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Step + 4);
        try
        {
            long at = 0;
            var kept = 0;
            while (text.Read(buffer, kept, Step - kept) is var read and > 0)
            {
                var all = buffer.AsSpan(0, kept + read);
                var done = at == 0 ? Mark(all) : 0;
                done += Take(all[done..], at + done);
                all[done..].CopyTo(buffer);
                (at, kept) = (at + done, all.Length - done);
            }

            // A character that the text is cut in ends no record.
            if (_returned)
            {
                End(at);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private int Mark(ReadOnlySpan<byte> head) => _encoding switch
    {
        SourceEncoding.Utf8 => head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0,
        SourceEncoding.Gb18030 => head.StartsWith((ReadOnlySpan<byte>)[0x84, 0x31, 0x95, 0x33]) ? 4 : 0,
        SourceEncoding.Utf16 => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? 2 : 0,
        _ => head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? 2 : 0,
    };

    /// <returns>How many bytes were taken: all but a character that goes on behind them.</returns>
    private int Take(ReadOnlySpan<byte> text, long at)
    {
        var i = 0;
        while (i < text.Length)
        {
            if (_encoding == SourceEncoding.Utf8 && _break != 0)
            {
                Runs(text[i..], at + i);
                return text.Length;
            }

            var length = Length(text[i..]);
            if (length == 0)
            {
                break;
            }

            Unit(length > Width ? int.MaxValue : Width == 1 ? text[i] : _encoding == SourceEncoding.Utf16 ? text[i] | (text[i + 1] << 8) : (text[i] << 8) | text[i + 1], at + i, at + i + length);
            i += length;
        }

        return i;
    }

    // From quote to quote: in UTF-8 a byte of ASCII is that character, so what lies between needs no look at each byte.
    private void Runs(ReadOnlySpan<byte> text, long at)
    {
        if (text.LastIndexOf((byte)_break) is var line and >= 0)
        {
            LastBreak = at + line + 1;
        }

        for (var i = 0; i < text.Length;)
        {
            if (_state == State.QuoteInQuoted)
            {
                Unit(text[i], at + i, at + i + 1);
                i++;
                continue;
            }

            var rest = text[i..];
            var quote = _quotes ? rest.IndexOf((byte)'"') : -1;
            var run = quote < 0 ? rest : rest[..quote];
            i += run.Length + (quote < 0 ? 0 : 1);
            if (_state == State.Quoted)
            {
                MixedBreaks |= _pairs && !MixedBreaks && run.ContainsAny((byte)'\r', (byte)'\n');
                _state = quote < 0 ? State.Quoted : State.QuoteInQuoted;
                continue;
            }

            Outside(run, at + i - run.Length - (quote < 0 ? 0 : 1));

            // A quote in the middle of a field is a character like others.
            _state = quote < 0 ? _state : _state == State.FieldStart ? State.Quoted : State.Plain;
        }
    }

    private void Outside(ReadOnlySpan<byte> run, long at)
    {
        if (run.LastIndexOf((byte)_break) is var last and >= 0)
        {
            Records += run.Count((byte)_break);
            (FirstEnd, LastEnd) = (FirstEnd == 0 ? at + run.IndexOf((byte)_break) + 1 : FirstEnd, at + last + 1);
        }

        // Blanks change nothing: the engine passes over them before a quote.
        var end = run.LastIndexOfAnyExcept((byte)' ');
        _state = end < 0 ? _state : run[end] == _break || run[end] == _delimiter ? State.FieldStart : State.Plain;
    }

    private int Length(ReadOnlySpan<byte> text)
    {
        if (_encoding != SourceEncoding.Gb18030 || text[0] < 0x81)
        {
            return text.Length < Width ? 0 : Width;
        }

        return text.Length < 2 ? 0 : text[1] is >= 0x30 and <= 0x39 ? (text.Length < 4 ? 0 : 4) : text[1] >= 0x40 ? 2 : 1;
    }

    private void Unit(int unit, long at, long next)
    {
        if (_returned && _break == 0)
        {
            // The first line break says how all of them are: one that is a mere return is known only now.
            _break = unit == '\n' ? '\n' : '\r';
            _pairs = unit == '\n';
            if (_break == '\r')
            {
                End(at);
            }

            _returned = false;
        }

        if (unit is '\r' or '\n' && _break == 0 && _state != State.Quoted)
        {
            if (unit == '\r')
            {
                _returned = true;
                return;
            }

            _break = '\n';
        }

        if (unit == '\n' || (unit == '\r' && _break == '\r'))
        {
            LastBreak = next;
        }

        MixedBreaks |= _state == State.Quoted && _pairs && unit is '\r' or '\n';
        _state = _state switch
        {
            State.Quoted => unit == '"' ? State.QuoteInQuoted : State.Quoted,
            State.QuoteInQuoted when unit == '"' => State.Quoted,
            _ when unit == _break => Ended(next),
            _ when unit == _delimiter => State.FieldStart,
            State.FieldStart when unit == '"' && _quotes => State.Quoted,
            State.FieldStart when unit == ' ' => State.FieldStart,
            _ => State.Plain,
        };
    }

    private State Ended(long next)
    {
        End(next);
        return State.FieldStart;
    }

    private void End(long next)
    {
        FirstEnd = FirstEnd == 0 ? next : FirstEnd;
        LastEnd = next;
        LastBreak = next;
        Records++;
        _state = State.FieldStart;
    }
}
