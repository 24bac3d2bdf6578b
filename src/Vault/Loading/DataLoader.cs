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
/// <param name="jailer">Starts the child.</param>
/// <param name="store">Where the sealed objects go.</param>
/// <param name="pool">Children that were started ahead, if there are any.</param>
public sealed class DataLoader(Jailer jailer, ObjectStore store, WorkerPool? pool = null)
{
    private const long ControlBytes = 64L << 20;
    private const long RuntimeBytes = 2L << 30;

    /// <summary>Looks at a file in the jail: what it is and what its columns would be. Nothing is sealed, so no store is needed.</summary>
    public static Task<LoadResult> LookAsync(Jailer jailer, LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new DataLoader(jailer, store: null!).LoadAsync(request with { LookOnly = true }, progress, cancellation);
    }

    /// <summary>Loads one file.</summary>
    /// <returns>What stands now, or why nothing does.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing stands.</exception>
    public async Task<LoadResult> LoadAsync(LoadRequest request, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            progress?.Report(new LoadProgress(LoadStage.Taking, 0));
            SourceFile.Check(request);

            // The child comes up while the file is copied: it is our own program and touches nothing before its request, which comes after the seal.
            var kind = Kind(request.MemoryLimitBytes);
            var child = await WorkerPool.TakeAsync(pool, jailer, kind, cancellation).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                var commitment = SourceFile.Take(request, child.Files[0], cancellation);
                if (request.Known.Contains(commitment))
                {
                    throw new WorkerRefusedException(LoadRules.Again);
                }

                var work = new LoadWork(
                    request.Format, request.IdentifierColumns, request.DeclaredColumns, request.HasHeader, request.MemoryLimitBytes, kind.Policy.TmpfsBytes / 2, request.Threads, request.AcceptEmpty, request.Encoding, request.Expected, request.Sheet);
                var report = await AskAsync(child.Worker, work, progress, cancellation).ConfigureAwait(false);
                var written = Written.Of(child.Files);
                if (!LoadReportCheck.Holds(report, request, written.Main, written.Identifiers, written.Quarantine))
                {
                    throw new WorkerRefusedException(LoadRules.Reader);
                }

                progress?.Report(new LoadProgress(LoadStage.Sealing, 0.9));
                var loaded = await SealAsync(request, report, commitment, written, child.Worker, cancellation).ConfigureAwait(false);
                progress?.Report(new LoadProgress(LoadStage.Sealing, 1));
                return loaded;
            }
        }
        catch (WorkerRefusedException refusal)
        {
            return new LoadResult.Refused(LoadRules.Of(refusal.Rule, refusal.Column, refusal.Detail));
        }
        catch (FrameException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new LoadResult.Refused(LoadRules.Of(LoadRules.Reader));
        }
        catch (JailRefusedException refusal)
        {
            return new LoadResult.Refused(refusal.Told());
        }
        catch (TrustException failure)
        {
            return new LoadResult.Refused(failure.Told());
        }
    }

    /// <summary>Whether a column of a text file can be declared as that type.</summary>
    public static bool MayDeclare(StoredType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return StoredTypes.DeclaredSql(type) is not null;
    }

    internal static WorkerKind Kind(long memoryLimitBytes) => new(
        LoadRole.Name,
        JailPolicies.Load with { DataLimitBytes = checked(memoryLimitBytes + RuntimeBytes), MaxOutputBytes = ControlBytes },
        LoadFiles.SourceNumber, LoadFiles.QuarantineNumber - LoadFiles.SourceNumber + 1, WorkerCode.Wide);

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
                    var fault = frame.Json(WorkerJson.Default.WorkerFault);
                    throw new WorkerRefusedException(RuleOf(fault), fault.Column, fault.Detail);
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

    private async Task<LoadResult> SealAsync(LoadRequest request, LoadReport report, string commitment, Written written, JailedWorker worker, CancellationToken cancellation)
    {
        var staged = new List<StagedObject>();
        try
        {
            var ending = worker.EndAsync();
            var segments = new List<SegmentRef>();
            foreach (var (memory, group, wanted) in request.LookOnly ? [] : new[] { (written.Main, ColumnGroup.Main, report.HasMain), (written.Identifiers, ColumnGroup.Identifiers, report.HasIdentifiers) })
            {
                if (wanted)
                {
                    staged.Add(await StageAsync(Segments.ObjectKind, request.DataKey, memory, cancellation).ConfigureAwait(false));
                    segments.Add(new SegmentRef(staged[^1].Ref, group, report.Rows));
                }
            }

            ObjectRef? rejected = null;
            if (report.Rejected > 0 && !request.LookOnly)
            {
                staged.Add(await StageAsync(Segments.QuarantineKind, request.DataKey, written.Quarantine, cancellation).ConfigureAwait(false));
                rejected = staged[^1].Ref;
            }

            if ((await ending.ConfigureAwait(false)).Reason != ExitReason.Completed)
            {
                throw new WorkerRefusedException(LoadRules.Reader);
            }

            foreach (var stage in staged)
            {
                stage.Commit();
            }

            var columns = report.Columns.Select(column => new LoadedColumn(
                column.Name, column.Type, column.Identifier ? ColumnGroup.Identifiers : ColumnGroup.Main, column.Kind, column.Grade, column.Values, column.Empty, column.Recognised, column.Origin));
            return new LoadResult.Loaded(report.Format, report.Rows, [.. columns], segments, report.Rejected, report.Rejections, rejected) { Held = staged, Commitment = commitment, Encoding = report.Encoding, Delimiter = report.Delimiter };
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
        var plain = memory.OpenRead();
        await using (plain.ConfigureAwait(false))
        {
            return await store.StageAsync(kind, key, plain, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What the child has written, sealed: whatever it still does while it ends, these bytes stay.</summary>
    private readonly record struct Written(SealedMemory Main, SealedMemory Identifiers, SealedMemory Quarantine)
    {
        /// <exception cref="WorkerRefusedException">The child holds on to a way of writing.</exception>
        internal static Written Of(SealedMemory[] files)
        {
            try
            {
                foreach (var file in files)
                {
                    file.Seal();
                }
            }
            catch (IOException)
            {
                throw new WorkerRefusedException(LoadRules.Reader);
            }

            SealedMemory At(int number) => files[number - LoadFiles.SourceNumber];
            return new Written(At(LoadFiles.MainNumber), At(LoadFiles.IdentifiersNumber), At(LoadFiles.QuarantineNumber));
        }
    }
}
