using System.Globalization;
using System.Text;

namespace Sandbox.Judge.Microdata;

/// <summary>The tokens of an expression, taken from left to right.</summary>
internal sealed class SqlTokens
{
    private static readonly string[] Signs = ["<>", "!=", ">=", "<=", "==", "||", "::", "//", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ","];
    private readonly string _text;
    private int _at;

    public SqlTokens(string text)
    {
        _text = text;
        SkipBlanks();
    }

    public InvalidDataException Fault() => new($"The expression can't be read at position {_at}.");

    public void ExpectEnd()
    {
        if (_at < _text.Length)
        {
            throw Fault();
        }
    }

    public bool Peek(string sign) => string.CompareOrdinal(_text, _at, sign, 0, sign.Length) == 0;

    public bool PeekWord(string word)
    {
        var end = _at + word.Length;
        return end <= _text.Length && string.Compare(_text, _at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (end == _text.Length || !IsNamePart(_text[end]));
    }

    public bool TakeWord(string word)
    {
        if (!PeekWord(word))
        {
            return false;
        }

        Advance(word.Length);
        return true;
    }

    public void ExpectWord(string word)
    {
        if (!TakeWord(word))
        {
            throw Fault();
        }
    }

    /// <summary>Takes the sign that stands here when it is one of those wanted.</summary>
    public string? TakeSign(params ReadOnlySpan<string> wanted)
    {
        var here = Array.Find(Signs, Peek);
        if (here is null || !wanted.Contains(here))
        {
            return null;
        }

        Advance(here.Length);
        return here;
    }

    public void ExpectSign(string sign)
    {
        if (TakeSign(sign) is null)
        {
            throw Fault();
        }
    }

    public string? TakeComparison() => TakeSign("<>", "!=", ">=", "<=", "==", "=", "<", ">");

    public bool TakeLiteral(out object? value)
    {
        value = null;
        if (TakeWord("NULL"))
        {
            return true;
        }

        if (PeekWord("TRUE") || PeekWord("FALSE"))
        {
            value = TakeWord("TRUE") || !TakeWord("FALSE");
            return true;
        }

        if (_at < _text.Length && _text[_at] == '\'')
        {
            value = Quoted('\'');
            return true;
        }

        return _at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_text[_at] == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]))) && TakeNumber(out value);
    }

    /// <summary>A column, with or without quotes and a table before it, or a function's name.</summary>
    public string TakeName()
    {
        var name = Part();
        while (_at < _text.Length && _text[_at] == '.')
        {
            Advance(1);
            name = Part();
        }

        return name;
    }

    /// <summary>A type's name in upper case; its length or precision is dropped.</summary>
    public string TakeType()
    {
        var type = Part().ToUpperInvariant();
        if (TakeSign("(") is not null)
        {
            while (TakeSign(")") is null)
            {
                if (!TakeLiteral(out _) && TakeSign(",") is null)
                {
                    throw Fault();
                }
            }
        }

        return type;
    }

    private string Part()
    {
        if (_at < _text.Length && _text[_at] == '"')
        {
            return Quoted('"');
        }

        var end = _at;
        while (end < _text.Length && IsNamePart(_text[end]))
        {
            end++;
        }

        if (end == _at || char.IsAsciiDigit(_text[_at]))
        {
            throw Fault();
        }

        var part = _text[_at..end];
        Advance(part.Length);
        return part;
    }

    private string Quoted(char mark)
    {
        var text = new StringBuilder();
        for (var at = _at + 1; at < _text.Length; at++)
        {
            if (_text[at] != mark)
            {
                text.Append(_text[at]);
            }
            else if (at + 1 < _text.Length && _text[at + 1] == mark)
            {
                text.Append(mark);
                at++;
            }
            else
            {
                Advance(at + 1 - _at);
                return text.ToString();
            }
        }

        throw Fault();
    }

    private bool TakeNumber(out object? value)
    {
        var end = _at;
        while (end < _text.Length && (char.IsAsciiDigit(_text[end]) || _text[end] is '.' or 'e' or 'E' || (_text[end] is '+' or '-' && _text[end - 1] is 'e' or 'E')))
        {
            end++;
        }

        var number = _text[_at..end];
        Advance(number.Length);
        value = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real
            : throw Fault();
        return true;
    }

    private void Advance(int by)
    {
        _at += by;
        SkipBlanks();
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
