using System.Globalization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>
/// Writes the whole answer of a SELECT into a database file in the child's sized private memory and sends it out. The session's engine stays locked: it makes a temporary table, and a second engine,
/// which no statement of a user reaches, writes that table's rows into the file.
/// </summary>
/// <param name="locked">The session's connection.</param>
/// <param name="output">Takes the file as data frames.</param>
/// <param name="keep">Its name, which the file's one table bears, and its rows at most.</param>
internal sealed class KeptFile(DuckDbConnection locked, FrameWriter output, KeepRequest keep)
{
    // No user's table can have this name: it is longer than a name may be.
    private const string Waiting = "the_whole_answer_waits_here_until_it_is_written_and_sent_out_then_it_is_dropped";
    private const int PieceLength = 1 << 20;

    // The engine writes in blocks of 256 KiB, a few at a time.
    private const long Block = 4L << 20;

    private readonly string _path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"kept-{Environment.ProcessId}.duckdb"));

    /// <returns>Rows and columns; null when there are more rows, or more bytes, than may be kept. Nothing was sent then.</returns>
    /// <exception cref="EngineException">The statement failed.</exception>
    public (long Rows, int Columns)? Write(string select, Action<DuckDbStatement> bind)
    {
        try
        {
            using (var statement = locked.Prepare($"CREATE TEMP TABLE {Waiting} AS {select.TrimStart()}"))
            {
                bind(statement);
                statement.Execute().Dispose();
            }

            var rows = locked.ScalarInt64($"SELECT count(*) FROM temp.main.{Waiting}") ?? 0;
            if (rows > keep.Rows)
            {
                return null;
            }

            var columns = Columns();
            try
            {
                Fill(columns);
            }
            catch (EngineException failure) when (failure.Fault != EngineFault.Interrupted && new DriveInfo(Path.GetTempPath()).AvailableFreeSpace < Block)
            {
                // The room is as large as a result may be, and it is full. The engine has several names for that.
                return null;
            }

            if (new FileInfo(_path).Length > NamedResults.MostBytes)
            {
                return null;
            }

            Send();
            return (rows, columns.Count);
        }
        finally
        {
            locked.Execute($"DROP TABLE IF EXISTS temp.main.{Waiting}");
            File.Delete(_path);
            File.Delete(_path + ".wal");
        }
    }

    private List<string> Columns()
    {
        var columns = new List<string>();
        using var result = locked.Query($"SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'temp' AND table_name = '{Waiting}' ORDER BY column_index");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    columns.Add($"{Identifier.Quote(chunk[0].Text(row))} {chunk[1].Text(row)}");
                }
            }
        }

        return columns;
    }

    private void Fill(List<string> columns)
    {
        using var database = DuckDbDatabase.Open(":memory:", ("threads", "1"), ("memory_limit", "128MiB"), ("temp_directory", ""), ("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false"));
        using var writer = database.Connect();
        writer.Execute($"ATTACH {DuckDbConnection.Literal(_path)} AS kept (RECOVERY_MODE no_wal_writes); USE kept; CREATE TABLE {Identifier.Quote(keep.Name)} ({string.Join(", ", columns)})");
        using (var appender = DuckDbAppender.Create(writer, null, keep.Name))
        {
            using var result = locked.Stream($"FROM temp.main.{Waiting}");
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    appender.Append(chunk);
                }
            }

            appender.Complete();
        }

        writer.Execute("CHECKPOINT kept; USE memory; DETACH kept");
    }

    private void Send()
    {
        using var file = File.OpenRead(_path);
        var piece = new byte[PieceLength];
        for (int got; (got = file.Read(piece)) > 0;)
        {
            output.Data(piece.AsSpan(0, got));
        }
    }
}
