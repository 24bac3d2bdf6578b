using System.Text.Json.Serialization.Metadata;
using Sandbox.Jail;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>One jailed query child from the host's side. What it sends is hostile: sizes, kinds and JSON are checked.</summary>
internal sealed class QueryChild : IAsyncDisposable
{
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
    public static async Task<QueryChild> StartAsync(Jailer jailer, SealedMemory zone, QueryLimits limits, CancellationToken cancellation)
    {
        var policy = JailPolicies.Query with { TmpfsBytes = 0, DataLimitBytes = limits.EngineMemoryBytes + (1536L << 20) };
        var child = new QueryChild(jailer.Start(WorkerProgram.Command(policy, "query", zone), CancellationToken.None));
        try
        {
            var caps = new QueryCaps(limits.TextCharacters, limits.Depth, limits.Parts, limits.Rows, limits.Bytes, (int)limits.Deadline.TotalMilliseconds, limits.EngineMemoryBytes, limits.Threads);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(limits.StartLimit);
            var opened = await child.AskAsync(new QueryRequest(WorkerProgram.FilePath(0), caps, null), QueryJson.Default.ZoneOpened, FrameProtocol.MaxControl, late.Token).ConfigureAwait(false);
            child.Tables = ReplyReading.Holds(opened) ? opened.Tables : throw new QueryChildException();
            return child;
        }
        catch (Exception error) when (error is not QueryChildException)
        {
            await child.DisposeAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw error is JailRefusedException ? error : new QueryChildException();
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <exception cref="QueryChildException">The child ended, or did not keep to the protocol.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child is in an unknown state and must be disposed.</exception>
    public Task<QueryReply> RunAsync(string sql, int largestReply, CancellationToken cancellation) =>
        AskAsync(new QueryRequest(null, null, sql), QueryJson.Default.QueryReply, largestReply, cancellation);

    public async ValueTask DisposeAsync() => await _process.DisposeAsync().ConfigureAwait(false);

    private async Task<T> AskAsync<T>(QueryRequest request, JsonTypeInfo<T> type, int largest, CancellationToken cancellation)
    {
        try
        {
            await Task.Run(() => _writer.Json(FrameKind.Request, request, QueryJson.Default.QueryRequest), cancellation).WaitAsync(cancellation).ConfigureAwait(false);
            var frame = await _reader.ReadAsync(cancellation).AsTask().WaitAsync(cancellation).ConfigureAwait(false);
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
