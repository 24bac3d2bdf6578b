using System.Globalization;
using System.Text;
using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Vault.Permissions;

namespace Sandbox.Host.Permissions;

/// <summary>
/// Reads a file of permissions line by line: UTF-8, first line <c>subject,from,until</c>, then one permission a line with days as yyyy-MM-dd. A line is turned into its mark and forgotten;
/// what is kept are 32 bytes a line.
/// </summary>
internal static class TermsFile
{
    /// <summary>Most lines of one file.</summary>
    public const int MostLines = 4_000_000;

    private const int LongestLine = 1024;
    private const int Batch = 4096;
    private const string Header = "subject,from,until";

    /// <summary>The permissions of a file, in the order of a book.</summary>
    /// <param name="state">State of the book that they are to be in.</param>
    /// <exception cref="RefusedException">A line is not of the form; the number of the line is named, never its content.</exception>
    public static List<PermissionEntry> Read(Stream source, SubjectMarks marks, int state, CancellationToken cancel)
    {
        var entries = new List<PermissionEntry>();
        var lines = new LineBytes(source, LongestLine);
        var first = lines.Next();
        if (first is null || Text(first.Value, 1) is not { } header || header.TrimStart('\uFEFF') != Header)
        {
            throw new RefusedException(Faulty(1));
        }

        var texts = new byte[Batch * LongestLine];
        var ends = new int[Batch];
        var terms = new (int From, int Until)[Batch];
        var found = new UInt128[Batch];
        var (used, count, number) = (0, 0, 1L);
        while (lines.Next() is { } line)
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            if (entries.Count + count >= MostLines)
            {
                throw new RefusedException(TooMany());
            }

            var (subject, from, until) = Split(line, number);
            subject.CopyTo(texts.AsSpan(used));
            used += subject.Length;
            ends[count] = used;
            terms[count++] = (from, until);
            if (count == Batch)
            {
                Flush();
                cancel.ThrowIfCancellationRequested();
            }
        }

        Flush();
        if (entries.Count == 0)
        {
            throw new RefusedException(Faulty(2));
        }

        entries.Sort();
        return entries;

        void Flush()
        {
            marks.Of(texts.AsSpan(0, used), ends.AsSpan(0, count), found);
            for (var at = 0; at < count; at++)
            {
                entries.Add(new PermissionEntry(found[at], terms[at].From, terms[at].Until, state, 0));
            }

            texts.AsSpan(0, used).Clear();
            (used, count) = (0, 0);
        }
    }

    /// <summary>The marks of a file with one subject a line.</summary>
    /// <exception cref="RefusedException">As above.</exception>
    public static HashSet<UInt128> Subjects(Stream source, SubjectMarks marks)
    {
        var found = new HashSet<UInt128>();
        var lines = new LineBytes(source, LongestLine);
        for (var number = 1L; lines.Next() is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            if (found.Count >= MostLines)
            {
                throw new RefusedException(TooMany());
            }

            var text = Text(line, number)!;
            found.Add(marks.Of(Subject(number == 1 ? text.TrimStart('\uFEFF') : text, number)));
        }

        return found.Count > 0 ? found : throw new RefusedException(Faulty(1));
    }

    private static (byte[] Subject, int From, int Until) Split(ReadOnlyMemory<byte> line, long number)
    {
        var parts = Text(line, number)!.Split(',');
        return parts.Length == 3 && IsoDay.TryRead(parts[1], out var from) && IsoDay.TryRead(parts[2], out var until) && from <= until
            ? (Encoding.UTF8.GetBytes(Subject(parts[0], number)), from.DayNumber, until.DayNumber)
            : throw new RefusedException(Faulty(number));
    }

    // Exactly as in the subject column: what is quoted, padded or empty there would be nobody.
    private static string Subject(string text, long number) =>
        text.Length is > 0 and <= 200 && text.Trim() == text && !text.Any(letter => char.IsControl(letter) || letter is '"' or ',') ? text : throw new RefusedException(Faulty(number));

    private static string Text(ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(line.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException(Faulty(number));
        }
    }

    internal static Refusal Faulty(long line) => new(
        "FT-20-1",
        string.Create(CultureInfo.InvariantCulture, $"The file is not of the form that is taken, at line {line}; nothing of it was kept."),
        "Permissions: UTF-8, first line subject,from,until, then one a line with days as yyyy-MM-dd and no quotes. Subjects: one a line. Write them as in the subject column.",
        string.Create(CultureInfo.InvariantCulture, $"文件第 {line} 行格式不符；未保留任何内容。"),
        "授权文件：UTF-8，首行为 subject,from,until，此后每行一条，日期为 yyyy-MM-dd，不加引号；主体清单：每行一个。写法须与主体列一致。");

    private static Refusal TooMany() => new(
        "FT-20-1",
        string.Create(CultureInfo.InvariantCulture, $"The file has more than {MostLines} lines; nothing of it was kept."),
        "Split it into several files.",
        string.Create(CultureInfo.InvariantCulture, $"文件超过 {MostLines} 行；未保留任何内容。"),
        "请拆分为多个文件。");

    /// <summary>Lines of a stream in one buffer; longer ones are refused.</summary>
    private sealed class LineBytes(Stream source, int longest)
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private int _from;
        private int _until;
        private bool _ended;
        private long _line;

        /// <summary>The next line without its end; valid until the next call. Null at the end.</summary>
        public ReadOnlyMemory<byte>? Next()
        {
            _line++;
            while (true)
            {
                var end = Array.IndexOf(_buffer, (byte)'\n', _from, _until - _from);
                if (end >= 0 || (_ended && _until > _from))
                {
                    var line = _buffer.AsMemory(_from, (end < 0 ? _until : end) - _from);
                    _from = end < 0 ? _until : end + 1;
                    line = line.Length > 0 && line.Span[^1] == (byte)'\r' ? line[..^1] : line;
                    return line.Length <= longest ? line : throw new RefusedException(Faulty(_line));
                }

                if (_ended)
                {
                    return null;
                }

                if (_until - _from > longest + 2)
                {
                    throw new RefusedException(Faulty(_line));
                }

                _buffer.AsSpan(_from, _until - _from).CopyTo(_buffer);
                (_from, _until) = (0, _until - _from);
                var got = source.Read(_buffer, _until, _buffer.Length - _until);
                _until += got;
                _ended = got == 0;
            }
        }
    }
}
