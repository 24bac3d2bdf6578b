using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Tests.DuckDb;

public sealed class WritingTests
{
    [Fact]
    public void The_appender_writes_chunks_with_missing_and_long_values()
    {
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE TABLE t(a BIGINT, b VARCHAR, c UHUGEINT)");
        using (var appender = DuckDbAppender.Create(connection, null, "t"))
        {
            using var chunk = DuckDbChunk.Create(DuckDbTypeId.BigInt, DuckDbTypeId.Varchar, DuckDbTypeId.UHugeInt);
            for (var batch = 0; batch < 3; batch++)
            {
                chunk.Reset();
                for (var row = 0; row < 1000; row++)
                {
                    chunk.Writable(0).Writable<long>()[row] = (batch * 1000) + row;
                    chunk.Writable(1).SetText(row, row % 2 == 0 ? "" : $"a text that is longer than twelve bytes {row}");
                    chunk.Writable(2).Writable<UInt128>()[row] = UInt128.MaxValue;
                    if (row % 10 == 0)
                    {
                        chunk.Writable(1).SetNull(row);
                    }
                }

                chunk.Rows = 1000;
                appender.Append(chunk);
            }

            appender.Complete();
        }

        Assert.Equal(3000, connection.ScalarInt64("SELECT count(*) FROM t"));
        Assert.Equal(300, connection.ScalarInt64("SELECT count(*) FROM t WHERE b IS NULL"));
        Assert.Equal(1200, connection.ScalarInt64("SELECT count(*) FROM t WHERE b = ''"));
        Assert.Equal(4498500, connection.ScalarInt64("SELECT sum(a) FROM t"));
        Assert.Equal("340282366920938463463374607431768211455", connection.ScalarText("SELECT max(c) FROM t"));
    }

    [Fact]
    public void A_failed_completion_is_told()
    {
        using var connection = EngineForTests.Memory();
        connection.Execute("CREATE TABLE t(a BIGINT PRIMARY KEY)");
        using var appender = DuckDbAppender.Create(connection, null, "t");
        using var chunk = DuckDbChunk.Create(DuckDbTypeId.BigInt);
        chunk.Writable(0).Writable<long>()[..2].Fill(1);
        chunk.Rows = 2;
        var thrown = Assert.Throws<EngineException>(() =>
        {
            appender.Append(chunk);
            appender.Complete();
        });
        Assert.Equal(EngineFault.Constraint, thrown.Fault);
        Assert.Throws<EngineException>(() => DuckDbAppender.Create(connection, null, "nowhere"));
    }

    [Fact]
    public void A_scalar_function_runs_on_all_threads_with_state_and_its_exception_is_a_plain_error()
    {
        using var connection = EngineForTests.Memory();
        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = "shout",
            Parameters = [DuckDbTypeId.Varchar],
            Result = DuckDbTypeId.Varchar,
            ThreadState = () => new byte[64],
            Body = (input, output, state) =>
            {
                var buffer = (byte[])state!;
                var texts = input[0];
                for (var row = 0; row < input.Rows; row++)
                {
                    if (texts.IsNull(row))
                    {
                        continue;
                    }

                    var bytes = texts.Bytes(row);
                    bytes.CopyTo(buffer);
                    buffer[bytes.Length] = (byte)'!';
                    output.SetText(row, buffer.AsSpan(0, bytes.Length + 1));
                }
            },
        });
        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = "fails",
            Parameters = [DuckDbTypeId.BigInt],
            Result = DuckDbTypeId.BigInt,
            Body = (_, _, _) => throw new InvalidOperationException("secret-4711"),
        });
        Assert.Equal(500000, connection.ScalarInt64("SELECT count(*) FROM (SELECT system.main.shout(i::VARCHAR) s, i FROM range(500000) t(i)) WHERE s = i::VARCHAR || '!'"));
        Assert.Null(connection.ScalarText("SELECT system.main.shout(NULL::VARCHAR)"));
        var thrown = Assert.Throws<EngineException>(() => connection.ScalarInt64("SELECT system.main.fails(i) FROM range(3) t(i)"));
        Assert.DoesNotContain("4711", thrown.ToString(), StringComparison.Ordinal);
    }
}
