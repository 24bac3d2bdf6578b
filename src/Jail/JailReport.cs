namespace Sandbox.Jail;

/// <summary>What jail this machine gives.</summary>
public sealed record JailReport
{
    /// <summary>0 = none, 1 = namespaces and the first call filter, 2 = also the second filter for models.</summary>
    public required int Level { get; init; }

    /// <summary>bubblewrap's version, or null when it is absent.</summary>
    public required string? Bubblewrap { get; init; }

    /// <summary>Whether a trial jail could be built, user namespaces included.</summary>
    public required bool UserNamespaces { get; init; }

    /// <summary>Whether a C compiler for the second filter is there.</summary>
    public required bool CompilerPresent { get; init; }

    /// <summary>Control groups: <c>v2</c>, <c>v1</c> or <c>none</c>. Reported only: limits come from resource limits, the sized tmpfs and the call filter.</summary>
    public required string Cgroup { get; init; }

    /// <summary>What is missing and what to do about it; empty at level 2.</summary>
    public required IReadOnlyList<JailAdvice> Words { get; init; }
}

/// <summary>One sentence about what is missing and its remedy.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Chinese.</param>
public sealed record JailAdvice(string En, string Zh);
