using Sandbox.Policy;

namespace Sandbox.Vault.Queries;

/// <summary>Where in a statement something stands.</summary>
/// <param name="Offset">Characters (UTF-16) before it.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Character in that line, from 1.</param>
public sealed record TextPosition(int Offset, int Line, int Column)
{
    /// <summary>The position of the engine's UTF-8 byte offset <paramref name="utf8Offset"/>; the end of the text when it lies beyond.</summary>
    public static TextPosition OfUtf8(string text, ulong utf8Offset)
    {
        ulong bytes = 0;
        int line = 1, column = 1, offset = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes >= utf8Offset)
            {
                break;
            }

            bytes += (ulong)rune.Utf8SequenceLength;
            offset += rune.Utf16SequenceLength;
            column += rune.Utf16SequenceLength;
            if (rune.Value == '\n')
            {
                line++;
                column = 1;
            }
        }

        return new TextPosition(offset, line, column);
    }

    /// <summary>Whether a place that somebody else names can be one of the text.</summary>
    internal bool LiesIn(string text) => Offset >= 0 && Offset <= text.Length && Line >= 1 && Line <= text.Length + 1 && Column >= 1 && Column <= text.Length + 1;
}

/// <summary>Why a statement was not run and, where known, at which place of its text.</summary>
public sealed record QueryRefusal(Refusal Refusal, TextPosition? Position);
