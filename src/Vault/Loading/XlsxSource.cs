using System.Xml;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Reads one sheet of a workbook in the child: the first row with cells is the header. Rows with a broken cell, with digits that the spreadsheet has lost, in a merged range or wider
/// than the header go to <c>rejected</c>; empty rows are nothing.
/// </summary>
internal static class XlsxSource
{
    private const int MostContent = 64 * 1024;

    /// <exception cref="WorkerRefusedException">It is no workbook, the sheet is not told, its header can't be used or the declarations do not fit.</exception>
    internal static SourceTable Open(DuckDbConnection connection, string path, LoadWork work)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        using var workbook = XlsxWorkbook.Open(file);
        var shown = workbook.Sheets.Where(sheet => work.Sheet is null ? sheet.Shown : string.Equals(sheet.Name, work.Sheet, StringComparison.Ordinal)).ToArray();
        if (shown.Length != 1)
        {
            throw new WorkerRefusedException(LoadRules.Sheet);
        }

        try
        {
            return Take(connection, new XlsxSheet(workbook, shown[0].Part), work);
        }
        catch (Exception failure) when (failure is InvalidDataException or XmlException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new WorkerRefusedException(LoadRules.Workbook);
        }
    }

    private static SourceTable Take(DuckDbConnection connection, XlsxSheet sheet, LoadWork work)
    {
        var merged = sheet.Merged();
        using var rows = sheet.Rows().GetEnumerator();
        List<string>? names = null;
        while (names is null)
        {
            if (!rows.MoveNext())
            {
                throw new WorkerRefusedException(LoadRules.NoRows);
            }

            names = Names(rows.Current.Cells);
        }

        if (names.Count > CsvHeader.MaxColumns)
        {
            throw new WorkerRefusedException(LoadRules.Columns);
        }

        CsvHeader.CheckNames(names);
        TextTyping.CheckDeclared(work, names);
        var forms = Enumerable.Repeat(TextForm.Untyped, names.Count).ToArray();
        var (kept, rejected) = TextRows.Append(connection, names.Count);
        using (kept)
        using (rejected)
        {
            while (rows.MoveNext())
            {
                var (number, cells) = rows.Current;
                if (cells.TrueForAll(cell => cell.Kind == XlsxCellKind.Empty))
                {
                    continue;
                }

                if (Fault(cells, names.Count, merged.Exists(range => number >= range.FromRow && number <= range.ToRow)) is var (reason, column))
                {
                    Reject(rejected, number, reason, column, cells);
                }
                else
                {
                    Keep(kept, number, names.Count, cells, forms);
                }
            }

            kept.Complete();
            rejected.Complete();
        }

        return TextTyping.Finish(connection, work, names, forms, TextRows.Appended);
    }

    private static List<string>? Names(List<(XlsxCellKind Kind, string Text)> cells)
    {
        var last = cells.FindLastIndex(cell => cell.Kind != XlsxCellKind.Empty);
        return last < 0 ? null : [.. cells.Take(last + 1).Select(cell => cell.Text.Trim())];
    }

    private static (RejectReason Reason, int? Column)? Fault(List<(XlsxCellKind Kind, string Text)> cells, int columns, bool merged)
    {
        if (merged)
        {
            return (RejectReason.Merged, null);
        }

        for (var i = 0; i < cells.Count; i++)
        {
            switch (cells[i].Kind)
            {
                case XlsxCellKind.Empty:
                    break;
                case XlsxCellKind.Broken:
                    return (RejectReason.Cell, i + 1);
                case XlsxCellKind.Lost:
                    return (RejectReason.Digits, i + 1);
                default:
                    if (i >= columns)
                    {
                        return (RejectReason.ExtraFields, i + 1);
                    }

                    break;
            }
        }

        return null;
    }

    private static void Keep(RowAppender kept, long number, int columns, List<(XlsxCellKind Kind, string Text)> cells, TextForm[] forms)
    {
        var (chunk, at) = kept.Next();
        for (var i = 0; i < columns; i++)
        {
            var vector = chunk.Writable(i);
            if (i >= cells.Count || cells[i].Kind == XlsxCellKind.Empty)
            {
                vector.SetNull(at);
                continue;
            }

            vector.SetText(at, cells[i].Text);
            forms[i] = cells[i].Kind == XlsxCellKind.Text ? TextForm.Text : forms[i];
        }

        chunk.Writable(columns).Writable<long>()[at] = number;
    }

    private static void Reject(RowAppender rejected, long number, RejectReason reason, int? column, List<(XlsxCellKind Kind, string Text)> cells)
    {
        var (chunk, at) = rejected.Next();
        chunk.Writable(0).Writable<long>()[at] = number;
        chunk.Writable(1).SetText(at, reason.ToString());
        if (column is { } place)
        {
            chunk.Writable(2).Writable<int>()[at] = place;
        }
        else
        {
            chunk.Writable(2).SetNull(at);
        }

        var content = string.Join('\t', cells.Select(cell => cell.Text));
        chunk.Writable(3).SetText(at, content.Length <= MostContent ? content : content[..MostContent]);
    }
}
