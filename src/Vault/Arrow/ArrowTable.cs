using System.Runtime.InteropServices;

namespace Sandbox.Vault.Arrow;

/// <summary>Some rows of every column.</summary>
public sealed record ArrowBatch(ArrowSchema Schema, int Rows, IReadOnlyList<ArrowColumn> Columns);

/// <summary>A whole stream in memory.</summary>
public sealed record ArrowTable(ArrowSchema Schema, IReadOnlyList<ArrowBatch> Batches)
{
    /// <summary>Rows of all batches.</summary>
    public long Rows => Batches.Sum(batch => (long)batch.Rows);

    /// <summary>Writes the table as an IPC stream with its end mark; the target stays open.</summary>
    public void WriteTo(Stream target)
    {
        var writer = new ArrowStreamWriter(target, Schema);
        foreach (var batch in Batches)
        {
            writer.Write(batch);
        }

        writer.Complete();
    }

    /// <summary>Reads a whole IPC stream, or an IPC file when it starts with the file's magic. Nothing comes back unless everything holds.</summary>
    /// <param name="hostile">The bytes; nothing is assumed about them.</param>
    /// <param name="limits">How much is taken.</param>
    /// <exception cref="ArrowFormatException">They are not taken.</exception>
    public static ArrowTable FromUntrusted(ReadOnlyMemory<byte> hostile, ArrowLimits limits)
    {
        using var stream = MemoryMarshal.TryGetArray(hostile, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(hostile.ToArray(), writable: false);
        if (ArrowFileReader.LooksLikeFile(hostile.Span))
        {
            return Collect(new ArrowFileReader(stream, limits));
        }

        var table = FromUntrusted(stream, limits);
        return stream.Position == stream.Length ? table : throw ArrowFormatException.Malformed("There are bytes after the end of the stream.");
    }

    /// <summary>Reads a whole IPC stream up to its end mark.</summary>
    /// <exception cref="ArrowFormatException">It is not taken.</exception>
    public static ArrowTable FromUntrusted(Stream hostile, ArrowLimits limits) => Collect(new ArrowStreamReader(hostile, limits));

    private static ArrowTable Collect(IArrowReader reader)
    {
        var batches = new List<ArrowBatch>();
        while (reader.Next() is { } batch)
        {
            batches.Add(batch);
        }

        return new ArrowTable(reader.Schema, batches);
    }
}
