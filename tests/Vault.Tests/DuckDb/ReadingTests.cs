using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Tests.DuckDb;

public sealed class ReadingTests
{
    [Fact]
    public void Every_storage_type_reads_as_it_was_written()
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Query("""
            SELECT true, -8::TINYINT, -16::SMALLINT, -32::INTEGER, -64::BIGINT, 200::UTINYINT, 60000::USMALLINT, 4000000000::UINTEGER,
                   18446744073709551615::UBIGINT, 1.5::FLOAT, 2.25::DOUBLE, DATE '2001-02-03', TIMESTAMP '2001-02-03 04:05:06.000007',
                   -170141183460469231731687303715884105727::HUGEINT, 'short', 'longer than twelve bytes', 123.45::DECIMAL(9,2), 'b'::ENUM('a','b')
            """);
        using var chunk = result.Fetch()!;
        Assert.Equal(1, chunk.Rows);
        Assert.Equal(18, chunk.Columns);
        Assert.Equal(1, chunk[0].Values<byte>()[0]);
        Assert.Equal(-8, chunk[1].Values<sbyte>()[0]);
        Assert.Equal(-16, chunk[2].Values<short>()[0]);
        Assert.Equal(-32, chunk[3].Values<int>()[0]);
        Assert.Equal(-64, chunk[4].Values<long>()[0]);
        Assert.Equal(200, chunk[5].Values<byte>()[0]);
        Assert.Equal(60000, chunk[6].Values<ushort>()[0]);
        Assert.Equal(4000000000, chunk[7].Values<uint>()[0]);
        Assert.Equal(ulong.MaxValue, chunk[8].Values<ulong>()[0]);
        Assert.Equal(1.5f, chunk[9].Values<float>()[0]);
        Assert.Equal(2.25, chunk[10].Values<double>()[0]);
        Assert.Equal(11356, chunk[11].Values<int>()[0]);
        Assert.Equal(981173106000007, chunk[12].Values<long>()[0]);
        Assert.Equal(-Int128.MaxValue, chunk[13].Values<Int128>()[0]);
        Assert.Equal("short", chunk[14].Text(0));
        Assert.Equal("longer than twelve bytes", chunk[15].Text(0));
        using var money = result.ColumnType(16);
        Assert.Equal((DuckDbTypeId.Decimal, DuckDbTypeId.Integer, 9, 2), (money.Id, money.StorageId, money.DecimalWidth, money.DecimalScale));
        Assert.Equal(12345, chunk[16].Values<int>()[0]);
        using var letters = result.ColumnType(17);
        Assert.Equal(["a", "b"], letters.EnumEntries());
        Assert.Equal(1, chunk[17].Values<byte>()[0]);
        Assert.Null(result.Fetch());
    }

    [Fact]
    public void A_stream_gives_all_rows_and_the_missing_ones()
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Stream("SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i END FROM range(100000) t(i)");
        long rows = 0, sum = 0, missing = 0;
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                var column = chunk[0];
                for (var row = 0; row < chunk.Rows; row++)
                {
                    rows++;
                    if (column.IsNull(row))
                    {
                        missing++;
                    }
                    else
                    {
                        sum += column.Values<long>()[row];
                    }
                }
            }
        }

        Assert.Equal((100000L, 33334L, 3333266667L), (rows, missing, sum));
    }

    [Fact]
    public void An_error_in_the_middle_of_a_stream_is_an_exception_and_not_an_end()
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Stream("SELECT CASE WHEN i = 90000 THEN error('secret-4711') ELSE i::VARCHAR END FROM range(100000) t(i)");
        var thrown = Assert.Throws<EngineException>(() =>
        {
            while (result.Fetch() is { } chunk)
            {
                chunk.Dispose();
            }
        });
        Assert.DoesNotContain("4711", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 'name0'::INTEGER", EngineFault.Conversion)]
    [InlineData("SELEC 1", EngineFault.Syntax)]
    [InlineData("SELECT * FROM nowhere", EngineFault.Binding)]
    [InlineData("SELECT nothing FROM range(3)", EngineFault.Binding)]
    [InlineData("SELECT 9223372036854775807::BIGINT + 1::BIGINT FROM range(3)", EngineFault.Range)]
    [InlineData("SELECT error('secret name0')", EngineFault.InvalidInput)]
    [InlineData("FROM '/nowhere/name0.parquet'", EngineFault.Io)]
    public void Errors_are_our_own_sentences(string sql, object fault)
    {
        using var connection = EngineForTests.Memory();
        var thrown = Assert.Throws<EngineException>(() =>
        {
            using var result = connection.Query(sql);
        });
        Assert.Equal(fault, thrown.Fault);
        Assert.Equal(EngineErrors.Sentence(thrown.Fault), thrown.Message);
    }

    [Fact]
    public void Prepared_parameters_and_scalars()
    {
        using var connection = EngineForTests.Memory();
        using var statement = connection.Prepare("SELECT ? || ':' || ?::BIGINT || ':' || coalesce(?, 'none')");
        using var result = statement.Bind(1, "文字'\"").Bind(2, 42L).Bind(3, (string?)null).Execute();
        using var chunk = result.Fetch()!;
        Assert.Equal("文字'\":42:none", chunk[0].Text(0));
        Assert.Equal(7, connection.ScalarInt64("3 + 4"));
        Assert.Null(connection.ScalarInt64("NULL"));
        Assert.Equal("x", connection.ScalarText("'x'"));
        Assert.Throws<EngineException>(() => connection.Prepare("SELECT * FROM nowhere"));
    }

    [Fact]
    public void Table_names_come_from_binding_and_are_null_for_nonsense()
    {
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE TABLE person(id BIGINT); CREATE TABLE other(id BIGINT)");
        Assert.Equal(["person"], connection.TableNames("SELECT * FROM person", qualified: false)!);
        Assert.Equal(["other", "person"], connection.TableNames("WITH c AS (SELECT id FROM other) SELECT * FROM person p JOIN c ON p.id = c.id", qualified: false)!.Order());
        Assert.Null(connection.TableNames("SELECT * FROM person JOIN other USING (id)", qualified: false)); // so in 1.5: no answer for any USING
        Assert.Null(connection.TableNames("SELEC", qualified: false));
    }

    [Fact]
    public void An_interrupt_stops_a_running_statement()
    {
        using var connection = EngineForTests.Memory();
        using var timer = new Timer(_ => connection.Interrupt(), null, 50, 50);
        var thrown = Assert.Throws<EngineException>(() => connection.Execute("CREATE TABLE t AS SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(100000) b(i)"));
        Assert.Equal(EngineFault.Interrupted, thrown.Fault);
    }
}
