using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Policy;

namespace Sandbox.Export.Tests.Checks;

public sealed class ReviewPointsTests
{
    [Fact]
    public void Every_finding_lies_under_one_of_the_six_points()
    {
        var few = Sample.Cells("a", "b");
        ExportCase[] cases =
        [
            Sample.Case(),
            Sample.Case() with { Purpose = "another" },
            Sample.Case() with { Recipient = new Recipient("r", "n", "SG") },
            Sample.Case(Sample.Table() with { RawRowMatches = 3 }),
            Sample.Case(Sample.Table() with { Differencing = DifferencingSearch.Isolates }),
            Sample.Case(Sample.Table() with { Evidence = [] }),
            Sample.Case(Sample.Table([few[0] with { Rows = 3, NonNull = 3 }, few[1]])),
            Sample.Case() with { Reports = [new Report("r", "t", [new ReportPart.Words("w")])] },
            Sample.Case() with { Limits = new ArtefactLimits(MaxRows: 2) },
        ];
        int[] hit = [-1, 0, 4, 2, 3, 3, 3, 5, 5];
        foreach (var (at, export) in cases.Index())
        {
            var report = ExportChecker.Check(export);
            var points = ReviewPoints.Of(report, sourcesKnown: true, abroad: false);
            Assert.Equal(6, points.Count);
            Assert.Equal(report.Verdict, Verdicts.Strictest([.. points.Select(point => point.Verdict)]));
            Assert.Equal(report.Findings.Select(finding => finding.Check).Distinct().Order(StringComparer.Ordinal), points.SelectMany(point => point.Checks).Distinct().Order(StringComparer.Ordinal));
            if (hit[at] >= 0)
            {
                Assert.NotEqual(Verdict.Pass, points[hit[at]].Verdict);
            }
        }
    }

    [Fact]
    public void Unknown_sources_fail_and_delivery_abroad_is_looked_at()
    {
        var report = ExportChecker.Check(Sample.Case());
        Assert.Equal(Verdict.Fail, ReviewPoints.Of(report, sourcesKnown: false, abroad: false)[1].Verdict);
        Assert.Equal(Verdict.Review, ReviewPoints.Of(report, sourcesKnown: true, abroad: true)[4].Verdict);
        Assert.All(ReviewPoints.Of(report, sourcesKnown: true, abroad: false), point => Assert.True(point.Verdict == Verdict.Pass && point.Words.Length > 3 && point.WordsZh.Length > 3));
    }
}
