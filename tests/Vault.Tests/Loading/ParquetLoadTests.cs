using Sandbox.Fixtures;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Loading;

public sealed class ParquetLoadTests
{
    [Fact]
    public void A_parquet_file_keeps_rows_types_and_order()
    {
        using var run = LoadRun.Of(Make("SELECT i AS n, i::VARCHAR AS t, [i] AS l, (i / 8)::DECIMAL(9,3) AS m FROM range(300000) r(i)"), identifiers: ["t"]);
        Assert.Equal(300000, run.Report!.Rows);
        Assert.Equal([StoredKind.Whole64, StoredKind.Text, StoredKind.Nested, StoredKind.Exact], run.Report.Columns.Select(column => column.Type.Kind));
        using var connection = EngineForTests.Memory();
        var (main, apart) = (DuckDbConnection.Literal(run.Files.Main), DuckDbConnection.Literal(run.Files.Identifiers));
        Assert.Equal(0, connection.ScalarInt64($"SELECT count(*) FROM read_parquet({main}, file_row_number = true) m WHERE n <> file_row_number OR l <> [n]"));
        Assert.Equal(300000, connection.ScalarInt64($"SELECT count(*) FROM read_parquet({main}) m POSITIONAL JOIN read_parquet({apart}) a WHERE m.n::VARCHAR = a.t"));
    }

    [Theory]
    [InlineData("i AS n, '1390000' || lpad((i % 10000)::VARCHAR, 4, '0') AS x", "x", "n")] // what the name does not tell, the values do
    [InlineData("'1390000' || lpad((i % 10000)::VARCHAR, 4, '0') AS x", "x", "")] // nothing is left for the main file
    [InlineData("i AS n, '1390000' || lpad((i % 10000)::VARCHAR, 4, '0') AS phone", "phone", "n")]
    [InlineData("i AS n, i % 3 AS m", "", "n,m")]
    public void Columns_that_turn_out_to_be_identifying_are_written_apart_in_the_same_row_order(string select, string apart, string main)
    {
        using var run = LoadRun.Of(Make($"SELECT {select} FROM range(200000) r(i)"));
        Assert.Equal((200000L, main.Length > 0, apart.Length > 0), (run.Report!.Rows, run.Report.HasMain, run.Report.HasIdentifiers));
        Assert.Equal(apart, string.Join(',', run.Report.Columns.Where(column => column.Identifier).Select(column => column.Name)));
        AssertFile(run.Files.Main, main);
        AssertFile(run.Files.Identifiers, apart);
        if (apart.Length > 0)
        {
            var column = run.Report.Columns.Single(column => column.Identifier);
            Assert.InRange(column.Values, 5000, 5100);
            Assert.Equal(column.Values, column.Recognised);
            using var connection = EngineForTests.Memory();
            Assert.Equal(0, connection.ScalarInt64(
                $"SELECT count(*) FROM read_parquet({DuckDbConnection.Literal(run.Files.Identifiers)}, file_row_number = true) WHERE {apart} <> '1390000' || lpad((file_row_number % 10000)::VARCHAR, 4, '0')"));
        }
    }

    private static void AssertFile(string path, string columns)
    {
        if (columns.Length == 0)
        {
            Assert.True(!File.Exists(path) || new FileInfo(path).Length == 0);
            return;
        }

        using var connection = EngineForTests.Memory();
        using var result = connection.Query($"SELECT * FROM read_parquet({DuckDbConnection.Literal(path)}) LIMIT 0");
        Assert.Equal(columns, string.Join(',', Enumerable.Range(0, result.ColumnCount).Select(result.ColumnName)));
    }

    [Fact]
    public void Damage_anywhere_is_a_refusal_or_a_whole_table()
    {
        var sound = Make("SELECT i AS n, 'text ' || i AS t FROM range(5000) r(i)");
        foreach (var length in new[] { 1, 4, 5, 11, 12, 100, sound.Length / 2, sound.Length - 8, sound.Length - 4, sound.Length - 1 })
        {
            using var cut = LoadRun.Of(sound[..length]);
            Assert.Equal(length < 4 ? "LOAD-NO-ROWS" : "LOAD-PARQUET", cut.Fault?.Rule);
        }

        for (var step = 0; step < 150; step++)
        {
            var at = (int)((long)step * sound.Length / 150);
            var broken = (byte[])sound.Clone();
            broken[at] ^= 0x41;
            using var run = LoadRun.Of(broken);
            Assert.True(run.Report?.Rows == 5000 || run.Fault?.Rule is "LOAD-PARQUET" or "LOAD-PARQUET-ENCRYPTED" or "LOAD-NO-ROWS" or "LOAD-HEADER", $"byte {at}: {run.Report?.Rows} {run.Fault}");
        }

        using var notParquet = LoadRun.Of("a,b\n1,2\n"u8.ToArray(), LoadFormat.Parquet);
        Assert.Equal("LOAD-PARQUET", notParquet.Fault?.Rule);
        using var none = LoadRun.Of(Make("SELECT 1 AS a WHERE false"));
        Assert.Equal("LOAD-NO-ROWS", none.Fault?.Rule);
    }

    [SharedDataFact]
    public void Foreign_parquet_files_have_the_rows_and_columns_of_the_baseline_or_are_refused()
    {
        var folder = Path.Combine(Checkout.SharedData!, "cases/parquet");
        var bad = new List<string>();
        foreach (var line in File.ReadAllLines(Path.Combine(folder, "duckdb_baseline.tsv")).Skip(1))
        {
            var parts = line.Split('\t');
            var path = Path.Combine(folder, parts[0]);
            if (!File.Exists(path))
            {
                continue;
            }

            using var run = LoadRun.Of(File.ReadAllBytes(path));
            if (run.Fault is { Engine: EngineFault.OutOfMemory })
            {
                continue; // two texts of a gigabyte each: refused by the memory limit, as it should be
            }

            var told = run.Report is { } report ? $"{report.Rows}\t{report.Columns.Count}" : run.Fault!.Rule ?? run.Fault.Kind.ToString();
            var wanted = parts[3] == "ok" && parts[1] != "0" ? $"{parts[1]}\t{parts[2]}" : null;
            if (wanted is null ? run.Fault?.Rule is null : told != wanted)
            {
                bad.Add($"{parts[0]}: {told} instead of {wanted ?? "a refusal"} ({parts[3]})");
            }
        }

        Assert.True(bad.Count == 0, string.Join("\n", bad));
    }

    private static byte[] Make(string select)
    {
        var path = Path.GetTempFileName();
        try
        {
            using var connection = EngineForTests.Memory();
            connection.Execute($"COPY ({select}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 20000)");
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
