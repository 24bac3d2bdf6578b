using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Loads a provider's file: takes it into sealed memory, has a jailed child parse it and write Parquet into memory files, seals those with the data set's key.
/// Nothing is parsed in this process and no plaintext reaches a disk. Thread-safe.
/// </summary>
public sealed class DataLoader(Jailer jailer, ObjectStore store)
{
    private const long ControlBytes = 64L << 20;
    private const long RuntimeBytes = 2L << 30;

    /// <summary>Loads one file.</summary>
    /// <returns>What stands now, or why nothing does.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing stands.</exception>
    public async Task<LoadResult> LoadAsync(LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            progress?.Report(new LoadProgress(LoadStage.Taking, 0));
            using var source = SourceFile.Take(request.SourcePath, request.SourceLimitBytes, cancellation);
            using var main = SealedMemory.Create("load-main");
            using var identifiers = SealedMemory.Create("load-identifiers");
            using var quarantine = SealedMemory.Create("load-quarantine");
            var report = await RunChildAsync(request, source, main, identifiers, quarantine, progress, cancellation).ConfigureAwait(false);
            source.Dispose();
            if (!LoadReportCheck.Holds(report, request, main, identifiers, quarantine))
            {
                throw new WorkerRefusedException(LoadRules.Reader);
            }

            progress?.Report(new LoadProgress(LoadStage.Sealing, 0.9));
            var loaded = await SealAsync(request, report, main, identifiers, quarantine, cancellation).ConfigureAwait(false);
            progress?.Report(new LoadProgress(LoadStage.Sealing, 1));
            return loaded;
        }
        catch (WorkerRefusedException refusal)
        {
            return new LoadResult.Refused(LoadRules.Of(refusal.Rule));
        }
        catch (FrameException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new LoadResult.Refused(LoadRules.Of(LoadRules.Reader));
        }
        catch (JailRefusedException refusal)
        {
            return new LoadResult.Refused(new Refusal(refusal.Rule, refusal.Why, refusal.Remedy, refusal.WhyZh, refusal.RemedyZh));
        }
        catch (TrustException failure)
        {
            var refusal = failure.Refusal;
            return new LoadResult.Refused(new Refusal(refusal.Rule, refusal.Why, refusal.Remedy, refusal.WhyZh, refusal.RemedyZh));
        }
    }

    private async Task<LoadReport> RunChildAsync(
        LoadRequest request, SealedMemory source, SealedMemory main, SealedMemory identifiers, SealedMemory quarantine, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        var policy = JailPolicies.Load with
        {
            DataLimitBytes = checked(request.MemoryLimitBytes + RuntimeBytes),
            MaxOutputBytes = ControlBytes,
        };
        InheritedFile[] inherit =
        [
            InheritedFile.Of(source, LoadFiles.SourceNumber), InheritedFile.Of(main, LoadFiles.MainNumber),
            InheritedFile.Of(identifiers, LoadFiles.IdentifiersNumber), InheritedFile.Of(quarantine, LoadFiles.QuarantineNumber),
        ];
        var worker = JailedWorker.Start(jailer, policy, LoadRole.Name, inherit, WorkerCode.Wide, cancellation);
        await using (worker.ConfigureAwait(false))
        {
            var work = new LoadWork(
                request.Format, request.IdentifierColumns, request.DeclaredColumns, request.HasHeader, request.MemoryLimitBytes, policy.TmpfsBytes / 2, request.Threads);
            var report = await AskAsync(worker, work, progress, cancellation).ConfigureAwait(false);
            var exit = await worker.EndAsync().ConfigureAwait(false);
            return exit.Reason == ExitReason.Completed ? report : throw new WorkerRefusedException(LoadRules.Reader);
        }
    }

    private static async Task<LoadReport> AskAsync(JailedWorker worker, LoadWork work, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        worker.Send(work, LoadJson.Default.LoadWork);
        while (await worker.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Progress:
                    Tell(frame.Json(LoadJson.Default.LoadStep), progress);
                    break;
                case FrameKind.Result:
                    return frame.Json(LoadJson.Default.LoadReport);
                case FrameKind.Fault:
                    throw new WorkerRefusedException(RuleOf(frame.Json(WorkerJson.Default.WorkerFault)));
                default:
                    throw new WorkerRefusedException(LoadRules.Reader);
            }
        }

        cancellation.ThrowIfCancellationRequested();
        var exit = await worker.EndAsync().ConfigureAwait(false);
        throw new WorkerRefusedException(exit.Reason == ExitReason.OutOfMemory ? LoadRules.Memory : LoadRules.Reader);
    }

    private static void Tell(LoadStep step, IProgress<LoadProgress>? progress)
    {
        if (progress is not null && Enum.IsDefined(step.Stage) && step.Fraction is >= 0 and <= 1)
        {
            progress.Report(new LoadProgress(step.Stage, 0.05 + (0.85 * step.Fraction)));
        }
    }

    private static string RuleOf(WorkerFault fault) => fault switch
    {
        { Kind: WorkerFaultKind.Refused, Rule: { } rule } => rule,
        { Kind: WorkerFaultKind.OutOfMemory } or { Kind: WorkerFaultKind.Engine, Engine: EngineFault.OutOfMemory } => LoadRules.Memory,
        _ => LoadRules.Reader,
    };

    private async Task<LoadResult> SealAsync(
        LoadRequest request, LoadReport report, SealedMemory main, SealedMemory identifiers, SealedMemory quarantine, CancellationToken cancellation)
    {
        var staged = new List<StagedObject>();
        try
        {
            var segments = new List<SegmentRef>();
            foreach (var (memory, group, wanted) in new[] { (main, ColumnGroup.Main, report.HasMain), (identifiers, ColumnGroup.Identifiers, report.HasIdentifiers) })
            {
                if (wanted)
                {
                    staged.Add(await StageAsync(Segments.ObjectKind, request.DataKey, memory, cancellation).ConfigureAwait(false));
                    segments.Add(new SegmentRef(staged[^1].Ref, group, report.Rows));
                }
            }

            ObjectRef? rejected = null;
            if (report.Rejected > 0)
            {
                staged.Add(await StageAsync(Segments.QuarantineKind, request.DataKey, quarantine, cancellation).ConfigureAwait(false));
                rejected = staged[^1].Ref;
            }

            foreach (var stage in staged)
            {
                stage.Commit();
            }

            var columns = report.Columns.Select(column => new LoadedColumn(
                column.Name, column.Type, column.Identifier ? ColumnGroup.Identifiers : ColumnGroup.Main, column.Kind, column.Grade, column.Values, column.Empty, column.Recognised));
            return new LoadResult.Loaded(report.Format, report.Rows, [.. columns], segments, report.Rejected, report.Rejections, rejected) { Held = staged };
        }
        catch
        {
            foreach (var stage in staged)
            {
                stage.Dispose();
            }

            throw;
        }
    }

    private async Task<StagedObject> StageAsync(string kind, DataKey key, SealedMemory memory, CancellationToken cancellation)
    {
        // The child is dead: nobody else can write to it any more, and the seal makes sure.
        memory.Seal();
        var plain = memory.OpenRead();
        await using (plain.ConfigureAwait(false))
        {
            return await store.StageAsync(kind, key, plain, cancellation).ConfigureAwait(false);
        }
    }
}
