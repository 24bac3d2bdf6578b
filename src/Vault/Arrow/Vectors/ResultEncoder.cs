using Sandbox.Vault.Arrow.Flat;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Writes a streaming result as an Arrow IPC stream in batches of at most 65,536 rows, straight from the engine's vectors.</summary>
internal static class ResultEncoder
{
    internal const int BatchRows = 65_536;
    private const int BatchBytes = 64 * 1024 * 1024;

    /// <param name="result">A result whose columns are all of types that <see cref="EncoderTypes"/> takes.</param>
    /// <param name="target">Where the stream goes, including its end mark.</param>
    /// <param name="rowsDone">Called after each batch with the rows so far.</param>
    /// <returns>Rows written.</returns>
    /// <exception cref="EngineException">The statement failed while running: no end mark was written.</exception>
    internal static long Write(DuckDbResult result, Stream target, Action<long>? rowsDone = null)
    {
        var encoders = new ColumnEncoder[result.ColumnCount];
        var dictionaries = new List<(long Id, ArrowColumn Values)>();
        for (var i = 0; i < encoders.Length; i++)
        {
            using var type = result.ColumnType(i);
            encoders[i] = EncoderTypes.Create(result.ColumnName(i), type, BatchRows, dictionaries);
        }

        var writer = new ArrowStreamWriter(target, new ArrowSchema([.. encoders.Select(encoder => encoder.Field)]));
        var parts = new BatchParts();
        WriteDictionaries(writer, dictionaries);
        long written = 0;
        var gathered = 0;
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                var rows = chunk.Rows;
                if (gathered + rows > BatchRows || encoders.Sum(encoder => (long)encoder.Bytes) > BatchBytes)
                {
                    written += Flush(writer, parts, encoders, gathered);
                    gathered = 0;
                    rowsDone?.Invoke(written);
                }

                for (var i = 0; i < encoders.Length; i++)
                {
                    encoders[i].Append(chunk[i], rows);
                }

                gathered += rows;
            }
        }

        written += Flush(writer, parts, encoders, gathered);
        writer.Complete();
        return written;
    }

    internal static void WriteDictionaries(ArrowStreamWriter writer, IEnumerable<(long Id, ArrowColumn Values)> dictionaries)
    {
        var parts = new BatchParts();
        foreach (var (id, values) in dictionaries)
        {
            parts.Clear();
            parts.AddNode(values.Length, 0);
            parts.AddBuffer(default);
            parts.AddBuffer(values.Offsets);
            parts.AddBuffer(values.Data);
            writer.WriteDictionary(id, values.Length, parts);
        }
    }

    private static int Flush(ArrowStreamWriter writer, BatchParts parts, ColumnEncoder[] encoders, int rows)
    {
        if (rows == 0)
        {
            return 0;
        }

        parts.Clear();
        foreach (var encoder in encoders)
        {
            encoder.AddTo(parts);
        }

        writer.WriteBatch(rows, parts);
        foreach (var encoder in encoders)
        {
            encoder.Clear();
        }

        return rows;
    }
}
