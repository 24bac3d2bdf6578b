using System.Text;
using System.Text.Json;
using System.Xml;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Export.Serialising;
using Sandbox.Fixtures;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Serialising;

/// <summary>Reports: what is set and drawn, what is refused, and that nobody's text acts on whoever reads them.</summary>
public sealed class ReportFormTests
{
    private static readonly Report Delays = new("delays-report", "Delays by carrier", [new ReportPart.Words("Carriers differ: 航空公司之间有差异 (2001)."), new ReportPart.Table("delays"), new ReportPart.Bars("delays", "mean_delay")]);

    [Fact]
    public void A_report_is_reviewed_drawn_by_us_and_part_of_what_is_voted_on()
    {
        var plain = Sample.Case();
        var export = plain with { Reports = [Delays] };
        var report = ExportChecker.Check(export);
        Assert.Equal(Verdict.Review, report.Verdict);
        var content = ReleaseContent.Render(Suite.Nist, export, report);
        Assert.Equal(
            ["data/delays.csv", "data/delays.json", "report/delays-report-1.svg", "report/delays-report.html", "report/delays-report.md"], content.Files.Select(file => file.Path));
        Assert.NotEqual(ReleaseContent.Render(Suite.Nist, plain, ExportChecker.Check(plain)).Digest, content.Digest);
        Assert.Equal(content.Digest, ReleaseContent.Render(Suite.Nist, export, ExportChecker.Check(export)).Digest);

        var html = Text(content, "report/delays-report.html");
        Assert.Contains("<td>AA</td><td>100</td><td>13.72</td>", html, StringComparison.Ordinal);
        Assert.Contains("航空公司之间有差异", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("| AA | 100 | 13\\.72 |", Text(content, "report/delays-report.md"), StringComparison.Ordinal);

        // Bars are as long as the printed figures say: 13.72, 27.13 and 40.26 of 400 points.
        var svg = new XmlDocument();
        svg.LoadXml(Text(content, "report/delays-report-1.svg"));
        Assert.Equal(["136.3", "269.5", "400"], svg.GetElementsByTagName("rect").Cast<XmlElement>().Select(bar => bar.GetAttribute("width")));

        using var key = Suite.Nist.GenerateSigningKey();
        var built = Assert.IsType<ReleaseResult.Built>(ReleaseBuilder.Build(Sample.Release(Suite.Nist, export), key));
        Assert.IsType<Verification.Genuine>(ReleaseVerifier.VerifyBytes(built.Package, key.Public));
    }

    [Fact]
    public void A_bar_tells_no_digit_that_the_table_does_not()
    {
        ArtefactColumn[] columns = [Sample.Columns[0], new MeasureColumn("mean_delay", ValueKind.Real, "flights.delay", MeasureKind.Mean, 1)];
        TableArtefact Made(double value) => ((ArtefactResult.Made)TableArtefact.Create("t", columns, [[new Cell.Text("a"), new Cell.Real(value)], [new Cell.Text("b"), new Cell.Real(90)]])).Table;
        Assert.Equal(SvgForm.Bars(Made(38.2), "mean_delay"), SvgForm.Bars(Made(42.9), "mean_delay"));
    }

    [Fact]
    public void Withheld_missing_and_negative_figures_are_drawn_as_such()
    {
        ArtefactColumn[] columns = [Sample.Columns[0], new MeasureColumn("m", ValueKind.Real, "flights.delay", MeasureKind.Mean, 3)];
        var table = ((ArtefactResult.Made)TableArtefact.Create("t", columns, [[new Cell.Text("a"), Cell.Withheld.Value], [new Cell.Text("b"), Cell.Missing.Value], [new Cell.Text("c"), new Cell.Real(-5)], [Cell.Total.Value, new Cell.Real(99)]])).Table;
        var svg = SvgForm.Bars(table, "m");
        Assert.Equal(1, svg.Split("<rect").Length - 1);
        Assert.Contains(">x</text>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("99", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", SvgForm.Bars(((ArtefactResult.Made)TableArtefact.Create("t", columns, [[new Cell.Text("a"), Cell.Withheld.Value]])).Table, "m"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Report", "t", "words")]
    [InlineData("delays", "t", "words")]
    [InlineData("r", "", "words")]
    [InlineData("r", "t", "")]
    [InlineData("r", "t", "a\u202eb")]
    [InlineData("r", "t", "a\nb")]
    public void A_report_that_is_none_fails(string name, string title, string words) => Fails(new Report(name, title, [new ReportPart.Words(words)]), "SB-EXP-23");

    [Fact]
    public void A_report_shows_only_tables_of_its_request()
    {
        Fails(new Report("r", "t", [new ReportPart.Table("elsewhere")]), "SB-EXP-23");
        Fails(new Report("r", "t", [new ReportPart.Bars("delays", "carrier")]), "SB-EXP-23");
        Fails(new Report("r", "t", []), "SB-EXP-23");
        Fails(new Report("r", "t", [.. Enumerable.Repeat(new ReportPart.Words("a"), Report.MostParts + 1)]), "SB-EXP-23");
        Fails(new Report("r", "t", [new ReportPart.Words(new string('a', Report.LongestText + 1))]), "SB-EXP-23");
        CellEvidence[] few = [Sample.Cells("AA")[0] with { Rows = 2, NonNull = 2 }];
        var failed = ExportChecker.Check(Sample.Case(Sample.Table(few)) with { Reports = [Delays] });
        Assert.Equal(Verdict.Fail, failed.Verdict);
        Assert.Empty(failed.Tables);
    }

    [Theory]
    [InlineData("The holder of 11010519491231002X pays most.")]
    [InlineData("致电13800138000（王）。")]
    [InlineData("key 0123456789abcdef0123456789abcdef")]
    [InlineData("Mail wang@example.com.")]
    public void Words_with_an_identifier_fail(string words) => Fails(new Report("r", "t", [new ReportPart.Words(words)]), "CC-27-1", "CC-27-2");

    [SharedDataFact]
    public void Every_naughty_string_stands_in_a_report_as_text()
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Checkout.SharedData!, "cases", "export", "blns.json")));
        var strings = list.RootElement.EnumerateArray().Select(item => item.GetString()!).Where(text => text.Length > 0).ToArray();
        foreach (var text in strings.Concat(File.ReadAllLines(Path.Combine(Checkout.SharedData!, "cases", "export", "csv_injection_payloads.txt")).Where(line => line.Length > 0)))
        {
            if (TableArtefact.Create("t", [Sample.Columns[0], Sample.Columns[1]], [[new Cell.Text(text), new Cell.Whole(100)]]) is not ArtefactResult.Made(var table))
            {
                continue;
            }

            // In the table's files it comes back equal; in the report it is neither element nor entity nor link.
            var csv = CsvText.Read(CsvForm.Write(table));
            Assert.Equal(text, FormulaGuard.Restore(csv[1][0]));
            using var json = JsonDocument.Parse(JsonForm.Write(table));
            Assert.Equal(text, json.RootElement.GetProperty("rows")[0][0].GetString());
            var report = new Report("r", "t", [new ReportPart.Table("t"), new ReportPart.Bars("t", "flights")]);
            var html = Encoding.UTF8.GetString(HtmlForm.Write(report, [table]));
            var page = new XmlDocument { XmlResolver = null };
            page.LoadXml(html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)]);
            Assert.Equal(text, page.SelectSingleNode("//td[1]")!.InnerText);
            Assert.Empty(page.GetElementsByTagName("script").Cast<XmlElement>());
        }
    }

    private static void Fails(Report report, params string[] rules)
    {
        var checkedReport = ExportChecker.Check(Sample.Case() with { Reports = [report] });
        Assert.Equal(Verdict.Fail, checkedReport.Verdict);
        Assert.Contains(checkedReport.Findings, finding => finding.Verdict == Verdict.Fail && rules.Contains(finding.Words.Rule));
        Assert.Empty(checkedReport.Tables);
    }

    private static string Text(ReleaseContent content, string path) => Encoding.UTF8.GetString(content.Files.Single(file => file.Path == path).Content.Span);
}
