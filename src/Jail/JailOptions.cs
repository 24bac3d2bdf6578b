namespace Sandbox.Jail;

/// <summary>How a <see cref="Jailer"/> behaves.</summary>
public sealed record JailOptions
{
    /// <summary>Development only: start children without a jail where none can be had. Every exit then says level 0.</summary>
    public bool UnsafeNoJail { get; init; }

    /// <summary>The level without which nothing is started, whatever a policy says; 1 unless set.</summary>
    public int MinimumLevel { get; init; } = 1;

    /// <summary>Clock for the wall limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Folder for compiled and copied parts that jails read (no data): by default <c>/var/cache/sandbox</c> for root, else <c>sandbox</c> in the user's cache folder.
    /// </summary>
    public string? CacheFolder { get; init; }
}
