using Sandbox.Jail;
using Sandbox.Vault.Queries;

namespace Sandbox.Vault.Loading;

/// <summary>Holds a child's report against itself, the request and the files it wrote. The child parsed a hostile file: it may have been taken over.</summary>
internal static class LoadReportCheck
{
    // Counts of many parts are added up.
    private const long Most = 1L << 48;

    internal static bool Holds(LoadReport report, LoadRequest request, LoadWindow? window, long sourceLength, SealedMemory main, SealedMemory identifiers, SealedMemory quarantine) =>
        report.Format is LoadFormat.Csv or LoadFormat.Parquet or LoadFormat.Arrow or LoadFormat.JsonLines or LoadFormat.Xlsx
        && (request.Format == LoadFormat.Auto || report.Format == request.Format)
        && report.Rows < Most
        && (report.Rows > 0 || (report.Rows == 0 && (request.AcceptEmpty || window is { First: false })))
        && report.Columns.Count is > 0 and <= CsvHeader.MaxColumns
        && report.Columns.All(column => column is not null && Holds(column))
        && report.Columns.Select(column => column.Name).Distinct(Identifier.Comparer).Count() == report.Columns.Count
        && report.HasMain == report.Columns.Any(column => !column.Identifier)
        && report.HasIdentifiers == report.Columns.Any(column => column.Identifier)
        && request.IdentifierColumns.All(name => report.Columns.Any(column => column.Identifier && string.Equals(column.Name, name, StringComparison.Ordinal)))
        && (report.Encoding is null || Enum.IsDefined(report.Encoding.Value))
        && report.Delimiter is null or "," or "\t" or ";" or "|"
        && (request.Expected.Count == 0 || request.Expected.Select(column => (column.Name, column.Type, column.Identifier)).SequenceEqual(report.Columns.Select(column => (column.Name, column.Type, column.Identifier))))
        && report.Rejected is >= 0 and < Most
        && report.Rejections.All(pair => Enum.IsDefined(pair.Key) && pair.Value > 0 && pair.Value <= report.Rejected)
        && report.Rejections.Values.Aggregate(0.0, (sum, count) => sum + count) == report.Rejected
        && Holds(report, window, sourceLength)
        && IsParquet(main) == (report.HasMain && window is not { Survey: true })
        && IsParquet(identifiers) == (report.HasIdentifiers && window is not { Survey: true })
        && IsParquet(quarantine) == (report.Rejected > 0 && window is not { Survey: true });

    // Bytes that are not consumed are kept until the next part, so they are few; and each part goes on.
    private static bool Holds(LoadReport report, LoadWindow? window, long length) => window is null
        ? report.Window is null
        : report.Format is LoadFormat.Csv or LoadFormat.JsonLines
            && report.Encoding is not (null or SourceEncoding.Auto)
            && report.Window is { } told
            && told.Header is >= 0 and <= LoadWindow.LongestRecord
            && told.Consumed > told.Header && told.Consumed <= length
            && (window.More ? length - told.Consumed <= LoadWindow.LongestRecord : told.Consumed == length)
            && told.Lines is >= 0 and < Most;

    private static bool Holds(LoadReportColumn column) =>
        column.Name.Length is > 0 and <= CsvHeader.MaxName
        && !column.Name.Any(char.IsControl)
        && Enum.IsDefined(column.Type.Kind)
        && column.Type.Precision is >= 0 and <= 38
        && column.Type.Scale is >= 0 and <= 38
        && Enum.IsDefined(column.Kind)
        && Enum.IsDefined(column.Grade)
        && column.Values is >= 0 and < Most
        && column.Empty is >= 0 and < Most
        && column.Recognised >= 0
        && column.Recognised <= column.Values
        && (column.Origin is null || ArrowTypeText.Plausible(column.Origin));

    internal static bool IsParquet(SealedMemory memory)
    {
        const int Mark = 4;
        var length = memory.Length;
        if (length < 3 * Mark)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Mark];
        RandomAccess.Read(memory.Handle, bytes, 0);
        var head = bytes.SequenceEqual("PAR1"u8);
        RandomAccess.Read(memory.Handle, bytes, length - Mark);
        return head && bytes.SequenceEqual("PAR1"u8);
    }
}
