using System.Text;
using Sandbox.Export.Checks;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>Reads requests; a stored review is played through its signed votes again.</summary>
internal static class ExportReading
{
    public static ExportRequest Find(OpenDomain domain, string id) =>
        domain.Registry.Find<ExportRequest>(id) ?? throw new RefusedException(Refusals.Missing("export request", "出域申请", Names.Valid(id) ? id : "?"));

    /// <exception cref="RefusedException">The stored history does not give a valid review.</exception>
    public static ExportReview Review(OpenDomain domain, ExportRequest request) =>
        request.Journal is { } journal && ReviewJournal.Read(Encoding.UTF8.GetBytes(journal)) is { } review && review.ExportId == request.Id
            && review.State.Author == new Reviewer(request.Author, review.State.Author.Role, request.Organisation)
            && review.Votes.All(cast => IsOf(domain, cast))
            ? review
            : throw new RefusedException(Broken());

    // A vote names the key that signed it; whose key that is says the register of people alone.
    private static bool IsOf(OpenDomain domain, CastVote cast) =>
        domain.Registry.Find<Person>(cast.Vote.By.Id) is { } person
        && cast.Vote.By.Organisation == person.Organisation
        && Deputies.Holds(domain.Registry, domain.Time.LocalTimeZone, person, cast.Vote.By.Role, cast.Vote.At)
        && cast.Statement.Key.Equals(PublicKey.Parse(person.PublicKey));

    /// <summary>The findings under the six points of YN25 22.</summary>
    public static IReadOnlyList<ReviewPoint> Points(OpenDomain domain, ExportSpec spec, ExportCase export, CheckReport report) => ReviewPoints.Of(
        report,
        spec.Tables.Select(table => table.Source).OfType<string>().All(id => !string.IsNullOrWhiteSpace(domain.Registry.Find<DataSet>(id)?.Source)),
        export.Recipient.Country != export.HomeCountry);

    public static Refusal Moved() => new(
        "CC-27-4",
        "The request has moved on in the meantime; nothing was changed.",
        "Look at the request again and decide anew.",
        "该申请已有变动；未作任何更改。",
        "请重新查看该申请后再作决定。");

    private static Refusal Broken() => new(
        "CC-27-4",
        "The stored history of the review does not hold: a vote is missing, changed or not signed by its reviewer.",
        "Verify the ledger; ask for the export anew.",
        "存储的审查记录无效：有表决缺失、被更改或未由审查人签名。",
        "请核验台账，并重新申请出域。");
}
