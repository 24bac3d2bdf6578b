using System.IO.Compression;
using System.Text;
using Sandbox.Vault.Loading;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Workbooks put together by hand, as spreadsheet programs write them and as they do not.</summary>
public sealed class XlsxTests
{
    private const string Styles = """
        <styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="2"><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="171" formatCode="#,##0.00&quot; mio&quot;;[Red]-#,##0.00"/></numFmts>
        <cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>
        """;

    [Fact]
    public void Cells_become_values_by_type_and_format()
    {
        using var run = LoadRun.Of(Book(Sheet(
            """
            <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>whole</t></is></c><c r="C2" t="str"><v>day</v></c><c r="D2" t="str"><v>moment</v></c><c r="E2" t="str"><v>share</v></c><c r="F2" t="str"><v>flag</v></c><c r="G2" t="str"><v>million</v></c></row>
            <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3"><v>7</v></c><c r="C3" s="1"><v>45000</v></c><c r="D3" s="2"><v>45000.75</v></c><c r="E3"><f>1/8</f><v>0.125</v></c><c r="F3" t="b"><v>1</v></c><c r="G3" s="4"><v>1.5E3</v></c></row>
            <row r="4"/>
            <row r="6"><c r="A6" t="s"><v>2</v></c><c r="C6" s="3"><v>1</v></c><c r="E6"><v>1E-3</v></c><c r="F6" t="b"><v>0</v></c><c r="G6" s="4"><v>2</v></c></row>
            """)));
        Assert.Equal((LoadFormat.Xlsx, 2, 0), (run.Report!.Format, run.Report.Rows, run.Report.Rejected));
        Assert.Equal(["code Text", "whole Whole64", "day Date", "moment Timestamp", "share Floating64", "flag Boolean", "million Whole64"], run.Report.Columns.Select(column => $"{column.Name} {column.Type.Kind}"));
        Assert.Equal(["0071|7|2023-03-15|2023-03-15 18:00:00|0.125|true|1500", "文 & <b>|∅|1900-01-01|∅|0.001|false|2"], LoadRun.Rows(run.Files.Main));
    }

    [Fact]
    public void What_a_sheet_does_not_tell_goes_to_the_quarantine_with_its_row()
    {
        var rows = new StringBuilder("""<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>""");
        foreach (var (row, cells) in new[]
        {
            (2, """<c r="A2"><v>1</v></c>"""), (3, """<c r="A3" t="e"><v>#N/A</v></c>"""), (4, """<c r="A4"><f>B4+1</f></c>"""), (5, """<c r="B5"><v>110101199003071233</v></c>"""),
            (6, """<c r="A6"><v>2</v></c><c r="D6"><v>3</v></c>"""), (7, """<c r="A7"><v>4</v></c>"""), (8, """<c r="A8" s="1"><v>60</v></c>"""), (9, """<c r="A9"><v>5</v></c>"""),
            (10, """<c r="A10"><v>6</v></c>"""), (11, """<c r="A11"><v>7</v></c>"""), (12, """<c r="A12"><v>8</v></c>"""), (13, """<c r="A13"><v>9</v></c>"""), (14, """<c r="A14"><v>9</v></c>"""),
        })
        {
            rows.Append(System.Globalization.CultureInfo.InvariantCulture, $"<row r=\"{row}\">{cells}</row>");
        }

        using var run = LoadRun.Of(Book(Sheet(rows.ToString(), """<mergeCells count="1"><mergeCell ref="A9:B9"/></mergeCells>""")));
        Assert.Equal(["3|Cell|1", "4|Cell|1", "5|Digits|2", "6|ExtraFields|4", "8|Cell|1", "9|Merged|∅"], LoadRun.Rows(run.Files.Quarantine, "line, reason, \"column\""));
        Assert.Equal(["1|∅", "4|∅", "6|∅", "7|∅", "8|∅", "9|∅", "9|∅"], LoadRun.Rows(run.Files.Main));
    }

