using Sandbox.Vault.Arrow.Flat;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>
/// Takes pieces from several threads in any order and writes batches in row order. Whoever brings the piece that is due writes, outside the lock; the others go on.
/// Batches end at fixed row numbers, whichever threads met their rows: the same bytes on any number of cores.
/// </summary>
internal sealed class OrderedBatches(ArrowStreamWriter writer, Func<ColumnEncoder[]> encoders, int batchRows, int limit)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly object _gate = new();
    private readonly List<PieceGatherer> _gatherers = [];
    private readonly Dictionary<long, BatchPiece> _waiting = [];
    private readonly Stack<BatchPiece> _free = new();
    private readonly BatchParts _parts = new();
    private BatchPiece? _held;
    private bool _writing;
    private bool _broken;

    /// <summary>Rows passed on in order so far: the number of the row that is due.</summary>
    internal long Next { get; private set; }

    internal int BatchRows => batchRows;

    /// <summary>What one thread gathers with.</summary>
    internal PieceGatherer AddGatherer()
    {
        var gatherer = new PieceGatherer(this);
        lock (_gate)
        {
            _gatherers.Add(gatherer);
        }

        return gatherer;
    }

    /// <summary>An empty piece whose first row is <paramref name="first"/>.</summary>
    internal BatchPiece Take(long first)
    {
        BatchPiece? piece;
        lock (_gate)
        {
            _ = _free.TryPop(out piece);
        }

        piece ??= new BatchPiece(encoders());
        piece.Start(first, first / batchRows);
        return piece;
    }

    /// <summary>Hands a piece over, and writes if it was due.</summary>
    /// <exception cref="IOException">The target broke, here or in another thread's hands.</exception>
    internal void Submit(BatchPiece piece)
    {
        lock (_gate)
        {
            if (_broken || piece.First < Next || !_waiting.TryAdd(piece.First, piece))
            {
                throw new IOException("The batches can't be written.");
            }

            if (_writing)
            {
                return;
            }

            _writing = true;
        }

        WriteDue();
    }

    /// <summary>
    /// Keeps a thread that is ahead from piling up pieces. It waits only while the row that is due lies before <paramref name="position"/>, thus with another thread: one that
    /// is still reading goes on, and of one that has nothing more to read the piece is taken from its hands. So some thread can always go on.
    /// </summary>
    /// <param name="position">First row that the thread still holds or will meet.</param>
    internal void Wait(long position)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_broken || _waiting.Count < limit || position <= Next)
                {
                    return;
                }
            }

            if (TakeDue())
            {
                continue;
            }

            lock (_gate)
            {
                if (!_broken && _waiting.Count >= limit && position > Next)
                {
                    _ = Monitor.Wait(_gate, Look);
                }
            }
        }
    }

    /// <summary>Writes what is still in anybody's hands. No thread gathers any more.</summary>
    /// <exception cref="IOException">The target broke, or rows are missing.</exception>
    internal void Complete()
    {
        while (TakeDue())
        {
        }

        if (_broken || _waiting.Count > 0 || _gatherers.Exists(gatherer => !gatherer.Empty))
        {
            throw new IOException("Rows are missing between the batches.");
        }

        if (_held is { } last)
        {
            Write(last);
            _held = null;
        }
    }

    private bool TakeDue()
    {
        PieceGatherer[] all;
        long due;
        lock (_gate)
        {
            (all, due) = ([.. _gatherers], Next);
        }

        foreach (var gatherer in all)
        {
            if (gatherer.Give(due) is { } piece)
            {
                Submit(piece);
                return true;
            }
        }

        return false;
    }

    private void WriteDue()
    {
        var whole = false;
        try
        {
            while (Due() is { } piece)
            {
                Pass(piece);
            }

            whole = true;
        }
        finally
        {
            if (!whole)
            {
                lock (_gate)
                {
                    _broken = true;
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    private BatchPiece? Due()
    {
        lock (_gate)
        {
            if (_waiting.Remove(Next, out var piece))
            {
                Next = piece.End;
                Monitor.PulseAll(_gate);
                return piece;
            }

            _writing = false;
            return null;
        }
    }

    private void Pass(BatchPiece piece)
    {
        if (_held is { } held && held.Batch == piece.Batch && !held.Full)
        {
            held.Absorb(piece);
            Recycle(piece);
        }
        else
        {
            if (_held is { } before)
            {
                Write(before);
            }

            _held = piece;
        }

        if (_held.Full || _held.End >= (_held.Batch + 1) * batchRows)
        {
            Write(_held);
            _held = null;
        }
    }

    private void Write(BatchPiece piece)
    {
        _parts.Clear();
        foreach (var encoder in piece.Encoders)
        {
            encoder.AddTo(_parts);
        }

        writer.WriteBatch(piece.Rows, _parts);
        Recycle(piece);
    }

    private void Recycle(BatchPiece piece)
    {
        lock (_gate)
        {
            _free.Push(piece);
        }
    }
}
