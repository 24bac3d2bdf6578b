namespace Sandbox.Policy.Review;

/// <summary>What happens to a review: a closed set.</summary>
public abstract record ReviewEvent
{
    private ReviewEvent()
    {
    }

    /// <summary>A reviewer approves exactly this content.</summary>
    public sealed record Approve(Reviewer By, string ContentDigest) : ReviewEvent;

    /// <summary>A reviewer sends the request back with a comment.</summary>
    public sealed record Return(Reviewer By, string ContentDigest) : ReviewEvent;

    /// <summary>A reviewer refuses the request for good.</summary>
    public sealed record Reject(Reviewer By, string ContentDigest) : ReviewEvent;

    /// <summary>The author changes the content; the checks ran again over it.</summary>
    public sealed record Change(Reviewer By, string ContentDigest, Verdict Checks) : ReviewEvent;

    /// <summary>The author takes the request back.</summary>
    public sealed record Withdraw(Reviewer By) : ReviewEvent;

    /// <summary>The approved content leaves; the digest is computed over the bytes that leave.</summary>
    public sealed record Release(Reviewer By, string ContentDigest) : ReviewEvent;

    /// <summary>The authority calls a release back.</summary>
    public sealed record Revoke(Reviewer By) : ReviewEvent;
}

/// <summary>Outcome of an event.</summary>
public abstract record ReviewStep
{
    private ReviewStep()
    {
    }

    /// <summary>The review is in a new state.</summary>
    public sealed record Moved(ReviewState State) : ReviewStep;

    /// <summary>Nothing has changed.</summary>
    public sealed record Refused(Refusal Reason) : ReviewStep;
}
