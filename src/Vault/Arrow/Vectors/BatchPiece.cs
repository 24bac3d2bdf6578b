using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Rows that follow one another, gathered by one of the engine's threads: a whole batch, or the part of one that this thread met. Reused.</summary>
internal sealed class BatchPiece(ColumnEncoder[] encoders)
{
    internal ColumnEncoder[] Encoders => encoders;

    /// <summary>Number of its first row in the relation.</summary>
    internal long First { get; private set; }

    internal int Rows { get; private set; }

    internal long End => First + Rows;

    /// <summary>Which batch the rows belong to.</summary>
    internal long Batch { get; private set; }

    /// <summary>Cut because of its bytes: nothing is added to it any more.</summary>
    internal bool Full { get; private set; }

    internal void Start(long first, long batch)
    {
        (First, Batch, Rows, Full) = (first, batch, 0, false);
        foreach (var encoder in encoders)
        {
            encoder.Clear();
        }
    }

    /// <param name="chunk">The columns' vectors from <paramref name="firstColumn"/> on.</param>
    /// <param name="firstColumn">Where they start.</param>
    /// <param name="rows">Rows of the chunk.</param>
    /// <param name="fullAt">Bytes from which on the piece is full.</param>
    internal void Append(DuckDbChunk chunk, int firstColumn, int rows, long fullAt)
    {
        long bytes = 0;
        for (var i = 0; i < encoders.Length; i++)
        {
            encoders[i].Append(chunk[firstColumn + i], rows);
            bytes += encoders[i].Bytes;
        }

        Rows += rows;
        Full = bytes >= fullAt;
    }

    internal void Absorb(BatchPiece next)
    {
        for (var i = 0; i < encoders.Length; i++)
        {
            encoders[i].Absorb(next.Encoders[i]);
        }

        Rows += next.Rows;
        Full = next.Full;
    }
}
