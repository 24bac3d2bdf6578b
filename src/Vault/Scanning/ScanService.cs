using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Scanning;

/// <summary>
/// Streams columns as Arrow IPC: the sealed objects are opened into sealed memory files, a jailed child reads them and its frames go on to the target.
/// Thread-safe. This is what feeds a model.
/// </summary>
/// <param name="jailer">Starts the child.</param>
/// <param name="store">Where the sealed objects lie.</param>
/// <param name="pool">Children that were started ahead, if there are any.</param>
public sealed class ScanService(Jailer jailer, ObjectStore store, WorkerPool? pool = null)
{
    private const int PooledFiles = 4;

    // Each thread gathers batches of its own, which must fit the child's memory.
    private const int MostThreads = 8;
    private const long RuntimeBytes = 2L << 30;
    private const long EngineBytes = 1L << 30;

    internal static WorkerKind Pooled { get; } = new(
        ScanRole.Name, JailPolicies.Load with { Name = ScanRole.Name, DataLimitBytes = EngineBytes + RuntimeBytes }, ScanRole.FirstFile, PooledFiles, WorkerCode.Loops);

    /// <summary>Streams to a target.</summary>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="columns">Columns in output order; empty = all.</param>
    /// <param name="target">Gets the stream, ending with its end mark; not closed. An exception of the target passes through.</param>
    /// <param name="cancellation">Kills the child.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ScanResult> StreamAsync(ScanSource source, IReadOnlyList<string> columns, Stream target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        try
        {
            var parts = PartsOf(source);

            // The child comes up while the objects are opened: it is our own program and touches nothing before its request, which comes after the seals.
            var child = await WorkerPool.TakeAsync(pool, jailer, parts.Length <= PooledFiles ? Pooled : Pooled with { Files = parts.Length }, cancellation).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                var work = new ScanWork(
                    source is ScanSource.ZoneTable, (source as ScanSource.ZoneTable)?.Table ?? "", parts.Length, columns, EngineBytes, Math.Clamp(Environment.ProcessorCount, 1, MostThreads));
                OpenInto(child.Files, parts);
                return await RunAsync(child.Worker, work, target, cancellation).ConfigureAwait(false);
            }
        }
        catch (FrameException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new ScanResult.Refused(ScanRules.Reader);
        }
        catch (JailRefusedException refusal)
        {
            return new ScanResult.Refused(refusal.Told());
        }
        catch (TrustException failure)
        {
            return new ScanResult.Refused(failure.Told());
        }
    }

    private static (ObjectRef Reference, DataKey Key)[] PartsOf(ScanSource source) => source switch
    {
        ScanSource.ZoneTable zone => [(zone.Zone, zone.Key)],
        ScanSource.LoadedSegments { Parts.Count: > 0 } segments => [.. segments.Parts.Select(part => (part.ObjectRef, segments.Key))],
        _ => throw new ArgumentException("A scan needs at least one segment.", nameof(source)),
    };

    private void OpenInto(SealedMemory[] opened, (ObjectRef Reference, DataKey Key)[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            store.OpenInto(parts[i].Reference, parts[i].Key, opened[i]);
        }
    }

    private static async Task<ScanResult> RunAsync(JailedWorker worker, ScanWork work, Stream target, CancellationToken cancellation)
    {
        try
        {
            worker.Send(work, ScanJson.Default.ScanWork);
        }
        catch (IOException)
        {
            // It ended before it was asked; only exceptions of the target may pass.
            cancellation.ThrowIfCancellationRequested();
            return new ScanResult.Refused(ScanRules.Reader);
        }

        var (bytes, next) = await worker.ForwardAsync(target, cancellation).ConfigureAwait(false);
        switch (next)
        {
            case { Kind: FrameKind.Result } frame:
                var rows = frame.Json(ScanJson.Default.ScanReport).Rows;

                // Everything has reached the target: how the child ends now, even killed by a consumer that is already done, changes nothing.
                await worker.EndAsync().ConfigureAwait(false);
                return rows >= 0 ? new ScanResult.Streamed(rows, bytes) : new ScanResult.Refused(ScanRules.Reader);
            case { Kind: FrameKind.Fault } frame:
                return new ScanResult.Refused(WordsOf(frame.Json(WorkerJson.Default.WorkerFault)));
            case null:
                cancellation.ThrowIfCancellationRequested();
                break;
        }

        return new ScanResult.Refused(ScanRules.Reader);
    }

    private static Refusal WordsOf(WorkerFault fault) => fault switch
    {
        { Kind: WorkerFaultKind.Refused, Rule: ScanRole.UnknownColumn } => ScanRules.Column,
        { Kind: WorkerFaultKind.Engine, Engine: EngineFault.Binding } => ScanRules.Column,
        { Kind: WorkerFaultKind.OutOfMemory } or { Kind: WorkerFaultKind.Engine, Engine: EngineFault.OutOfMemory } => ScanRules.Memory,
        _ => ScanRules.Reader,
    };
}
