using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>
/// Loads one source: the whole of it in one child, or a large text part by part, each in a child of its own, so that memory is bounded by a part and not by the file.
/// The columns' types are found out on the way. A part that shows a column to be wider than it stood makes what was written before it void: the rest is surveyed
/// and the text is read once more. Types only ever become wider, so that ends.
/// </summary>
internal sealed class LoadPasses(Jailer jailer, ObjectStore store, WorkerPool? pool, LoadRequest request, SourceWindows source, IProgress<LoadProgress>? progress) : IDisposable
{
    // From whole numbers to decimals to text, then kept apart; the last pass changes nothing.
    private const int MostPasses = 5;
    private const double Last = 0.95;

    private StandingColumns _columns = new();
    private readonly List<StagedObject> _staged = [];
    private readonly List<SegmentRef> _segments = [];
    private readonly List<ObjectRef> _quarantines = [];
    private readonly Dictionary<RejectReason, long> _rejections = [];
    private LoadReport? _first;
    private long _rows;
    private long _rejected;
    private bool _done;
    private double _base;
    private double _from;
    private double _span = Last;
    private double _told;

    /// <returns>What stands now.</returns>
    /// <exception cref="WorkerRefusedException">Why nothing does.</exception>
    public async Task<LoadResult> RunAsync(CancellationToken cancellation)
    {
        var whole = false;
        string? commitment = null;
        for (var pass = 0; pass < MostPasses; pass++)
        {
            bool settled;
            try
            {
                settled = await PassAsync(whole, cancellation).ConfigureAwait(false);
            }
            catch (WorkerRefusedException refusal) when (refusal.Rule == LoadRules.Whole && !whole)
            {
                // It has no parts that could be told; as long as it is not too large it is held in memory.
                (whole, commitment, _first, _columns) = (true, null, null, new StandingColumns());
                Void();
                source.Restart();
                continue;
            }

            var read = source.Commitment();
            if (commitment is not null && commitment != read)
            {
                throw new WorkerRefusedException(LoadRules.Changed);
            }

            commitment = read;
            if (request.Known.Contains(commitment))
            {
                throw new WorkerRefusedException(LoadRules.Again);
            }

            if (settled)
            {
                return Loaded(commitment);
            }

            Void();
            _columns.Restart();
            source.Restart();
            (_base, _from, _span) = (_told, 0, Last - _told);
        }

        throw new WorkerRefusedException(LoadRules.Reader);
    }

    public void Dispose()
    {
        if (!_done)
        {
            Void();
        }
    }

    private void Void()
    {
        _staged.ForEach(stage => stage.Dispose());
        _staged.Clear();
        _segments.Clear();
        _quarantines.Clear();
        _rejections.Clear();
        (_rows, _rejected) = (0, 0);
    }

    /// <returns>Whether all that was written fits together.</returns>
    private async Task<bool> PassAsync(bool whole, CancellationToken cancellation)
    {
        var (fits, lines, more) = (true, 0L, true);
        for (var part = 0; more; part++)
        {
            var kind = DataLoader.Kind(request.MemoryLimitBytes);
            var from = source.Share;

            // The child comes up while the part is copied: it is our own program and touches nothing before its request, which comes after the seal.
            var child = await WorkerPool.TakeAsync(pool, jailer, kind, cancellation).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                more = source.Fill(child.Files[0], whole ? request.WholeLimitBytes : request.WindowOf(source.Length), cancellation);
                if (more && whole)
                {
                    throw new WorkerRefusedException(LoadRules.Whole);
                }

                var window = part == 0 && !more ? null : new LoadWindow(part == 0, more, lines, _columns.Standing, Survey: !fits || request.LookOnly);
                if (window is null && request.Known.Contains(source.Commitment()))
                {
                    throw new WorkerRefusedException(LoadRules.Again);
                }

                var to = source.Share;
                var report = await AskAsync(child.Worker, Work(kind, window), step => from + ((to - from) * step), cancellation).ConfigureAwait(false);
                var written = Written.Of(child.Files);
                if (!LoadReportCheck.Holds(report, request, window, child.Files[0].Length, written.Main, written.Identifiers, written.Quarantine))
                {
                    throw new WorkerRefusedException(LoadRules.Reader);
                }

                _first ??= report;
                if (report.Format != _first.Format || report.Encoding != _first.Encoding || report.Delimiter != _first.Delimiter)
                {
                    throw new WorkerRefusedException(LoadRules.Reader);
                }

                // What the first part of a pass turns out to be, nothing was written before.
                if (_columns.Take(report.Columns) && part > 0)
                {
                    if (fits)
                    {
                        (_base, _from, _span) = (_told, to, (Last - _told) / 2);
                    }

                    fits = false;
                    Void();
                }

                if (window is not null)
                {
                    lines += report.Window!.Lines;
                    source.Advance(child.Files[0], report.Window);
                }

                _rows += report.Rows;
                _rejected += report.Rejected;
                foreach (var (reason, count) in report.Rejections)
                {
                    _rejections[reason] = _rejections.GetValueOrDefault(reason) + count;
                }

                Tell(LoadStage.Sealing, to);
                await SealAsync(child.Worker, report, written, fits && !request.LookOnly, report.Rows > 0 || window is null, cancellation).ConfigureAwait(false);
            }
        }

