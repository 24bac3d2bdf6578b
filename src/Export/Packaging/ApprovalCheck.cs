using Sandbox.Export.Reviewing;
using Sandbox.Trust;

namespace Sandbox.Export.Packaging;

/// <summary>
/// Whether the votes in a manifest are enough, from the manifest alone: each signed, for this request and this content, an approval, by distinct people with
/// distinct keys, none of them the author or of the author's organisation. The builder and the verifier ask the same question.
/// </summary>
internal static class ApprovalCheck
{
    public static PackageFault? Find(ReleaseManifest manifest, Suite suite)
    {
        var needed = Math.Max(2, manifest.FirstReviews);
        if (ReleaseContent.DigestOf(suite, manifest.Release, manifest.Scenario.Id, manifest.Scenario.Purpose, manifest.Recipient, manifest.Files) != manifest.Content)
        {
            return PackageFault.Content;
        }

        var people = new HashSet<string>(StringComparer.Ordinal);
        var keys = new HashSet<PublicKey>();
        foreach (var envelope in manifest.Approvals)
        {
            if (Vote.FromUntrusted(envelope) is not { } cast)
            {
                return PackageFault.Approval;
            }

            if (cast.Vote.ExportId != manifest.Release || cast.Vote.ContentDigest != manifest.Content)
            {
                return PackageFault.Content;
            }

            if (cast.Vote.Decision != VoteDecision.Approve || cast.Vote.By.Id == manifest.Author.Id || cast.Vote.By.Organisation == manifest.Author.Organisation
                || !people.Add(cast.Vote.By.Id) || !keys.Add(cast.Key))
            {
                return PackageFault.TooFewApprovals(needed);
            }
        }

        return people.Count >= needed ? null : PackageFault.TooFewApprovals(needed);
    }
}
