using System.Text;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Revising;

/// <summary>The sealed segments of one batch.</summary>
/// <param name="Main">Main columns, or null when every column identifies.</param>
/// <param name="Identifiers">Identifier columns, or null when there are none.</param>
public sealed record RevisedBatch(ObjectRef? Main, ObjectRef? Identifiers);

/// <summary>How revising one batch ended.</summary>
public abstract record ReviseResult
{
    private ReviseResult()
    {
    }

    /// <summary>The new segments stand and are held like those of a load; there are none when nothing was removed, or nothing is left.</summary>
    /// <param name="Rows">Rows that are left.</param>
    /// <param name="Removed">Rows that are gone.</param>
    /// <param name="Found">For each key in order, whether the batch had it.</param>
    /// <param name="Segments">The new segments.</param>
    public sealed record Revised(long Rows, long Removed, IReadOnlyList<bool> Found, IReadOnlyList<SegmentRef> Segments) : ReviseResult, IDisposable
    {
        internal IReadOnlyList<StagedObject> Held { get; init; } = [];

        /// <summary>Lets go of the objects.</summary>
        public void Dispose()
        {
            foreach (var held in Held)
            {
                held.Dispose();
            }
        }
    }

    /// <summary>Nothing was written.</summary>
    public sealed record Refused(Refusal Refusal) : ReviseResult;
}

/// <summary>Takes single records out of a batch: its segments are opened into sealed memory, a jailed child writes them again without the rows of the given subjects, and they are sealed. Thread-safe.</summary>
public sealed class Reviser(Jailer jailer, ObjectStore store)
{
    private const long EngineBytes = 1L << 30;
    private const long RuntimeBytes = 2L << 30;

    /// <param name="batch">The batch.</param>
    /// <param name="key">The data set's key.</param>
    /// <param name="subject">The subject column, and whether it lies with the identifiers.</param>
    /// <param name="keys">Distinct subjects, one line each.</param>
    /// <param name="cancellation">Kills the child; nothing stands then.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ReviseResult> ReviseAsync(RevisedBatch batch, DataKey key, (string Name, bool Apart) subject, IReadOnlyList<string> keys, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(keys);
        try
        {
            var policy = JailPolicies.Load with { Name = ReviseRole.Name, DataLimitBytes = EngineBytes + RuntimeBytes };
            var child = FiledWorker.Start(jailer, new WorkerKind(ReviseRole.Name, policy, ReviseRole.FirstFile, ReviseRole.Files, WorkerCode.Wide), ahead: false, cancellation);
            await using (child.ConfigureAwait(false))
            {
                Fill(child.Files[ReviseRole.Main], batch.Main, key);
                Fill(child.Files[ReviseRole.Identifiers], batch.Identifiers, key);
                Fill(child.Files[ReviseRole.Keys], keys);
                child.Worker.Send(
                    new ReviseWork(subject.Name, subject.Apart, batch.Main is not null, batch.Identifiers is not null, EngineBytes, policy.TmpfsBytes / 2, Math.Clamp(Environment.ProcessorCount, 1, 8)),
                    ReviseJson.Default.ReviseWork);
                var report = await AskAsync(child.Worker, cancellation).ConfigureAwait(false);
                return await SealAsync(batch, key, keys, child, report, cancellation).ConfigureAwait(false);
            }
        }
        catch (WorkerRefusedException refusal)
        {
            return new ReviseResult.Refused(LoadRules.Of(refusal.Rule));
        }
        catch (IOException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new ReviseResult.Refused(LoadRules.Of(LoadRules.Reader));
        }
        catch (JailRefusedException refusal)
        {
            return new ReviseResult.Refused(refusal.Told());
        }
        catch (TrustException failure)
        {
            return new ReviseResult.Refused(failure.Told());
        }
    }

    private static async Task<ReviseReport> AskAsync(JailedWorker worker, CancellationToken cancellation)
    {
        while (await worker.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Result:
                    return frame.Json(ReviseJson.Default.ReviseReport);
                case FrameKind.Fault when frame.Json(WorkerJson.Default.WorkerFault) is { Kind: WorkerFaultKind.OutOfMemory } or { Engine: DuckDb.EngineFault.OutOfMemory }:
                    throw new WorkerRefusedException(LoadRules.Memory);
                default:
                    throw new WorkerRefusedException(LoadRules.Reader);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        throw new WorkerRefusedException(LoadRules.Reader);
    }

    private async Task<ReviseResult> SealAsync(RevisedBatch batch, DataKey key, IReadOnlyList<string> keys, FiledWorker child, ReviseReport report, CancellationToken cancellation)
    {
        var (main, identifiers) = (child.Files[ReviseRole.NewMain], child.Files[ReviseRole.NewIdentifiers]);
        main.Seal();
        identifiers.Seal();
        var written = report.Removed > 0 && report.Rows > 0;
        if (report.Rows < 0 || report.Removed < 0 || report.Found.Count != keys.Count || report.Found.Contains(true) != report.Removed > 0
            || LoadReportCheck.IsParquet(main) != (written && batch.Main is not null) || LoadReportCheck.IsParquet(identifiers) != (written && batch.Identifiers is not null))
        {
            throw new WorkerRefusedException(LoadRules.Reader);
        }

        var staged = new List<StagedObject>();
        try
        {
            var segments = new List<SegmentRef>();
            foreach (var (memory, group, there) in new[] { (main, ColumnGroup.Main, batch.Main), (identifiers, ColumnGroup.Identifiers, batch.Identifiers) })
            {
                if (written && there is not null)
                {
                    staged.Add(await store.StageAsync(Segments.ObjectKind, key, memory, cancellation).ConfigureAwait(false));
                    segments.Add(new SegmentRef(staged[^1].Ref, group, report.Rows));
                }
            }

            if ((await child.Worker.EndAsync().ConfigureAwait(false)).Reason != ExitReason.Completed)
            {
                throw new WorkerRefusedException(LoadRules.Reader);
            }

            staged.ForEach(stage => stage.Commit());
            return new ReviseResult.Revised(report.Rows, report.Removed, report.Found, segments) { Held = staged };
        }
        catch
        {
            staged.ForEach(stage => stage.Dispose());
            throw;
        }
    }

    private void Fill(SealedMemory memory, ObjectRef? stored, DataKey key)
    {
        if (stored is null)
        {
            memory.Seal();
        }
        else
        {
            store.OpenInto(stored, key, memory);
        }
    }

    private static void Fill(SealedMemory memory, IReadOnlyList<string> keys)
    {
        using (var target = new StreamWriter(memory.OpenWrite(), new UTF8Encoding(false)))
        {
            foreach (var line in keys)
            {
                target.Write(line);
                target.Write('\n');
            }
        }

        memory.Seal();
    }
}
