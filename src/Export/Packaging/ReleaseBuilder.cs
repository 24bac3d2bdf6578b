using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Export.Reviewing;
using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>Makes release packages. Nothing is packed whose review did not release exactly these bytes; the votes are counted here once more.</summary>
public static class ReleaseBuilder
{
    /// <summary>Path of the signed manifest in the archive.</summary>
    public const string ManifestPath = "manifest.json";

    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>The package of a released review.</summary>
    /// <param name="request">What is released.</param>
    /// <param name="domainKey">The domain's signing key; its suite's hash made the content digest.</param>
    public static ReleaseResult Build(ReleaseRequest request, SigningKey domainKey)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(domainKey);
        var (content, state) = (request.Content, request.Review.State);
        if (state.Stage != ReviewStage.Released || state.ContentDigest != content.Digest || request.Review.ExportId != content.ExportId
            || request.Report.Verdict == Verdict.Fail || request.Scope.ScenarioId != content.ScenarioId || request.Scope.Purpose != content.Purpose
            || !ExportReview.InForce(request.Scope, request.Now))
        {
            return new ReleaseResult.Refused(ReviewWords.NotReleased);
        }

        if (request.DataSets.Count == 0 || request.DataSets.Any(set => string.IsNullOrWhiteSpace(set.Source) || string.IsNullOrWhiteSpace(set.Acquired)))
        {
            return new ReleaseResult.Refused(ReleaseWords.NoSource);
        }

        var manifest = Describe(request);
        if (ApprovalCheck.Find(manifest, domainKey.Suite) is not null)
        {
            return new ReleaseResult.Refused(ReviewWords.NotReleased);
        }

        var signed = SignedStatement.Sign(domainKey, ReleaseManifest.Label, ManifestForm.Write(manifest)).ToBytes();
        var package = ArchiveLayout.Pack([new ArchiveFile(ManifestPath, signed), .. content.Files]);
        return new ReleaseResult.Built(package, Convert.ToHexStringLower(domainKey.Suite.Hash(package)), manifest);
    }

    private static ReleaseManifest Describe(ReleaseRequest request) => new()
    {
        Format = ReleaseManifest.FormatName,
        Release = request.Content.ExportId,
        Domain = request.Domain,
        Created = Time(request.Now),
        Profile = request.Profile,
        Scenario = new ManifestScenario(request.Scope.ScenarioId, request.Content.Purpose, Time(request.Scope.NotBefore), Time(request.Scope.NotAfter)),
        Recipient = ReleaseContent.ManifestOf(request.Content.Recipient),
        Author = new ManifestPerson(request.Review.State.Author.Id, request.Review.State.Author.Organisation),
        DataSets = [.. request.DataSets.OrderBy(set => set.Id, StringComparer.Ordinal)],
        Files = request.Content.Listing,
        Checks = ReleaseChecks.Of(request.Report),
        Content = request.Content.Digest,
        FirstReviews = request.Review.State.Rules.FirstReviews,
        Approvals =
        [
            .. request.Review.Votes
                .Where(cast => cast.Vote.Decision == VoteDecision.Approve && cast.Vote.ContentDigest == request.Content.Digest)
                .OrderBy(cast => cast.Vote.By.Id, StringComparer.Ordinal)
                .Select(cast => JsonNode.Parse(cast.Statement.ToBytes())!.AsObject()),
        ],
        Model = request.Model,
        Checkpoint = request.Checkpoint,
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);
}
