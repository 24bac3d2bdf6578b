using Sandbox.Vault.Arrow;
using Sandbox.Vault.Arrow.Vectors;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Arrow;

public sealed class EncodingTests
{
    [Fact]
    public void Every_engine_type_is_read_back_with_its_values_and_gaps()
    {
        var table = Encode("""
            SELECT CASE WHEN i % 7 = 0 THEN NULL ELSE i % 2 = 0 END AS b, CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 100)::TINYINT END AS i8, i::USMALLINT AS u16, i AS i64,
                   i / 4.0::DOUBLE AS f, CASE WHEN i % 3 = 0 THEN NULL ELSE 'text ' || repeat('字', (i % 9)::INT) END AS t, DATE '2001-01-01' + (i % 400)::INT AS d,
                   (i / 100)::DECIMAL(4,2) AS m4, (-i)::DECIMAL(9,1) AS m9, i::DECIMAL(18,3) AS m18, i::DECIMAL(38,4) AS m38, i::HUGEINT AS h, i::UHUGEINT AS u,
                   CASE WHEN i % 11 = 0 THEN NULL ELSE ['x','y','z'][i % 3 + 1] END::ENUM('x','y','z') AS e, TIMESTAMP '2001-01-01' + INTERVAL (i) SECOND AS ts, i::VARCHAR::BLOB AS bl
            FROM range(5000) t(i) WHERE i % 13 <> 1
            """);
        Assert.Equal(5000 - 385, table.Rows);
        var row = 0;
        var batch = Assert.Single(table.Batches);
        for (var i = 0; i < 5000; i++)
        {
            if (i % 13 == 1)
            {
                continue;
            }

            ArrowColumn Column(string name) => batch.Columns[table.Schema.IndexOf(name)];
            Assert.Equal(i % 7 == 0, Column("b").IsMissing(row));
            Assert.True(i % 7 == 0 || Column("b").GetBool(row) == (i % 2 == 0));
            Assert.Equal(i % 5 == 0 ? null : (long?)(i % 100), Column("i8").GetInt64(row));
            Assert.Equal(i, Column("u16").GetInt64(row));
            Assert.Equal(i, Column("i64").GetInt64(row));
            Assert.Equal(i / 4.0, Column("f").GetDouble(row));
            Assert.Equal(i % 3 == 0 ? null : "text " + new string('字', i % 9), Column("t").GetText(row));
            Assert.Equal(11323 + (i % 400), Column("d").GetInt64(row));
            Assert.Equal(-i * 10, Column("m9").GetDecimalUnscaled(row));
            Assert.Equal(i * 1000, Column("m18").GetDecimalUnscaled(row));
            Assert.Equal(i * 10000, Column("m38").GetDecimalUnscaled(row));
            Assert.Equal(i, Column("h").GetDecimalUnscaled(row));
            Assert.Equal((UInt128)i, Column("u").Values<UInt128>()[row]);
            Assert.Equal(i % 11 == 0 ? null : "xyz"[i % 3].ToString(), Column("e").GetText(row));
            Assert.Equal(978307200000000 + (i * 1000000L), Column("ts").GetInt64(row));
            Assert.Equal(System.Text.Encoding.ASCII.GetBytes($"{i}"), Column("bl").GetBytes(row).ToArray());
            row++;
        }
    }

    [Fact]
    public void Batches_are_cut_at_65536_rows_and_values_of_missing_rows_are_zero()
    {
        var table = Encode("SELECT CASE WHEN i % 2 = 0 THEN NULL ELSE i END AS v FROM (SELECT CASE WHEN i = 77 THEN NULL ELSE i END AS i FROM range(200000) t(i))");
        Assert.Equal(200000, table.Rows);
        Assert.All(table.Batches, batch => Assert.InRange(batch.Rows, 1, ResultEncoder.BatchRows));
        foreach (var column in table.Batches.Select(batch => batch.Columns[0]))
        {
            for (var row = 0; row < column.Length; row++)
            {
                Assert.True(!column.IsMissing(row) || column.Values<long>()[row] == 0);
            }
        }

        Assert.Equal(0, Encode("SELECT 1 AS a WHERE false").Rows);
    }

    [Fact]
    public void A_failing_statement_leaves_no_end_mark()
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Stream("SELECT CASE WHEN i = 150000 THEN error('x') ELSE i END AS v FROM range(200000) t(i)");
        using var stream = new MemoryStream();
        Assert.Throws<Sandbox.Vault.DuckDb.EngineException>(() => ResultEncoder.Write(result, stream));
        Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(stream.ToArray(), ArrowLimits.Default));
    }

    private static ArrowTable Encode(string sql)
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Stream(sql);
        using var stream = new MemoryStream();
        var rows = ResultEncoder.Write(result, stream);
        var table = ArrowTable.FromUntrusted(stream.ToArray(), ArrowLimits.Default);
        Assert.Equal(rows, table.Rows);
        return table;
    }
}
