using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Export.Reviewing;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Tests;

/// <summary>A small export that passes everything, from which each test spoils one thing.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    public static readonly Reviewer Author = new("maker", Role.Operator, "operating-unit");

    public static readonly Reviewer First = new("chen", Role.Authority, "bureau");

    public static readonly Reviewer Second = new("lin", Role.AppointedThirdParty, "institute");

    public static readonly Reviewer Releaser = new("head", Role.Authority, "bureau");

    public static readonly ReviewRules Rules = new(2, [Role.Authority, Role.AppointedThirdParty], ["FT 21"]);

    public static readonly GrantedScope Scope = new(
        "s-1", true, "delay statistics", new HashSet<string> { "flights.carrier", "flights.delay", "flights.tail", "flights.token" }, Now.AddDays(-10), Now.AddDays(10));

    public static readonly ArtefactColumn[] Columns =
    [
        new DimensionColumn("carrier", ValueKind.Text, "flights.carrier"),
        new MeasureColumn("flights", ValueKind.Whole, null, MeasureKind.Count, 15),
        new MeasureColumn("mean_delay", ValueKind.Real, "flights.delay", MeasureKind.Mean, 4),
    ];

    public static CellEvidence[] Cells(params string[] groups) =>
        [.. (groups.Length == 0 ? ["AA", "HP", "UA"] : groups).Select((group, at) => new CellEvidence([group], 100 + at, null, 90 + at, 1234.5678 * (at + 1), 60, 50, 0))];

    public static RequestedTable Table(CellEvidence[]? cells = null, string name = "delays", ArtefactColumn[]? columns = null)
    {
        var used = columns ?? Columns;
        return new RequestedTable
        {
            Name = name,
            Columns = used,
            Differencing = DifferencingSearch.Safe,
            Sources = new Dictionary<string, SourceColumn>
            {
                ["flights.carrier"] = new(false, false),
                ["flights.delay"] = new(false, false),
                ["flights.tail"] = new(false, true),
                ["flights.token"] = new(true, true),
            },
            Evidence = [.. used.OfType<MeasureColumn>().Select(measure => new MeasureEvidence(measure.Name, cells ?? Cells()))],
        };
    }

    public static ExportCase Case(params RequestedTable[] tables) => new()
    {
        ExportId = "e-1",
        Purpose = "delay statistics",
        Recipient = new Recipient("r-1", "Futian Transport Bureau", "CN"),
        Scope = Scope,
        Tables = tables.Length == 0 ? [Table()] : tables,
        Rules = new DisclosureRules(),
        Now = Now,
    };

    public static ExportReview Approved(ExportCase export, ReleaseContent content, CheckReport report, Suite suite)
    {
        var review = Moved(ExportReview.Open(export.ExportId, Rules, Author, content.Digest, report.Verdict, export.Scope, Now.AddHours(-2)));
        foreach (var reviewer in new[] { First, Second })
        {
            using var key = suite.GenerateSigningKey();
            var vote = new Vote(export.ExportId, content.Digest, reviewer, VoteDecision.Approve, Now.AddHours(-1)).Sign(key);
            review = Moved(review.Cast(vote.ToBytes(), new RegisteredReviewer(reviewer, key.Public), export.Scope, Now));
        }

        return review;
    }

    public static ReleaseRequest Release(Suite suite, ExportCase? given = null)
    {
        var export = given ?? Case();
        var report = ExportChecker.Check(export);
        var content = ReleaseContent.Render(suite, export, report);
        return new ReleaseRequest
        {
            Domain = "futian-domain",
            Profile = "futian",
            Scope = export.Scope,
            Content = content,
            Report = report,
            Review = Moved(Approved(export, content, report, suite).Release(Releaser, content.Digest, export.Scope, Now)),
            DataSets = [new ManifestDataSet("d-1", "Flights 2001", "Transport Bureau", "US BTS", "2026-01-02")],
            Model = new ManifestModel("flight-delay", "1.0.0", new string('a', 64), "run-7", new string('b', 64)),
            Checkpoint = "futian-domain\n7\nAAAA\n",
            Now = Now,
        };
    }

    public static ExportReview Moved(ReviewOutcome outcome) => Assert.IsType<ReviewOutcome.Moved>(outcome).Review;

    public static Refusal Refused(ReviewOutcome outcome) => Assert.IsType<ReviewOutcome.Refused>(outcome).Reason;
}
