using System.Text;
using Sandbox.Export.Reviewing;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy;

namespace Sandbox.Host.Exports;

/// <summary>Reads requests; a stored review is played through its signed votes again.</summary>
internal static class ExportReading
{
    public static ExportRequest Find(OpenDomain domain, string id) =>
        domain.Registry.Find<ExportRequest>(id) ?? throw new RefusedException(Refusals.Missing("export request", "出域申请", Names.Valid(id) ? id : "?"));

    /// <exception cref="RefusedException">The stored history does not give a valid review.</exception>
    public static ExportReview Review(ExportRequest request) =>
        request.Journal is { } journal && ReviewJournal.Read(Encoding.UTF8.GetBytes(journal)) is { } review && review.ExportId == request.Id
            ? review
            : throw new RefusedException(Broken());

    private static Refusal Broken() => new(
        "CC-27-4",
        "The stored history of the review does not hold: a vote is missing, changed or not signed by its reviewer.",
        "Verify the ledger; ask for the export anew.",
        "存储的审查记录无效：有表决缺失、被更改或未由审查人签名。",
        "请核验台账，并重新申请出域。");
}