    [Theory]
    [InlineData(null, null, null, "first")]
    [InlineData(null, "hidden", null, "first")]
    [InlineData(null, "", null, null)]
    [InlineData(null, "", "Second", "second")]
    [InlineData(null, "veryHidden", "Second", "second")]
    [InlineData("hidden", "hidden", null, null)]
    [InlineData(null, "", "second", null)]
    public void The_sheet_is_the_only_one_shown_or_named(string? first, string? second, string? wanted, string? column)
    {
        string Of(string name) => Sheet($"<row r=\"1\"><c r=\"A1\" t=\"str\"><v>{name}</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>");
        using var run = LoadRun.Of(Book(Of("first"), second is null ? null : Of("second"), first, second), sheet: wanted);
        Assert.Equal(column ?? "LOAD-SHEET", run.Report?.Columns[0].Name ?? run.Fault!.Rule);
    }

    [Fact]
    public void Days_from_1904_are_days_from_1904()
    {
        using var run = LoadRun.Of(Book(Sheet("""<row r="1"><c r="A1" t="str"><v>day</v></c></row><row r="2"><c r="A2" s="1"><v>43538</v></c></row>"""), date1904: true));
        Assert.Equal(["2023-03-15"], LoadRun.Rows(run.Files.Main));
    }

    [Fact]
    public void Hostile_workbooks_are_refused()
    {
        Assert.Equal("LOAD-WORKBOOK", Rule(Zip(("xl/other.xml", "<a/>"))));
        Assert.Equal("LOAD-WORKBOOK", Rule(Book(Sheet("<row r=\"1\"><c r=\"A1\"><v>1"))));
        Assert.Equal("LOAD-WORKBOOK", Rule(Book("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>&x;</v></c></row></sheetData></worksheet>")));
        Assert.Equal("LOAD-WORKBOOK", Rule(Book(Sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>99</v></c></row>"))));
        Assert.Equal("LOAD-WORKBOOK", Rule(Book(Sheet("<row r=\"1\"><c r=\"B1\" t=\"str\"><v>a</v></c><c r=\"A1\" t=\"str\"><v>b</v></c></row>"))));
        Assert.Equal("LOAD-WORKBOOK", Rule(Book(Sheet("<row r=\"1\"><c r=\"ZZZZZZZ1\" t=\"str\"><v>a</v></c></row>"))));
        Assert.Equal("LOAD-NO-ROWS", Rule(Book(Sheet(""))));
        Assert.Equal("LOAD-HEADER", Rule(Book(Sheet("<row r=\"1\"><c r=\"B1\" t=\"str\"><v>a</v></c></row><row r=\"2\"><c r=\"B2\"><v>1</v></c></row>"))));
        var sound = Book(Sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"));
        for (var length = 4; length < sound.Length; length += 97)
        {
            Assert.Equal("LOAD-WORKBOOK", Rule(sound[..length]));
        }

        // A sheet of one cell with 32 MB of blanks after it.
        using var bomb = LoadRun.Of(Book(Sheet("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row>" + new string(' ', 32 << 20))));
        Assert.Equal("LOAD-NO-ROWS", bomb.Fault?.Rule);
    }

    private static string? Rule(byte[] book)
    {
        using var run = LoadRun.Of(book);
        return run.Fault?.Rule;
    }

    private static string Sheet(string rows, string after = "") =>
        $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData>{after}</worksheet>";

    private static byte[] Book(string first, string? second = null, string? firstState = null, string? secondState = null, bool date1904 = false)
    {
        static string State(string? state) => string.IsNullOrEmpty(state) ? "" : $" state=\"{state}\"";
        return Zip(
            ("[Content_Types].xml", "<Types/>"),
            ("xl/workbook.xml", $"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><workbookPr{(date1904 ? " date1904=\"1\"" : "")}/><sheets><sheet name=\"First\" sheetId=\"1\"{State(firstState)} r:id=\"rId1\"/>{(second is null ? "" : $"<sheet name=\"Second\" sheetId=\"2\"{State(secondState)} r:id=\"rId2\"/>")}</sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"),
            ("xl/styles.xml", Styles),
            ("xl/sharedStrings.xml", "<sst><si><t>code</t></si><si><r><t>007</t></r><r><t xml:space=\"preserve\">1</t></r><rPh sb=\"0\" eb=\"1\"><t>reading</t></rPh></si><si><t>文 &amp; &lt;b&gt;</t></si></sst>"),
            ("xl/worksheets/sheet1.xml", first),
            ("xl/worksheets/sheet2.xml", second ?? Sheet("")));
    }

    private static byte[] Zip(params (string Name, string Text)[] parts)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }
}
