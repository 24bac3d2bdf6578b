using Sandbox.Vault.Arrow;
using Sandbox.Vault.Arrow.Vectors;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Arrow;

/// <summary>A stream cut into partitions: edges by rows alone, the same rows in the same order, each part a whole stream; and several streams joined again.</summary>
public sealed class PartitioningStreamTests
{
    private const string Rows = """
        SELECT i AS n, CASE WHEN i % 7 = 0 THEN NULL ELSE i % 2 = 0 END AS b, CASE WHEN i % 5 = 0 THEN NULL ELSE (i % 100)::TINYINT END AS i8,
               CASE WHEN i % 3 = 0 THEN NULL ELSE 'text ' || repeat('字', (i % 9)::INT) END AS t, i::DECIMAL(38,4) AS h, CASE WHEN i < 70000 THEN NULL ELSE i::DOUBLE END AS late,
               CASE WHEN i % 11 = 0 THEN NULL ELSE ['x','y','z'][i % 3 + 1] END::ENUM('x','y','z') AS e, TIMESTAMP '2001-01-01' + INTERVAL (i) SECOND AS ts
        FROM range(150000) t(i)
        """;

    private static readonly Lazy<byte[]> Whole = new(() => Encoded(Rows));

    [Theory]
    [InlineData(1_000, 4096)]
    [InlineData(61_441, 7919)]
    [InlineData(150_000, 1 << 20)]
    public async Task Parts_have_the_rows_in_order_however_the_stream_comes(int rows, int chunk)
    {
        var parts = await CutAsync(Whole.Value, rows, chunk);
        Assert.Equal((150_000 + rows - 1) / rows, parts.Count);
        var tables = parts.Select(part => ArrowTable.FromUntrusted(part, ArrowLimits.Default)).ToArray();
        Assert.All(tables[..^1], table => Assert.Equal(rows, table.Rows));
        AssertSame(ArrowTable.FromUntrusted(Whole.Value, ArrowLimits.Default), tables);

        // The edges are all that counts: another cutting of the same bytes gives the same parts.
        Assert.Equal(parts, await CutAsync(Whole.Value, rows, chunk + 13));

        // And what was cut can be joined.
        var joined = ArrowTable.FromUntrusted(ArrowJoin.FromUntrusted([.. parts.Select(part => (ReadOnlyMemory<byte>)part)], ArrowLimits.Default), ArrowLimits.Default);
        AssertSame(ArrowTable.FromUntrusted(Whole.Value, ArrowLimits.Default), joined);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(61_440, 1 << 20)]
    [InlineData(149_999, 1 << 20)]
    [InlineData(200_000, 65_536)]
    public Task And_at_other_ends(int rows, int chunk) => Parts_have_the_rows_in_order_however_the_stream_comes(rows, chunk);

    [Fact]
    public async Task Without_rows_there_is_one_part_with_the_columns()
    {
        var part = Assert.Single(await CutAsync(Encoded($"SELECT * FROM ({Rows}) LIMIT 0"), 1000, 100));
        var table = ArrowTable.FromUntrusted(part, ArrowLimits.Default);
        Assert.Equal((0, 8), (table.Rows, table.Schema.Fields.Count));
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_gives_no_whole_last_part_and_a_damaged_one_is_refused()
    {
        var cut = await CutAsync(Whole.Value[..(Whole.Value.Length / 2)], 50_000, 4096);
        Assert.Throws<ArrowFormatException>(() => ArrowTable.FromUntrusted(cut[^1], ArrowLimits.Default));
        await Assert.ThrowsAsync<ArrowFormatException>(() => CutAsync([.. Whole.Value, 0], 50_000, 4096));
        await Assert.ThrowsAsync<ArrowFormatException>(() => CutAsync([1, 2, 3, 4, 5, 6, 7, 8], 50_000, 4096));
        var damaged = (byte[])Whole.Value.Clone();
        damaged.AsSpan(8, 64).Fill(0xEE);
        await Assert.ThrowsAsync<ArrowFormatException>(() => CutAsync(damaged, 50_000, 4096));
    }

    [Fact]
    public void Only_streams_of_the_same_columns_are_joined()
    {
        ReadOnlyMemory<byte> numbers = Encoded("SELECT 1::BIGINT AS a"), others = Encoded("SELECT 1::BIGINT AS b"), wide = Encoded("SELECT 1::DOUBLE AS a");
        Assert.Equal(2, ArrowTable.FromUntrusted(ArrowJoin.FromUntrusted([numbers, numbers], ArrowLimits.Default), ArrowLimits.Default).Rows);
        foreach (var other in new[] { others, wide, numbers[..^8], default })
        {
            Assert.Throws<ArrowFormatException>(() => ArrowJoin.FromUntrusted([numbers, other], ArrowLimits.Default));
        }
    }

    private static async Task<List<byte[]>> CutAsync(byte[] stream, int rows, int chunk)
    {
        var parts = new List<MemoryStream>();
        await using (var cutter = new PartitioningStream(rows, _ =>
        {
            parts.Add(new MemoryStream());
            return ValueTask.FromResult<Stream>(parts[^1]);
        }))
        {
            for (var at = 0; at < stream.Length; at += chunk)
            {
                await cutter.WriteAsync(stream.AsMemory(at, Math.Min(chunk, stream.Length - at)));
            }
        }

        return [.. parts.Select(part => part.ToArray())];
    }

    private static byte[] Encoded(string sql)
    {
        using var connection = EngineForTests.Memory();
        using var result = connection.Stream(sql);
        using var target = new MemoryStream();
        ResultEncoder.Write(result, target);
        return target.ToArray();
    }

    private static void AssertSame(ArrowTable expected, params ArrowTable[] parts)
    {
        Assert.Equal(expected.Rows, parts.Sum(part => part.Rows));
        Assert.All(parts, part => Assert.Equal(expected.Schema.Fields, part.Schema.Fields));
        for (var column = 0; column < expected.Schema.Fields.Count; column++)
        {
            Assert.Equal(Values([expected], column), Values(parts, column));
        }
    }

    private static List<string?> Values(ArrowTable[] tables, int index)
    {
        var values = new List<string?>();
        foreach (var column in tables.SelectMany(table => table.Batches).Select(batch => batch.Columns[index]))
        {
            var missing = 0;
            for (var row = 0; row < column.Length; row++)
            {
                missing += column.IsMissing(row) ? 1 : 0;
                values.Add(column.IsMissing(row) ? null
                    : column.Field.Type.IsText ? column.GetText(row)
                    : column.Field.Type.Kind == ArrowKind.Bool ? column.GetBool(row).ToString()
                    : Convert.ToHexString(column.GetBytes(row)));
            }

            Assert.Equal(missing, column.MissingCount);
        }

        return values;
    }
}
