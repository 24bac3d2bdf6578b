using System.Globalization;
using System.IO.Compression;
using System.Xml;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// The parts of an XLSX package (ECMA-376) that tell its values: sheets, shared texts, which styles are dates. Elements are known by their local names, so that both the
/// transitional and the strict form are read. No entity, no outside reference, no macro is ever followed; what unpacks to more than is taken is refused.
/// </summary>
internal sealed class XlsxWorkbook : IDisposable
{
    private const int MostParts = 10_000;
    private const long MostPlainBytes = 4L << 30;
    private const long MostTextBytes = 512L << 20;

    private readonly ZipArchive _package;

    private XlsxWorkbook(ZipArchive package) => _package = package;

    /// <summary>Sheets in their order: name, whether it is shown, part.</summary>
    internal List<(string Name, bool Shown, string Part)> Sheets { get; } = [];

    /// <summary>Whether days are counted from 1904.</summary>
    internal bool From1904 { get; private set; }

    internal List<string> Texts { get; } = [];

    /// <summary>For each cell style, whether its numbers are dates or times.</summary>
    internal List<bool> DateStyles { get; } = [];

    /// <exception cref="WorkerRefusedException">It is no workbook, is damaged or too large.</exception>
    internal static XlsxWorkbook Open(Stream file)
    {
        try
        {
            var package = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (package.Entries.Count > MostParts || package.Entries.Sum(entry => (double)entry.Length) > MostPlainBytes)
            {
                throw new WorkerRefusedException(LoadRules.Workbook);
            }

            var workbook = new XlsxWorkbook(package);
            workbook.ReadSheets();
            workbook.ReadStyles();
            workbook.ReadTexts();
            return workbook;
        }
        catch (Exception failure) when (failure is InvalidDataException or XmlException or FormatException or OverflowException)
        {
            throw new WorkerRefusedException(LoadRules.Workbook);
        }
    }

    /// <summary>A part as XML.</summary>
    /// <exception cref="WorkerRefusedException">There is no such part.</exception>
    internal XmlReader Read(string part) => TryRead(part) ?? throw new WorkerRefusedException(LoadRules.Workbook);

    public void Dispose() => _package.Dispose();

    private XmlReader? TryRead(string part)
    {
        if (_package.GetEntry(part) is not { } entry)
        {
            return null;
        }

        return XmlReader.Create(
            new BoundedStream(entry.Open(), MostPlainBytes),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, CloseInput = true });
    }

    private void ReadSheets()
    {
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        using (var links = Read("xl/_rels/workbook.xml.rels"))
        {
            while (links.Read())
            {
                if (links is { NodeType: XmlNodeType.Element, LocalName: "Relationship" } && links.GetAttribute("Id") is { } id && links.GetAttribute("Target") is { } target && links.GetAttribute("TargetMode") != "External")
                {
                    targets[id] = target.StartsWith('/') ? target[1..] : "xl/" + target;
                }
            }
        }

        using var workbook = Read("xl/workbook.xml");
        while (workbook.Read())
        {
            if (workbook is { NodeType: XmlNodeType.Element, LocalName: "workbookPr" })
            {
                From1904 = workbook.GetAttribute("date1904") is "1" or "true" or "on";
            }
            else if (workbook is { NodeType: XmlNodeType.Element, LocalName: "sheet" } && workbook.GetAttribute("name") is { } name)
            {
                var id = "";
                while (workbook.MoveToNextAttribute())
                {
                    id = workbook.LocalName == "id" && workbook.Prefix.Length > 0 ? workbook.Value : id;
                }

                workbook.MoveToElement();
                if (targets.TryGetValue(id, out var part) && part.Contains("worksheets/", StringComparison.Ordinal))
                {
                    Sheets.Add((name, workbook.GetAttribute("state") is null or "visible", part));
                }
            }
        }
    }

    private void ReadStyles()
    {
        if (TryRead("xl/styles.xml") is not { } styles)
        {
            return;
        }

        using (styles)
        {
            var own = new Dictionary<int, bool>();
            var inside = false;
            while (styles.Read())
            {
                switch (styles.LocalName)
                {
                    case "numFmt" when styles.NodeType == XmlNodeType.Element:
                        own[int.Parse(styles.GetAttribute("numFmtId") ?? "", CultureInfo.InvariantCulture)] = XlsxNumbers.IsDateFormat(styles.GetAttribute("formatCode") ?? "");
                        break;
                    case "cellXfs":
                        inside = styles.NodeType == XmlNodeType.Element && !styles.IsEmptyElement;
                        break;
                    case "xf" when inside && styles.NodeType == XmlNodeType.Element:
                        var format = int.Parse(styles.GetAttribute("numFmtId") ?? "0", CultureInfo.InvariantCulture);
                        DateStyles.Add(own.TryGetValue(format, out var date) ? date : XlsxNumbers.IsDateFormat(format));
                        break;
                }
            }
        }
    }

    private void ReadTexts()
    {
        if (TryRead("xl/sharedStrings.xml") is not { } shared)
        {
            return;
        }

        using (shared)
        {
            long bytes = 0;
            while (shared.Read())
            {
                if (shared is { NodeType: XmlNodeType.Element, LocalName: "si" })
                {
                    Texts.Add(XlsxSheet.Text(shared));
                    if ((bytes += (2 * Texts[^1].Length) + 32) > MostTextBytes)
                    {
                        throw new WorkerRefusedException(LoadRules.Workbook);
                    }
                }
            }
        }
    }

    /// <summary>Ends with an error at a limit, whatever the package says of its sizes.</summary>
    private sealed class BoundedStream(Stream inner, long most) : Stream
    {
        private long _left = most;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            return (_left -= read) < 0 ? throw new InvalidDataException() : read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
