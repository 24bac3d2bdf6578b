using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Takes the whole records of one part of a text, as UTF-8. Runs in the child.</summary>
internal static class WindowText
{
    private const int Step = 1 << 20;

    /// <returns>What is to be read, and what the host is told of the part.</returns>
    /// <exception cref="WorkerRefusedException">The format has no records that could be told in a part of it, or a later part is not what the first one was.</exception>
    internal static (SourceForm Form, WindowReport Report) Take(LoadFiles files, LoadWork work, LoadWindow window)
    {
        var (format, encoding) = window.First ? FormOf(files, work) : (work.Format, work.Encoding);
        if (format is not (LoadFormat.Csv or LoadFormat.JsonLines) || encoding == SourceEncoding.Auto)
        {
            throw new WorkerRefusedException(LoadRules.Whole);
        }

        var delimiter = format == LoadFormat.Csv ? DelimiterOf(files, encoding) : (char?)null;
        var cut = new RecordCut(encoding, delimiter);
        using var source = TextSource.OpenRead(files.Source);
        cut.Read(source);
        var length = source.Length;
        var header = format == LoadFormat.Csv && work.HasHeader ? cut.FirstEnd : 0;
        var end = window.More ? End(cut, length, header) : length;
        if (header > LoadWindow.LongestRecord || (window.More && header == 0 && format == LoadFormat.Csv && work.HasHeader))
        {
            throw new WorkerRefusedException(LoadRules.Header);
        }

        var whole = encoding == SourceEncoding.Utf8 && end == length;
        if (!work.HasHeader && cut.MixedBreaks)
        {
            // The engine takes from the first record how lines end; without a header that record may have a quoted break of another kind.
            throw new WorkerRefusedException(LoadRules.Whole);
        }

        var path = whole ? files.Source : Path.Combine(files.Temp, "source.txt");
        if (!whole)
        {
            TextSource.Write(source, encoding, end, path);
        }

        // The last record need not end in a line break.
        var lines = cut.Records - (header > 0 ? 1 : 0) + (window.More || cut.LastEnd == length ? 0 : 1);
        return (new SourceForm(format, files with { Source = path }, encoding), new WindowReport(end, (int)header, Math.Max(0, lines)));
    }

    // A record that is longer than one may be is rejected wherever it is cut; then any line break will do, and where there is none the part is all of it.
    private static long End(RecordCut cut, long length, long header) =>
        cut.LastEnd > header && length - cut.LastEnd <= LoadWindow.LongestRecord ? cut.LastEnd
        : cut.LastBreak > header && length - cut.LastBreak <= LoadWindow.LongestRecord ? cut.LastBreak
        : length;

    private static (LoadFormat Format, SourceEncoding Encoding) FormOf(LoadFiles files, LoadWork work)
    {
        // Its footer is not there, which would make it a damaged one.
        if (SourceInspection.IsParquetMark(TextSource.ReadHead(files.Source)))
        {
            throw new WorkerRefusedException(LoadRules.Whole);
        }

        // An array is one record to its end.
        var form = SourceInspection.Inspect(files, work.Format, work.Encoding, Step);
        if (form.Format == LoadFormat.JsonLines && SourceInspection.Starts(TextSource.ReadHead(form.Files.Source)) is (byte)'[')
        {
            throw new WorkerRefusedException(LoadRules.Whole);
        }

        return (form.Format, form.Encoding ?? SourceEncoding.Auto);
    }

    private static char DelimiterOf(LoadFiles files, SourceEncoding encoding)
    {
        if (encoding == SourceEncoding.Utf8)
        {
            return CsvHeader.Measure(files.Source).Delimiter;
        }

        var path = Path.Combine(files.Temp, "head.txt");
        using (var source = TextSource.OpenRead(files.Source))
        {
            TextSource.Write(source, encoding, Step, path);
        }

        var delimiter = CsvHeader.Measure(path).Delimiter;
        File.Delete(path);
        return delimiter;
    }
}
