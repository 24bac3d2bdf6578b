using System.Text.Json.Serialization.Metadata;
using Sandbox.Jail;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>One jailed query child from the host's side. What it sends is hostile: sizes, kinds and JSON are checked.</summary>
internal sealed class QueryChild : IAsyncDisposable
{
    // A result and what the engine needs beside it while it writes.
    private const long RoomBytes = NamedResults.MostBytes + (8L << 20);

    private readonly JailedProcess _process;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;

    private QueryChild(JailedProcess process)
    {
        _process = process;
        _reader = new FrameReader(process.Output);
        _writer = new FrameWriter(process.Input);
    }

    /// <summary>The tables that the zone holds.</summary>
    public IReadOnlyList<OpenedTable> Tables { get; private set; } = [];

    /// <summary>Starts a child over a sealed zone and waits until it has locked itself.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="QueryChildException">The child did not open the zone.</exception>
    public static async Task<QueryChild> StartAsync(Jailer jailer, ZoneMemory zone, QueryLimits limits, CancellationToken cancellation)
    {
        var child = Launch(jailer, zone, limits);
        await child.OpenZoneAsync(zone, limits, cancellation).ConfigureAwait(false);
        return child;
    }

    /// <summary>Starts a child that comes up while its zone is still being filled.</summary>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    public static QueryChild Launch(Jailer jailer, ZoneMemory zone, QueryLimits limits)
    {
        // Without a result to keep there is no place at all to write to.
        var policy = JailPolicies.Query with { TmpfsBytes = zone.Keeps ? RoomBytes : 0, DataLimitBytes = limits.ChildBytes };
        return new QueryChild(jailer.Start(WorkerProgram.Command(policy, "query", zone.Files), CancellationToken.None));
    }

    /// <summary>Lets the child open its zone, which is sealed by now, and waits until it has locked itself. A child that does not is ended.</summary>
    /// <exception cref="JailRefusedException">The jail broke.</exception>
    /// <exception cref="QueryChildException">The child did not open the zone.</exception>
    public async Task OpenZoneAsync(ZoneMemory zone, QueryLimits limits, CancellationToken cancellation)
    {
        try
        {
            var caps = new QueryCaps(limits.TextCharacters, limits.Depth, limits.Parts, limits.Rows, limits.Bytes, (int)limits.Deadline.TotalMilliseconds, limits.EngineMemoryBytes, limits.Threads);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(limits.StartLimit);
            var opened = await AskAsync(new QueryRequest(WorkerProgram.FilePath(0), caps, null, null, [.. zone.Results.Select((result, index) => new ResultPath(result.Name, WorkerProgram.FilePath(index + 1)))]), QueryJson.Default.ZoneOpened, FrameProtocol.MaxControl, late.Token).ConfigureAwait(false);
            Tables = ReplyReading.Holds(opened) ? opened.Tables : throw new QueryChildException();
        }
        catch (Exception error) when (error is not QueryChildException)
        {
            await DisposeAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw error is JailRefusedException ? error : new QueryChildException();
        }
        catch
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="QueryChildException">The child ended, or did not keep to the protocol.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child is in an unknown state and must be disposed.</exception>
    public Task<QueryReply> RunAsync(string sql, IReadOnlyList<QueryParameter> parameters, int largestReply, CancellationToken cancellation) =>
        AskAsync(new QueryRequest(null, null, sql, parameters), QueryJson.Default.QueryReply, largestReply, cancellation);

    /// <summary>As <see cref="RunAsync"/>, and writes the whole answer's file to <paramref name="target"/>.</summary>
    /// <exception cref="QueryChildException">The child ended, sent more than a result may be, or did not keep to the protocol.</exception>
    public Task<QueryReply> KeepAsync(string sql, IReadOnlyList<QueryParameter> parameters, string name, Stream target, int largestReply, CancellationToken cancellation) =>
        AskAsync(new QueryRequest(null, null, sql, parameters, null, new KeepRequest(name, NamedResults.MostRows)), QueryJson.Default.QueryReply, largestReply, cancellation, target);

    public async ValueTask DisposeAsync() => await _process.DisposeAsync().ConfigureAwait(false);

    private async Task<T> AskAsync<T>(QueryRequest request, JsonTypeInfo<T> type, int largest, CancellationToken cancellation, Stream? target = null)
    {
        try
        {
            await Task.Run(() => _writer.Json(FrameKind.Request, request, QueryJson.Default.QueryRequest), cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            var frame = await _reader.ReadAsync(cancellation).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
            for (var got = 0L; target is not null && frame is { Kind: FrameKind.Data } data; frame = await _reader.ReadAsync(cancellation).AsTask().WaitAsync(cancellation).ConfigureAwait(false))
            {
                got += data.Payload.Length;
                if (got > NamedResults.MostBytes)
                {
                    throw new QueryChildException();
                }

                await target.WriteAsync(data.Payload, cancellation).ConfigureAwait(false);
            }

            return frame is { Kind: FrameKind.Result } result && result.Payload.Length <= largest ? result.Json(type) : throw new QueryChildException();
        }
        catch (IOException)
        {
            throw new QueryChildException();
        }
    }
}

/// <summary>The query child ended or broke the protocol; says nothing else, because whatever it said may hold data.</summary>
internal sealed class QueryChildException() : Exception("The query child ended.");
