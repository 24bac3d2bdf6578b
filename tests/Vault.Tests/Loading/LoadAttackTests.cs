using System.Text;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Provider files whose names and values try to become SQL, and files that try to be large.</summary>
public sealed class LoadAttackTests
{
    private const string Injection = "x\"; COPY (SELECT 42) TO '/tmp/sandbox-injected.csv'; --";

    [Theory]
    [InlineData(Injection)]
    [InlineData("a\"\"b")]
    [InlineData("'); DROP TABLE loaded; --")]
    [InlineData("{0}{1}")]
    [InlineData("c0")]
    [InlineData("rowid")]
    [InlineData("ROWID")]
    [InlineData("sandbox_place")]
    [InlineData("SELECT")]
    [InlineData("*")]
    [InlineData("a.b.c")]
    [InlineData("$1")]
    [InlineData("/*")]
    [InlineData("é")]
    [InlineData("‮evil")]
    public void A_name_is_a_name_in_both_formats(string name)
    {
        using var csv = LoadRun.OfText($"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",other\nv,w\n");
        Assert.Equal([name, "other"], csv.Report!.Columns.Select(column => column.Name));
        Assert.True(LoadRun.Rows(csv.Files.Main) is ["v|w"] or ["w"] or ["v"]);
        using var parquet = LoadRun.Of(Parquet($"SELECT 'v' AS {DuckDbConnection.Quote(name)}, 'w' AS other"));
        Assert.Equal([name, "other"], parquet.Report!.Columns.Select(column => column.Name));
        Assert.False(File.Exists("/tmp/sandbox-injected.csv"));
    }

    /// <summary>The engine gives the place of a row this name; a segment with such a column could never be read again.</summary>
    [Theory]
    [InlineData("file_row_number")]
    [InlineData("File_Row_Number")]
    public void The_name_of_the_row_place_is_refused_at_the_door(string name)
    {
        using var csv = LoadRun.OfText($"{name},other\nv,w\n");
        Assert.Equal(LoadRules.Header, csv.Fault?.Rule);
        using var parquet = LoadRun.Of(Parquet($"SELECT 'v' AS {DuckDbConnection.Quote(name)}, 'w' AS other"));
        Assert.NotNull(parquet.Fault);
    }

    [Fact]
    public void Ten_thousand_columns_a_long_name_and_a_name_with_a_NUL_are_refused()
    {
        using var many = LoadRun.OfText(string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"k{i}")) + "\n1\n");
        Assert.Equal(LoadRules.Columns, many.Fault?.Rule);
        using var manyInParquet = LoadRun.Of(Parquet("SELECT " + string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"1 AS k{i}"))));
        Assert.Equal(LoadRules.Columns, manyInParquet.Fault?.Rule);
        using var longName = LoadRun.OfText(new string('n', 1 << 20) + ",b\n1,2\n");
        Assert.NotNull(longName.Fault);
        using var longInParquet = LoadRun.Of(Parquet($"SELECT 1 AS \"{new string('n', 1 << 20)}\""));
        Assert.Equal(LoadRules.Header, longInParquet.Fault?.Rule);

        // The engine's own writer takes no NUL, so one byte of a name is changed in the file.
        var bytes = Parquet("SELECT 1 AS abcQabc");
        var text = Encoding.Latin1.GetString(bytes).Replace("abcQabc", "abc\0abc", StringComparison.Ordinal);
        using var nul = LoadRun.Of(Encoding.Latin1.GetBytes(text));
        Assert.NotNull(nul.Fault);
    }

    [Fact]
    public void Names_that_differ_only_in_case_do_not_melt_into_one()
    {
        using var csv = LoadRun.OfText("name,NAME\nv,w\n");
        Assert.Equal(LoadRules.Header, csv.Fault?.Rule);
        var text = Encoding.Latin1.GetString(Parquet("SELECT 'v' AS abcQabc, 'w' AS abcRabc")).Replace("abcRabc", "ABCqABC", StringComparison.Ordinal);
        using var parquet = LoadRun.Of(Encoding.Latin1.GetBytes(text));
        if (parquet.Report is { } report)
        {
            Assert.Equal(2, report.Columns.Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.Equal(["v|w"], LoadRun.Rows(report.HasMain ? parquet.Files.Main : parquet.Files.Identifiers));
        }
    }

    [Fact]
    public void Nested_and_odd_types_are_kept_or_refused_but_never_crash()
    {
        string[] values =
        [
            "{'a\"b': 1, 'c''d': [1, 2]}", "MAP {'x': [{'y': 1}]}", "[[[[[[[[1]]]]]]]]", "'x'::ENUM ('x', 'y''z', '{0}')", "INTERVAL '1' DAY", "'infinity'::DATE", "'NaN'::DOUBLE",
            "TIMESTAMP_NS '2020-01-01 00:00:00'", "TIMETZ '10:00:00+08'", "'\\x00\\xFF'::BLOB", "uuid()", "340282366920938463463374607431768211455::UHUGEINT", "NULL", "chr(0) || 'x'", "repeat('x', 3000000)", "'1'::JSON",
        ];
        foreach (var value in values)
        {
            using var run = LoadRun.Of(Parquet($"SELECT {value} AS a, 1 AS b FROM range(3)"));
            Assert.True(run.Report is not null || run.Fault is { Kind: not WorkerFaultKind.Crashed }, $"{value}: {run.Fault}");
        }
    }

    /// <summary>A few kilobytes of Parquet that stand for gigabytes: the jail's limits end it or it loads, and the host goes on.</summary>
    [Fact]
    public async Task A_page_bomb_does_not_reach_the_host()
    {
        var folder = Directory.CreateTempSubdirectory("bomb-").FullName;
        try
        {
            var path = Path.Combine(folder, "bomb.parquet");
            var bytes = Parquet("SELECT repeat('x', 1000000) || (i % 2) AS a FROM range(1200) t(i)");
            Assert.True(bytes.Length < 4 << 20, $"{bytes.Length}");
            await File.WriteAllBytesAsync(path, bytes);
            var jailer = new Jailer(EnginePaths.Locate(), new JailOptions());
            using var key = DataKey.ThrowAway(Suite.Nist, "test");
            var store = new ObjectStore(folder, Suite.Nist);
            var result = await new DataLoader(jailer, store).LoadAsync(new LoadRequest { SourcePath = path, DataKey = key, MemoryLimitBytes = 1L << 30 });
            using var loaded = result as LoadResult.Loaded;
            Assert.True(result is LoadResult.Refused or LoadResult.Loaded { Rows: 1200 });
            Assert.Empty(Directory.EnumerateFiles("/tmp", "core*"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Parquet(string select)
    {
        var folder = Directory.CreateTempSubdirectory("made-").FullName;
        try
        {
            var path = Path.Combine(folder, "made.parquet");
            using var connection = EngineForTests.Memory();
            connection.Execute($"COPY ({select}) TO {DuckDbConnection.Literal(path)} (FORMAT parquet, COMPRESSION zstd)");
            return File.ReadAllBytes(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
