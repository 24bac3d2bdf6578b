using Sandbox.Policy;
using Sandbox.Policy.Review;
using Sandbox.Trust;

namespace Sandbox.Export.Reviewing;

/// <summary>One thing that happened in a review, as it is stored.</summary>
public abstract record ReviewRecord
{
    private ReviewRecord()
    {
    }

    public sealed record OpenedBy(Reviewer Author, string ContentDigest, Verdict Checks, ReviewRules Rules, DateTimeOffset At) : ReviewRecord;

    /// <param name="Statement">The signed vote.</param>
    /// <param name="Registered">The reviewer as registered at that time.</param>
    /// <param name="At">When it was counted.</param>
    public sealed record Voted(SignedStatement Statement, Reviewer Registered, DateTimeOffset At) : ReviewRecord;

    public sealed record Changed(Reviewer By, string ContentDigest, Verdict Checks) : ReviewRecord;

    public sealed record Withdrawn(Reviewer By) : ReviewRecord;

    public sealed record ReleasedBy(Reviewer By, string ContentDigest, DateTimeOffset At) : ReviewRecord;

    public sealed record RevokedBy(Reviewer By) : ReviewRecord;
}
