using Sandbox.Jail;

namespace Sandbox.Vault.Queries;

/// <summary>
/// A person's open door to one workbench zone: a warm jailed child, one statement at a time. A child that dies, or does not stop at its deadline,
/// is killed and replaced; the answer says so. Safe for several callers, who then wait for one another.
/// </summary>
public sealed class QuerySession : IAsyncDisposable
{
    // JSON may write a byte of an answer as six; the frame also holds names and marks.
    private const int ReplyOverhead = 512 * 1024;

    private readonly Jailer _jailer;
    private readonly ZoneMemory _zone;
    private readonly QueryLimits _limits;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Task<QueryChild>? _child;
    private bool _disposed;

    private QuerySession(Jailer jailer, ZoneMemory zone, QueryLimits limits, QueryChild child)
    {
        _jailer = jailer;
        _zone = zone;
        _limits = limits;
        _child = Task.FromResult(child);
        Tables = [.. child.Tables.Select(table => new ZoneTableInfo(table.Schema, table.Name, table.Columns))];
    }

    /// <summary>The tables that statements may read.</summary>
    public IReadOnlyList<ZoneTableInfo> Tables { get; }

    /// <param name="child">A child that was launched over the zone already; null to start one.</param>
    internal static async Task<QuerySession> OpenAsync(Jailer jailer, ZoneMemory zone, QueryLimits limits, QueryChild? child, CancellationToken cancellation)
    {
        child ??= QueryChild.Launch(jailer, zone, limits);
        await child.OpenZoneAsync(zone, limits, cancellation).ConfigureAwait(false);
        return new QuerySession(jailer, zone, limits, child);
    }

    /// <summary><see cref="QueryAsync(string, IReadOnlyList{QueryParameter}, CancellationToken)"/> of a statement without parameters.</summary>
    public Task<QueryAnswer> QueryAsync(string sql, CancellationToken cancellation = default) => QueryAsync(sql, [], cancellation);

    /// <summary>Judges and runs one statement.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="parameters">Values for the statement's <c>$names</c>; what it does not use is not looked at.</param>
    /// <param name="cancellation">Ends the statement; the answer is then <see cref="QueryFault.Stopped"/> and the next statement meets a fresh child.</param>
    /// <exception cref="ObjectDisposedException">The session is closed.</exception>
    /// <exception cref="JailRefusedException">A fresh child was needed and no jail can be had any more.</exception>
    public Task<QueryAnswer> QueryAsync(string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellation = default) => AskAsync(sql, parameters, null, cancellation);

    /// <summary>Judges and runs one SELECT and writes its whole answer, as a file that later sessions open, to <paramref name="target"/>.</summary>
    /// <param name="sql">One SELECT.</param>
    /// <param name="parameters">Values for its <c>$names</c>.</param>
    /// <param name="name">Name of the result.</param>
    /// <param name="target">Takes at most <see cref="NamedResults.MostBytes"/>; what it got is worth something only with the answer <see cref="QueryAnswer.Kept"/>.</param>
    /// <param name="cancellation">Ends the statement.</param>
    /// <exception cref="InvalidOperationException">The session was not opened for it.</exception>
    public Task<QueryAnswer> KeepAsync(string sql, IReadOnlyList<QueryParameter> parameters, string name, Stream target, CancellationToken cancellation = default) =>
        _zone.Keeps ? AskAsync(sql, parameters, (name, target), cancellation) : throw new InvalidOperationException("This session has no room to keep a result.");

    private async Task<QueryAnswer> AskAsync(string sql, IReadOnlyList<QueryParameter> parameters, (string Name, Stream Target)? keep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(sql);
        ArgumentNullException.ThrowIfNull(parameters);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (StatementGuard.CheckText(sql, _limits) is { } broken)
        {
            return new QueryAnswer.Refused(broken);
        }

        try
        {
            await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return QueryFaults.Answer(QueryFault.Stopped, freshSession: false);
        }

        try
        {
            return await RunAsync(sql, parameters, keep, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await EndChildAsync().ConfigureAwait(false);
        _zone.Dispose();
        _turn.Dispose();
    }

    private async Task<QueryAnswer> RunAsync(string sql, IReadOnlyList<QueryParameter> parameters, (string Name, Stream Target)? keep, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            _child ??= QueryChild.StartAsync(_jailer, _zone, _limits, CancellationToken.None);
            var child = await _child.WaitAsync(cancellation).ConfigureAwait(false);
            late.CancelAfter(_limits.Deadline + _limits.KillAfter);
            var largest = (_limits.Bytes * 6) + ReplyOverhead;
            var reply = await (keep is var (name, target)
                ? child.KeepAsync(sql, parameters, name, target, largest, late.Token)
                : child.RunAsync(sql, parameters, largest, late.Token)).ConfigureAwait(false);
            return ReplyReading.Answer(reply, sql, Tables, _limits, keep is not null);
        }
        catch (OperationCanceledException)
        {
            await ReplaceChildAsync().ConfigureAwait(false);
            return QueryFaults.Answer(QueryFault.Stopped, freshSession: true);
        }
        catch (JailRefusedException)
        {
            _child = null;
            throw;
        }
        catch (QueryChildException)
        {
            await ReplaceChildAsync().ConfigureAwait(false);
            return QueryFaults.Answer(QueryFault.Crashed, freshSession: true);
        }
    }

    // The fresh child starts at once, so that the next statement finds it warm.
    private async Task ReplaceChildAsync()
    {
        await EndChildAsync().ConfigureAwait(false);
        _child = _disposed ? null : QueryChild.StartAsync(_jailer, _zone, _limits, CancellationToken.None);
    }

    private async Task EndChildAsync()
    {
        if (_child is { } task)
        {
            _child = null;
            try
            {
                await (await task.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is QueryChildException or JailRefusedException or OperationCanceledException)
            {
                // It never came up: nothing is left to end.
            }
        }
    }
}

/// <summary>A table of an open zone.</summary>
/// <param name="Schema">Schema; <c>main</c> needs no prefix in a statement.</param>
/// <param name="Name">Name of the table.</param>
/// <param name="Columns">Its columns.</param>
public sealed record ZoneTableInfo(string Schema, string Name, IReadOnlyList<QueryColumn> Columns);
