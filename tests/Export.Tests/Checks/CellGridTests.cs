using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Tests.Checks;

public sealed class CellGridTests
{
    private static readonly ArtefactColumn[] Columns =
        [new DimensionColumn("a", ValueKind.Text, "flights.carrier"), new DimensionColumn("b", ValueKind.Whole, "flights.delay"), Sample.Columns[1]];

    [Fact]
    public void A_combination_that_no_row_has_is_an_empty_cell_and_fails()
    {
        var complete = Cells("x1", "x2", "y1", "y2");
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(Sample.Table(complete, columns: Columns))).Verdict);
        var report = ExportChecker.Check(Sample.Case(Sample.Table(complete[..3], columns: Columns)));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal(["y", "2"], Assert.Single(report.Findings.First(finding => finding.Check == CheckNames.PresenceOfZero).Cells));
    }

    [Fact]
    public void Margins_and_the_class_of_missing_values_are_cells_like_others()
    {
        CellEvidence[] cells = [.. Cells("x1", "x2"), new(["x", null], 40, null, 40, 0, 0, 0, 0), new([null, "1"], 20, null, 20, 0, 0, 0, 0)];
        var report = ExportChecker.Check(Sample.Case(Sample.Table(cells, columns: Columns)));
        Assert.Equal(Verdict.Pass, report.Verdict);
        Assert.Equal(4, report.Tables[0].Rows.Count);
        Assert.Equal(Cell.Total.Value, report.Tables[0].Rows[^1][0]);
        var missing = ExportChecker.Check(Sample.Case(Sample.Table([new(["x", "(missing)"], 40, null, 40, 0, 0, 0, 0)], columns: Columns)));
        Assert.Equal(Cell.Missing.Value, Assert.Single(missing.Tables).Rows[0][1]);
        cells[3] = cells[3] with { Rows = 9, NonNull = 9 };
        Assert.Equal(Verdict.Fail, ExportChecker.Check(Sample.Case(Sample.Table(cells, columns: Columns))).Verdict);
    }

    [Fact]
    public void A_grid_beyond_all_measure_is_refused_without_being_built()
    {
        CellEvidence[] cells = [.. Enumerable.Range(0, 2000).Select(at => new CellEvidence(["g" + at, at.ToString(System.Globalization.CultureInfo.InvariantCulture)], 20, null, 20, 0, 0, 0, 0))];
        var report = ExportChecker.Check(Sample.Case(Sample.Table(cells, columns: Columns)));
        Assert.Contains(report.Findings, finding => finding.Words.Rule == "SB-EXP-9" && finding.Verdict == Verdict.Fail);
    }

    private static CellEvidence[] Cells(params string[] keys) => [.. keys.Select(key => new CellEvidence([key[..1], key[1..]], 20, null, 20, 0, 0, 0, 0))];
}
