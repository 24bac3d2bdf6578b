using Sandbox.Host.Registry;
using Sandbox.Policy.Review;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Exports;

/// <summary>A request for export. It holds what was asked and the history of the review; figures are recomputed whenever they are needed.</summary>
/// <param name="Digest">Digest of the content under review, or null when the checks failed and there is none.</param>
/// <param name="Journal">Canonical JSON of the review's history, or null when it never opened.</param>
public sealed record ExportRequest(
    string Id,
    ExportSpec Spec,
    string Author,
    string Organisation,
    DateTimeOffset RequestedAt,
    Verdict Checks,
    string? Digest,
    ReviewStage Stage,
    string? Journal,
    IReadOnlyList<ObjectRef> Objects) : IAggregate
{
    public static string Kind => "export_request";
}

/// <summary>What left.</summary>
/// <param name="Package">Lower-case hex digest of the package's bytes.</param>
/// <param name="Entry">Index of the ledger entry.</param>
public sealed record Release(string Id, string File, string Package, long Bytes, long Entry, string Recipient, DateTimeOffset ReleasedAt) : IAggregate
{
    public static string Kind => "release";
}
