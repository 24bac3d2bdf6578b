using Sandbox.Vault.Arrow;
using Sandbox.Vault.Arrow.Vectors;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Arrow;

/// <summary>Encoding on the engine's threads gives the values of the one-threaded encoder, in row order and in the same bytes whatever the threads.</summary>
public sealed class ParallelEncodingTests : IDisposable
{
    private const string Rows = """
        SELECT i AS n, CASE WHEN i % 7 = 0 THEN NULL ELSE i % 2 = 0 END AS b, CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 100)::TINYINT END AS i8,
               CASE WHEN i % 3 = 0 THEN NULL ELSE 'text ' || repeat('字', (i % 9)::INT) END AS t, (i / 100)::DECIMAL(9,2) AS m, i::DECIMAL(38,4) AS h,
               CASE WHEN i % 11 = 0 THEN NULL ELSE ['x','y','z'][i % 3 + 1] END::ENUM('x','y','z') AS e, TIMESTAMP '2001-01-01' + INTERVAL (i) SECOND AS ts
        FROM range(400000) t(i)
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("parallel-encoding").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(122_880)]
    [InlineData(61_440)]
    [InlineData(10_000)]
    [InlineData(131_071)]
    [InlineData(400_000)]
    public void Any_row_group_size_gives_the_same_rows_on_one_thread_and_on_four(int groupRows)
    {
        var path = Path.Combine(_folder, "rows.parquet");
        using (var writer = EngineForTests.Memory())
        {
            writer.Execute($"COPY ({Rows}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet, ROW_GROUP_SIZE {groupRows})");
        }

        var relation = $"read_parquet({DuckDbConnection.Literal(path)})";
        var one = Encode(1, relation, "file_row_number", "");
        var four = Encode(4, relation, "file_row_number", "");
        Assert.Equal(one, four);
        AssertSameRows(Streamed($"SELECT * FROM {relation}"), ArrowTable.FromUntrusted(four, ArrowLimits.Default));
    }

    [Fact]
    public void A_table_of_an_engine_is_written_in_the_order_of_its_rows()
    {
        var setup = $"CREATE TABLE big AS SELECT * FROM ({Rows}) ORDER BY hash(n)";
        var bytes = Encode(4, "big", "rowid", setup);
        Assert.Equal(Encode(1, "big", "rowid", setup), bytes);
        AssertSameRows(Streamed("SELECT * FROM big", setup), ArrowTable.FromUntrusted(bytes, ArrowLimits.Default));
    }

    [Fact]
    public void Long_texts_cut_batches_by_bytes_and_a_slow_reader_does_not_stop_it()
    {
        const string Setup = "CREATE TABLE big AS SELECT i AS n, repeat(chr(97 + (i % 26)::INT), 3000) AS t FROM range(70000) r(i)";
        using var slow = new SlowStream();
        using var connection = Engine(4, Setup);
        Assert.Equal(70_000, Write(connection, "big", "rowid", 4, slow));
        var table = ArrowTable.FromUntrusted(slow.ToArray(), ArrowLimits.Default);
        Assert.Equal(70_000, table.Rows);
        Assert.All(table.Batches, batch => Assert.InRange(batch.Rows, 1, 25_000));
        Assert.Equal(Enumerable.Range(0, 70_000).Select(i => (long)i), table.Batches.SelectMany(batch => batch.Columns[0].Values<long>().ToArray()));
    }

    [Fact]
    public void An_empty_table_has_a_schema_and_no_rows()
    {
        var table = ArrowTable.FromUntrusted(Encode(2, "big", "rowid", "CREATE TABLE big (a INTEGER, b VARCHAR)"), ArrowLimits.Default);
        Assert.Equal(0, table.Rows);
        Assert.Equal(["a", "b"], table.Schema.Fields.Select(field => field.Name));
    }

    [Fact]
    public void Missing_row_numbers_and_a_broken_target_are_errors_without_an_end_mark()
    {
        using var connection = Engine(2, $"CREATE TABLE big AS {Rows}; DELETE FROM big WHERE n = 200000");
        using var target = new MemoryStream();
        Assert.ThrowsAny<Exception>(() => Write(connection, "big", "rowid", 2, target));
        Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(target.ToArray(), ArrowLimits.Default));

        using var second = Engine(2, $"CREATE TABLE big AS {Rows}");
        using var broken = new BrokenStream(3_000_000);
        Assert.Throws<EngineException>(() => Write(second, "big", "rowid", 2, broken));
    }

    private static DuckDbConnection Engine(int threads, string setup)
    {
        using var database = DuckDbDatabase.Open(":memory:", ("threads", $"{threads}"));
        var connection = database.Connect();
        if (setup.Length > 0)
        {
            connection.Execute(setup);
        }

        return connection;
    }

    private static long Write(DuckDbConnection connection, string relation, string rowNumber, int threads, Stream target)
    {
        using var shape = connection.Query($"SELECT * FROM {relation} LIMIT 0");
        var columns = Enumerable.Range(0, shape.ColumnCount).Select(i => new SelectedColumn(shape.ColumnName(i), DuckDbConnection.Quote(shape.ColumnName(i)))).ToArray();
        return ParallelEncoder.Write(connection, columns, relation, rowNumber, threads, target);
    }

    private static byte[] Encode(int threads, string relation, string rowNumber, string setup)
    {
        using var connection = Engine(threads, setup);
        using var stream = new MemoryStream();
        _ = Write(connection, relation, rowNumber, threads, stream);
        return stream.ToArray();
    }

    private static ArrowTable Streamed(string sql, string setup = "")
    {
        using var connection = Engine(1, setup);
        using var result = connection.Stream(sql);
        using var stream = new MemoryStream();
        ResultEncoder.Write(result, stream);
        return ArrowTable.FromUntrusted(stream.ToArray(), ArrowLimits.Default);
    }

    private static void AssertSameRows(ArrowTable wanted, ArrowTable actual)
    {
        Assert.Equal(wanted.Rows, actual.Rows);
        Assert.Equal(wanted.Schema.Fields, actual.Schema.Fields);
        Assert.Equal(Texts(wanted), Texts(actual));
    }

    private static List<string> Texts(ArrowTable table)
    {
        var lines = new List<string>();
        foreach (var batch in table.Batches)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                lines.Add(string.Join('|', batch.Columns[0].GetInt64(row), batch.Columns[1].GetBool(row), batch.Columns[2].GetInt64(row), batch.Columns[3].GetText(row),
                    batch.Columns[4].GetDecimalUnscaled(row), batch.Columns[5].GetDecimalUnscaled(row), batch.Columns[6].GetText(row), batch.Columns[7].GetInt64(row)));
            }
        }

        return lines;
    }

    private sealed class SlowStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length > 1_000_000)
            {
                Thread.Sleep(30);
            }

            base.Write(buffer);
        }
    }

    private sealed class BrokenStream(long after) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length > after)
            {
                throw new IOException("broken");
            }

            base.Write(buffer);
        }
    }
}
