using Sandbox.Vault.Arrow.Flat;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>
/// Writes a whole relation as an Arrow IPC stream in row order, encoded on the engine's own scanning threads: a streaming result would copy every vector once more
/// and hand them to one thread. The encoding is the body of a scalar function over (row number, columns…), which sees each vector where it lies.
/// </summary>
internal static class ParallelEncoder
{
    /// <summary>Rows of a batch: half a row group of the engine, so that a batch is mostly one thread's. A vector belongs to the batch of its first row and is never cut, so a batch may be a vector longer or shorter.</summary>
    internal const int BatchRows = 61_440;

    private const string Gather = "sandbox_gather";

    /// <param name="connection">Of an instance that runs no foreign SQL and no other encoding: the function is registered in it.</param>
    /// <param name="columns">At least one.</param>
    /// <param name="relation">A base table or a file: something with row numbers 0, 1, 2….</param>
    /// <param name="rowNumber">The expression of the row number.</param>
    /// <param name="threads">Threads of the engine: how many pieces may wait for their turn.</param>
    /// <param name="target">Where the stream goes, including its end mark.</param>
    /// <returns>Rows written.</returns>
    /// <exception cref="EngineException">The statement failed while running: no end mark was written.</exception>
    internal static long Write(DuckDbConnection connection, IReadOnlyList<SelectedColumn> columns, string relation, string rowNumber, int threads, Stream target)
    {
        var list = string.Join(", ", columns.Select(column => $"{column.Expression} AS {DuckDbConnection.Quote(column.Name)}"));
        using var shape = connection.Query($"SELECT {list} FROM {relation} LIMIT 0");
        var dictionaries = new List<(long Id, ArrowColumn Values)>();
        var first = Encoders(shape, dictionaries);
        var writer = new ArrowStreamWriter(target, new ArrowSchema([.. first.Select(encoder => encoder.Field)]));
        ResultEncoder.WriteDictionaries(writer, dictionaries);

        var batches = new OrderedBatches(writer, () => Encoders(shape, []), BatchRows, 2 * threads);
        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = Gather,
            Parameters = [DuckDbTypeId.BigInt],
            Rest = DuckDbTypeId.Any,
            Result = DuckDbTypeId.BigInt,
            Body = static (input, output, state) => ((PieceGatherer)state!).Take(input, output),
            ThreadState = batches.AddGatherer,
            SeesMissing = true,
            Volatile = true,
        });

        var arguments = string.Join(", ", columns.Select(column => column.Expression));
        var rows = connection.ScalarInt64($"SELECT coalesce(sum(system.main.{Gather}({rowNumber}, {arguments})), 0) FROM {relation}") ?? -1;
        batches.Complete();
        if (rows != batches.Next)
        {
            throw new EngineException(EngineFault.Internal);
        }

        writer.Complete();
        return rows;
    }

    private static ColumnEncoder[] Encoders(DuckDbResult shape, List<(long Id, ArrowColumn Values)> dictionaries)
    {
        // Several engine threads ask for theirs at once, and the types' handles are one native object.
        lock (shape)
        {
            var encoders = new ColumnEncoder[shape.ColumnCount];
            for (var i = 0; i < encoders.Length; i++)
            {
                using var type = shape.ColumnType(i);
                encoders[i] = EncoderTypes.Create(shape.ColumnName(i), type, BatchRows + DuckDbDatabase.VectorSize, dictionaries);
            }

            return encoders;
        }
    }
}
