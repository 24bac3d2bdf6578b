using Sandbox.Jail;
using Sandbox.Policy;

namespace Sandbox.Vault.Fetching;

/// <summary>One pull of a provider's interface.</summary>
public sealed record FetchRequest
{
    /// <summary>Where it is.</summary>
    public required SourceAddress Address { get; init; }

    /// <summary>Headers that go along, such as an authorisation; see <see cref="FetchHeaders"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Certificates, PEM, to one of which the interface's own must lead back; null for those that the system trusts.</summary>
    public string? Roots { get; init; }

    /// <summary>
    /// JSON Pointer (RFC 6901) to the array of records in the answer, empty for the answer itself: its records are kept, one a line. Null keeps the answer as it came. Needed where pages are asked.
    /// </summary>
    public string? RecordsAt { get; init; }

    /// <summary>What the interface called its last answer; if that still holds, nothing is sent again. Not where pages are asked.</summary>
    public string? EntityTag { get; init; }

    /// <summary>Most bytes that are kept; they lie in memory.</summary>
    public long LimitBytes { get; init; } = 1L << 30;

    /// <summary>For the whole pull, over all its connections.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(2);

    /// <summary>For each wait: reaching the host, and every piece of the answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a pull ended.</summary>
public abstract record FetchResult
{
    private FetchResult()
    {
    }

    /// <summary>It is all there.</summary>
    /// <param name="Content">What was kept, sealed; the caller disposes it.</param>
    /// <param name="Pages">Answers that were read.</param>
    /// <param name="EntityTag">What the interface calls this answer, or null.</param>
    public sealed record Fetched(SealedMemory Content, int Pages, string? EntityTag) : FetchResult;

    /// <summary>The interface says that nothing changed.</summary>
    public sealed record Unchanged : FetchResult;

    /// <summary>Nothing was kept.</summary>
    public sealed record Refused(Refusal Refusal) : FetchResult;
}