        return fits;
    }

    private LoadWork Work(WorkerKind kind, LoadWindow? window) => new(
        window is { First: false } ? _first!.Format : request.Format,
        request.IdentifierColumns, request.DeclaredColumns, request.HasHeader, request.MemoryLimitBytes, kind.Policy.TmpfsBytes / 2, request.Threads, request.AcceptEmpty,
        window is { First: false } ? _first!.Encoding ?? SourceEncoding.Auto : request.Encoding, request.Expected, request.Sheet, window);

    private async Task<LoadReport> AskAsync(JailedWorker worker, LoadWork work, Func<double, double> share, CancellationToken cancellation)
    {
        worker.Send(work, LoadJson.Default.LoadWork);
        while (await worker.ReadAsync(cancellation).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case FrameKind.Progress:
                    var step = frame.Json(LoadJson.Default.LoadStep);
                    if (Enum.IsDefined(step.Stage) && step.Fraction is >= 0 and <= 1)
                    {
                        Tell(step.Stage, share(step.Fraction));
                    }

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

    // Another pass that turns out to be needed takes its share of what is left: nobody is told less than before.
    private void Tell(LoadStage stage, double share)
    {
        _told = Math.Max(_told, Math.Min(Last, _base + (_span * (share - _from) / Math.Max(1e-9, 1 - _from))));
        progress?.Report(new LoadProgress(stage, _told));
    }

    private static string RuleOf(WorkerFault fault) => fault switch
    {
        { Kind: WorkerFaultKind.Refused, Rule: { } rule } => rule,
        { Kind: WorkerFaultKind.OutOfMemory } or { Kind: WorkerFaultKind.Engine, Engine: EngineFault.OutOfMemory } => LoadRules.Memory,
        _ => LoadRules.Reader,
    };

    private async Task SealAsync(JailedWorker worker, LoadReport report, Written written, bool keep, bool rows, CancellationToken cancellation)
    {
        var ending = worker.EndAsync();
        if (keep && rows)
        {
            foreach (var (memory, group, wanted) in new[] { (written.Main, ColumnGroup.Main, report.HasMain), (written.Identifiers, ColumnGroup.Identifiers, report.HasIdentifiers) })
            {
                if (wanted)
                {
                    _segments.Add(new SegmentRef(await StageAsync(Segments.ObjectKind, memory, cancellation).ConfigureAwait(false), group, report.Rows));
                }
            }
        }

        if (keep && report.Rejected > 0)
        {
            _quarantines.Add(await StageAsync(Segments.QuarantineKind, written.Quarantine, cancellation).ConfigureAwait(false));
        }

        if ((await ending.ConfigureAwait(false)).Reason != ExitReason.Completed)
        {
            throw new WorkerRefusedException(LoadRules.Reader);
        }
    }

    private async Task<ObjectRef> StageAsync(string kind, SealedMemory memory, CancellationToken cancellation)
    {
        var staged = await store.StageAsync(kind, request.DataKey, memory, cancellation).ConfigureAwait(false);
        _staged.Add(staged);
        return staged.Ref;
    }

    private LoadResult.Loaded Loaded(string commitment)
    {
        // Each child judges a whole source; of a text in parts only the first one was judged.
        if (_first!.Window is not null && (_rows == 0 || _rejected - _rejections.GetValueOrDefault(RejectReason.Type) > _rows))
        {
            throw new WorkerRefusedException(_rows == 0 ? LoadRules.NoRows : _rejections.GetValueOrDefault(RejectReason.NotUtf8) * 2 > _rejected ? LoadRules.Encoding : LoadRules.NotCsv);
        }

        CheckMet();
        _staged.ForEach(stage => stage.Commit());
        _done = true;
        progress?.Report(new LoadProgress(LoadStage.Sealing, 1));
        var columns = _columns.Columns.Select(column => new LoadedColumn(
            column.Name, column.Type, column.Identifier ? ColumnGroup.Identifiers : ColumnGroup.Main, column.Kind, column.Grade, column.Values, column.Empty, column.Recognised, column.Origin));
        return new LoadResult.Loaded(_first.Format, _rows, [.. columns], [.. _segments], _rejected, new Dictionary<RejectReason, long>(_rejections), [.. _quarantines])
        {
            Held = [.. _staged],
            Commitment = commitment,
            Encoding = _first.Encoding,
            Delimiter = _first.Delimiter,
        };
    }

    // Of JSON a part knows only the names in it: whether a column that somebody named is in the file at all is told when all of it was read.
    private void CheckMet()
    {
        foreach (var column in _columns.Columns.Where(column => !column.Met))
        {
            throw new WorkerRefusedException(
                request.Expected.Count > 0 ? LoadRules.Schema : request.IdentifierColumns.Contains(column.Name, StringComparer.Ordinal) ? LoadRules.Identifier : LoadRules.Declared);
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
