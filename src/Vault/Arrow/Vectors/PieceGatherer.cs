using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>What one of the engine's threads gathers. Its piece may be taken from its hands by another thread that waits for these very rows.</summary>
internal sealed class PieceGatherer(OrderedBatches batches)
{
    private const long FullAt = 64L * 1024 * 1024;

    private readonly Lock _gate = new();
    private BatchPiece? _piece;

    internal bool Empty => _piece is null;

    /// <param name="input">Row numbers, then the columns; the rows follow one another.</param>
    /// <param name="output">Gets a 1 a row.</param>
    internal void Take(DuckDbChunk input, DuckDbVector output)
    {
        var rows = input.Rows;
        var numbers = input[0].Values<long>();
        var first = numbers[0];
        if (numbers[rows - 1] - first != rows - 1)
        {
            throw new InvalidOperationException("The rows do not follow one another: some were deleted or filtered.");
        }

        BatchPiece? before = null, whole = null;
        long position;
        lock (_gate)
        {
            if (_piece is { } piece && (piece.End != first || piece.Batch != first / batches.BatchRows))
            {
                (before, _piece) = (piece, null);
            }

            var current = _piece ?? batches.Take(first);
            current.Append(input, 1, rows, FullAt);
            if (current.Full || current.End >= (current.Batch + 1) * batches.BatchRows)
            {
                (whole, _piece, position) = (current, null, current.End);
            }
            else
            {
                (_piece, position) = (current, current.First);
            }
        }

        if (before is not null)
        {
            batches.Submit(before);
        }

        if (whole is not null)
        {
            batches.Submit(whole);
        }

        batches.Wait(position);
        output.Writable<long>()[..rows].Fill(1);
    }

    /// <summary>The piece, if it starts at the row that is due.</summary>
    internal BatchPiece? Give(long due)
    {
        lock (_gate)
        {
            if (_piece is { } piece && piece.First == due)
            {
                _piece = null;
                return piece;
            }

            return null;
        }
    }
}
