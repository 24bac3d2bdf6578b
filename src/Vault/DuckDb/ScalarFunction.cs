namespace Sandbox.Vault.DuckDb;

/// <summary>The body of a scalar function, called with up to one vector of rows, on any of the engine's threads.</summary>
/// <param name="input">One column per parameter.</param>
/// <param name="output">To be filled for each of <c>input.Rows</c>.</param>
/// <param name="state">What <see cref="ScalarFunction.ThreadState"/> made for this thread, or null.</param>
internal delegate void ScalarBody(DuckDbChunk input, DuckDbVector output, object? state);

/// <summary>
/// A scalar function in C#. Registration is instance-wide: a keyed function must never be registered where user SQL can call it.
/// Call it as <c>system.main.name(…)</c>. An exception of the body becomes a fixed error without its text.
/// </summary>
internal sealed record ScalarFunction
{
    internal required string Name { get; init; }

    internal required IReadOnlyList<DuckDbTypeId> Parameters { get; init; }

    /// <summary>Type of any number of further parameters, <see cref="DuckDbTypeId.Any"/> for each its own; null = none.</summary>
    internal DuckDbTypeId? Rest { get; init; }

    internal required DuckDbTypeId Result { get; init; }

    internal required ScalarBody Body { get; init; }

    /// <summary>Makes the state of one engine thread (buffers, hash instances); disposed with the statement when disposable.</summary>
    internal Func<object>? ThreadState { get; init; }

    /// <summary>Whether the body sees rows with missing arguments itself; otherwise the engine answers them as missing.</summary>
    internal bool SeesMissing { get; init; }

    /// <summary>Whether equal arguments may give different results, so that the engine must not fold calls.</summary>
    internal bool Volatile { get; init; }
}
