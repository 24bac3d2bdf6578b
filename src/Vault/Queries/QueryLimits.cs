namespace Sandbox.Vault.Queries;

/// <summary>Caps on a query and its answer. The defaults suit a workbench session on a small machine.</summary>
public sealed record QueryLimits
{
    /// <summary>Characters of the statement, 1–262,144.</summary>
    public int TextCharacters { get; init; } = 32_768;

    /// <summary>Levels of nesting of the parsed statement, 1–140 (the engine itself stops at 150).</summary>
    public int Depth { get; init; } = 100;

    /// <summary>Parts (expressions, tables, subqueries) of the parsed statement, 1–100,000.</summary>
    public int Parts { get; init; } = 5_000;

    /// <summary>Rows of an answer, 1–100,000; more are cut off and the answer says so.</summary>
    public int Rows { get; init; } = 200;

    /// <summary>Bytes of an answer as it is shown, 1 KiB–16 MiB; rows beyond are cut off and the answer says so.</summary>
    public int Bytes { get; init; } = 64 * 1024;

    /// <summary>Time that a statement may run before it is interrupted.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between the first interrupt and the kill of the child; within it the interrupt is repeated.</summary>
    public TimeSpan KillAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time that a fresh child may take until it is ready.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Memory of the engine in bytes, 64 MiB or more.</summary>
    public long EngineMemoryBytes { get; init; } = 512L << 20;

    /// <summary>Private memory that the whole child may have: the engine and the runtime around it. This is what a session costs the host at most.</summary>
    public long ChildBytes => EngineMemoryBytes + (512L << 20);

    /// <summary>Threads of the engine, 1–16.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>These limits, or <see cref="ArgumentOutOfRangeException"/> for a value outside its range.</summary>
    public QueryLimits Validated()
    {
        Require(TextCharacters is >= 1 and <= 262_144, nameof(TextCharacters));
        Require(Depth is >= 1 and <= 140, nameof(Depth));
        Require(Parts is >= 1 and <= 100_000, nameof(Parts));
        Require(Rows is >= 1 and <= 100_000, nameof(Rows));
        Require(Bytes is >= 1024 and <= 16 << 20, nameof(Bytes));
        Require(Deadline > TimeSpan.Zero && Deadline <= TimeSpan.FromHours(1), nameof(Deadline));
        Require(KillAfter > TimeSpan.Zero && KillAfter <= TimeSpan.FromMinutes(1), nameof(KillAfter));
        Require(StartLimit > TimeSpan.Zero && StartLimit <= TimeSpan.FromMinutes(10), nameof(StartLimit));
        Require(EngineMemoryBytes >= 64L << 20, nameof(EngineMemoryBytes));
        Require(Threads is >= 1 and <= 16, nameof(Threads));
        return this;
    }

    private static void Require(bool holds, string name)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, "The limit lies outside its documented range.");
        }
    }
}
