namespace Sandbox.Vault.Arrow;

/// <summary>Several streams of the same columns as one.</summary>
public static class ArrowJoin
{
    /// <param name="hostile">Whole streams with end marks, at least one; nothing is assumed about them.</param>
    /// <param name="limits">How much is taken of each.</param>
    /// <returns>The rows of all in their order, written anew.</returns>
    /// <exception cref="ArrowFormatException">One is not taken, or has other columns than the first.</exception>
    public static byte[] FromUntrusted(IReadOnlyList<ReadOnlyMemory<byte>> hostile, ArrowLimits limits)
    {
        ArgumentNullException.ThrowIfNull(hostile);
        ArgumentOutOfRangeException.ThrowIfZero(hostile.Count);
        var first = ArrowTable.FromUntrusted(hostile[0], limits);
        var head = Head(first.Schema);
        using var joined = new MemoryStream();
        var writer = new ArrowStreamWriter(joined, first.Schema);
        for (var i = 0; i < hostile.Count; i++)
        {
            var table = i == 0 ? first : ArrowTable.FromUntrusted(hostile[i], limits);
            if (!head.AsSpan().SequenceEqual(Head(table.Schema)))
            {
                throw ArrowFormatException.Malformed("The streams have different columns.");
            }

            foreach (var batch in table.Batches)
            {
                writer.Write(batch);
            }
        }

        writer.Complete();
        return joined.ToArray();
    }

    private static byte[] Head(ArrowSchema schema)
    {
        using var head = new MemoryStream();
        _ = new ArrowStreamWriter(head, schema);
        return head.ToArray();
    }
}
