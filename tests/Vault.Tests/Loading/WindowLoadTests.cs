using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Text that is read in parts: the same rows, types, groups and rejected rows as when it is read as a whole.</summary>
public sealed class WindowLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("window-").FullName;
    private readonly ObjectStore _store;
    private readonly DataKey _key = DataKey.ThrowAway(Suite.Nist, "test");

    public WindowLoadTests() => _store = new ObjectStore(_folder, Suite.Nist);

    private static Jailer Jailer { get; } = new(EnginePaths.Locate(), new JailOptions());

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("utf-8", ',', "\n")]
    [InlineData("utf-8", '\t', "\r")]
    [InlineData("GB18030", '|', "\n")]
    [InlineData("utf-16BE", '|', "\n")]
    public async Task A_text_in_parts_is_the_text(string encoding, char delimiter, string ends)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var random = new Random(7);
        var text = new StringBuilder(string.Join(delimiter, "seq", "\"身份证号\"", "备注", "amount", "late") + ends);
        for (var i = 0; i < 6000; i++)
        {
            var note = random.Next(6) switch { 0 => "\"two\nlines\"", 1 => $"\"a {delimiter} b\"", 2 => "\"say \"\"no\"\"\"", 3 => "", 4 => i % 60 < 6 ? $"中文镕{i}€𠮷" : "中文说明", _ => "plain \" inside" };
            text.Append(CultureInfo.InvariantCulture, $"{i}{delimiter}{CsvLoadTests.Identity(i)}{delimiter}{note}{delimiter}{i * 0.25m}{delimiter}{(i < 5000 ? "" : i % 2 == 0 ? "5" : "2.5")}");
            text.Append(i % 500 == 17 ? delimiter + "extra" : "").Append(ends);
            if (i % 900 == 5)
            {
                text.Append(ends);
            }

            if (i % 700 == 3)
            {
                text.Append("only one").Append(ends);
            }
        }

        var coding = Encoding.GetEncoding(encoding);
        await HoldAsync([.. coding.GetPreamble(), .. coding.GetBytes(text.ToString())], coding.GetByteCount(text.ToString()) / 4);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("utf-8", ';', "\r\n")]
    [InlineData("utf-16", ',', "\r\n")]
    public Task Also_in_other_forms(string encoding, char delimiter, string ends) => A_text_in_parts_is_the_text(encoding, delimiter, ends);

    [Fact]
    public async Task Lines_of_JSON_in_parts_are_the_lines()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 5000; i++)
        {
            text.Append(i switch
            {
                < 2000 => string.Create(CultureInfo.InvariantCulture, $"{{\"n\": {i}, \"phone\": \"1380013{i % 10_000:0000}\", \"v\": {i}}}\n"),
                < 3000 => string.Create(CultureInfo.InvariantCulture, $"{{\"n\": {i}, \"v\": {i}.5, \"new\": \"2001-02-03\"}}\n"),
                < 3500 => string.Create(CultureInfo.InvariantCulture, $"{{\"n\": {i}, \"v\": null, \"new\": \"x\"}}\nno object\n"),
                _ => string.Create(CultureInfo.InvariantCulture, $"{{\"n\": {i}, \"v\": 1, \"deep\": {{\"a\": [{i}]}}}}\n"),
            });
        }

        await HoldAsync(Encoding.UTF8.GetBytes(text.ToString()), 45_000);
    }

    [Theory]
    [InlineData("7", "1.5", "Floating64")]
    [InlineData("7", "x", "Text")]
    [InlineData("2001-02-03", "2001-02-03 04:05:06", "Text")]
    [InlineData("1.5", "250", "Floating64")]
    [InlineData("2.0", "x", "Text")]
    public async Task A_late_part_can_make_a_column_wider(string first, string last, string kind)
    {
        var text = "seq,v\n" + string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i},{(i < 3500 ? first : last)}\n"));
        var (parts, _) = await HoldAsync(Encoding.UTF8.GetBytes(text), 8_000);
        Assert.Equal(kind, parts.Columns[1].Type.Kind.ToString());
        Assert.True(parts.Segments.Count >= 3);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("123456789012345678", "1.5", "Text")]
    [InlineData("true", "false", "Boolean")]
    [InlineData("", "9", "Whole64")]
    [InlineData("2.0", "3.0", "Text")]
    [InlineData("2.0", "3.5", "Floating64")]
    public Task And_in_other_ways(string first, string last, string kind) => A_late_part_can_make_a_column_wider(first, last, kind);

    [Fact]
    public async Task A_late_part_can_put_a_column_apart()
    {
        var text = "seq,no\n" + string.Concat(Enumerable.Range(0, 9000).Select(i => $"{i},{(i < 6000 ? i.ToString(CultureInfo.InvariantCulture) : CsvLoadTests.Identity(i))}\n"));
        var (parts, _) = await HoldAsync(Encoding.UTF8.GetBytes(text), 20_000);
        Assert.Equal((ColumnGroup.Identifiers, StoredKind.Text), (parts.Columns[1].Group, parts.Columns[1].Type.Kind));
        Assert.Equal(parts.Segments.Count(segment => segment.ColumnGroup == ColumnGroup.Main), parts.Segments.Count(segment => segment.ColumnGroup == ColumnGroup.Identifiers));
    }

    [Fact]
    public async Task Declared_columns_reject_rows_of_every_part_with_their_lines()
    {
        var text = "seq,amount\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},{(i % 100 == 7 ? "none" : "1.25")}\n"));
        var (parts, _) = await HoldAsync(Encoding.UTF8.GetBytes(text), 10_000, new DeclaredColumn("amount", StoredType.Exact(9, 2)));
        Assert.Equal((4950, 50), (parts.Rows, parts.Rejected));
    }

    [Theory]
    [InlineData("seq,v\n1,\"open\n", 40_000)]
    [InlineData("seq,v\n", 70_000)]
    public async Task A_quote_that_is_never_closed_ends_in_rows_or_rejected_rows_and_not_in_nothing(string head, int rows)
    {
        var path = Path.Combine(_folder, "open.csv");
        await File.WriteAllTextAsync(path, head + string.Concat(Enumerable.Range(0, rows).Select(i => i == 50_000 ? "7,\"x\n" : $"{i},abc\n")));
        var result = await new DataLoader(Jailer, _store).LoadAsync(new LoadRequest { SourcePath = path, DataKey = _key, WindowBytes = 100_000 });
        if (result is LoadResult.Loaded loaded)
        {
            using (loaded)
            {
                Assert.True(loaded.Rows + loaded.Rejected > 0 && loaded.Rejected > 0);
            }
        }
        else
        {
            Assert.StartsWith("LOAD-", ((LoadResult.Refused)result).Refusal.Rule, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1024, 1, 256)]
    [InlineData(128, 1, 32)]
    [InlineData(128, 20, 320)]
    [InlineData(8192, 3, 1024)]
    [InlineData(1 << 20, 24, 1024)]
    public void A_part_is_a_share_of_the_memory_and_of_the_file(int mebibytes, int gibibytes, int part) =>
        Assert.Equal((long)part << 20, new LoadRequest { DataKey = _key, MemoryLimitBytes = (long)mebibytes << 20 }.WindowOf((long)gibibytes << 30));

    [Fact]
    public async Task Columns_that_somebody_named_may_come_late_but_must_come()
    {
        var path = Path.Combine(_folder, "late.json");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Range(0, 3000).Select(i => i < 2500 ? $"{{\"n\": {i}}}\n" : $"{{\"n\": {i}, \"late\": \"1380013{i:0000}\", \"deep\": {{\"a\": {i}}}}}\n")));
        var request = new LoadRequest { SourcePath = path, DataKey = _key, WindowBytes = 12_000 };
        ExpectedColumn[] expected;
        using (var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request with { IdentifierColumns = ["late"], DeclaredColumns = [new("late", StoredType.Text)] })))
        {
            Assert.Equal((3000, 0), (loaded.Rows, loaded.Rejected));
            expected = [.. loaded.Columns.Select(column => new ExpectedColumn(column.Name, column.Type, column.Group == ColumnGroup.Identifiers, column.Origin is not null))];
        }

        using (var again = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request with { Expected = expected, IdentifierColumns = ["late"], DeclaredColumns = [new("n", StoredType.Whole), new("late", StoredType.Text)] })))
        {
            Assert.Equal(3000, again.Rows);
        }

        foreach (var (other, rule) in new[]
        {
            (request with { IdentifierColumns = ["never"] }, "LOAD-IDENTIFIER"), (request with { DeclaredColumns = [new("never", StoredType.Whole)] }, "LOAD-DECLARED"),
            (request with { Expected = [.. expected, new("never", StoredType.Text, false, false)] }, "LOAD-SCHEMA"),
        })
        {
            Assert.Equal(rule, Assert.IsType<LoadResult.Refused>(await new DataLoader(Jailer, _store).LoadAsync(other)).Refusal.Rule);
        }
    }

    [Fact]
    public async Task A_text_whose_ends_of_lines_can_not_be_told_part_by_part_is_held_as_a_whole()
    {
        var path = Path.Combine(_folder, "mixed.csv");
        await File.WriteAllTextAsync(path, string.Concat(Enumerable.Range(0, 4000).Select(i => i < 3900 ? $"{i},x\r\n" : $"{i},\"a\nb\"\r\n")));
        DeclaredColumn[] declared = [new("n", StoredType.Whole), new("t", StoredType.Text)];
        using var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(new LoadRequest { SourcePath = path, DataKey = _key, WindowBytes = 9_000, HasHeader = false, DeclaredColumns = declared }));
        Assert.Equal((4000, 0, 1), (loaded.Rows, loaded.Rejected, loaded.Segments.Count));
    }

    [Fact]
    public async Task What_is_no_text_is_taken_as_a_whole_or_refused_by_its_rule()
    {
        var path = Path.Combine(_folder, "whole.parquet");
        using (var connection = EngineForTests.Memory())
        {
            connection.Execute($"COPY (SELECT i, hash(i) AS h FROM range(100000) t(i)) TO {DuckDbConnection.Literal(path)} (FORMAT parquet)");
        }

        var request = new LoadRequest { SourcePath = path, DataKey = _key, WindowBytes = 10_000 };
        using (var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request)))
        {
            Assert.Equal((100_000, 1), (loaded.Rows, loaded.Segments.Count));
        }

        Assert.Equal("LOAD-WHOLE", Assert.IsType<LoadResult.Refused>(await new DataLoader(Jailer, _store).LoadAsync(request with { WholeLimitBytes = 50_000 })).Refusal.Rule);
        var array = Path.Combine(_folder, "array.json");
        await File.WriteAllTextAsync(array, "[" + string.Join(",", Enumerable.Range(0, 3000).Select(i => $"{{\"n\": {i}}}")) + "]");
        using (var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request with { SourcePath = array })))
        {
            Assert.Equal(3000, loaded.Rows);
        }
    }

    [Fact]
    public async Task The_same_file_is_known_again_and_a_stopped_load_leaves_nothing()
    {
        var path = Path.Combine(_folder, "again.csv");
        await File.WriteAllTextAsync(path, "seq,v\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i},x\n")));
        var request = new LoadRequest { SourcePath = path, DataKey = _key, WindowBytes = 9_000 };
        string commitment;
        using (var loaded = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request)))
        {
            commitment = loaded.Commitment;
            using var whole = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request with { WindowBytes = 1 << 20 }));
            Assert.Equal(commitment, whole.Commitment);
        }

        var objects = Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "objects")).Count();
        Assert.Equal("LOAD-AGAIN", Assert.IsType<LoadResult.Refused>(await new DataLoader(Jailer, _store).LoadAsync(request with { Known = [commitment] })).Refusal.Rule);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new DataLoader(Jailer, _store).LoadAsync(request, new Recorder([], step => StopBehind(step, stop)), stop.Token));
        Assert.Equal(objects, Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "objects")).Count());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "staging")));
    }

    [Fact]
    public async Task A_file_that_is_written_to_between_two_readings_is_refused_and_leaves_nothing()
    {
        // The last part makes a column of numbers one of texts, so the file is read once more; by then somebody has put another number into its first part.
        var path = Path.Combine(_folder, "changing.csv");
        await File.WriteAllTextAsync(path, "seq,v\n" + string.Concat(Enumerable.Range(0, 4000).Select(i => $"{i},{(i < 3500 ? "7" : "x")}\n")));
        void Write(LoadProgress step)
        {
            if (step is { Stage: LoadStage.Sealing, Fraction: < 0.5 })
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.Position = "seq,v\n0,".Length;
                file.Write("8"u8);
            }
        }

        var result = await new DataLoader(Jailer, _store).LoadAsync(new LoadRequest { SourcePath = path, DataKey = _key, WindowBytes = 8_000 }, new Recorder([], Write));
        Assert.Equal("LOAD-CHANGED", Assert.IsType<LoadResult.Refused>(result).Refusal.Rule);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "objects")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "staging")));
    }

    private async Task<(LoadResult.Loaded Parts, LoadResult.Loaded Whole)> HoldAsync(byte[] source, long window, params DeclaredColumn[] declared)
    {
        var path = Path.Combine(_folder, "source");
        await File.WriteAllBytesAsync(path, source);
        var request = new LoadRequest { SourcePath = path, DataKey = _key, DeclaredColumns = declared };
        using var whole = Assert.IsType<LoadResult.Loaded>(await new DataLoader(Jailer, _store).LoadAsync(request with { WindowBytes = 1 << 28 }));
        var steps = new List<LoadProgress>();
        var result = await new DataLoader(Jailer, _store).LoadAsync(request with { WindowBytes = window }, new Recorder(steps));
        using var parts = result as LoadResult.Loaded ?? throw new InvalidOperationException(((LoadResult.Refused)result).Refusal.ToString());
        Assert.True(parts.Segments.Count > whole.Segments.Count);
        Assert.True(steps.Zip(steps.Skip(1)).All(pair => pair.First.Fraction <= pair.Second.Fraction) && steps[^1].Fraction == 1);
        Assert.Equal((whole.Rows, whole.Rejected, whole.Format, whole.Encoding, whole.Delimiter, whole.Commitment), (parts.Rows, parts.Rejected, parts.Format, parts.Encoding, parts.Delimiter, parts.Commitment));
        Assert.Equal(whole.Rejections.OrderBy(pair => pair.Key), parts.Rejections.OrderBy(pair => pair.Key));
        Assert.Equal(whole.Columns.Select(Form), parts.Columns.Select(Form));
        whole.Dispose();
        parts.Dispose();
        foreach (var group in new[] { ColumnGroup.Main, ColumnGroup.Identifiers })
        {
            Assert.Equal(Rows(whole.Segments.Where(segment => segment.ColumnGroup == group).Select(segment => segment.ObjectRef)), Rows(parts.Segments.Where(segment => segment.ColumnGroup == group).Select(segment => segment.ObjectRef)));
        }

        Assert.Equal(Rows(whole.Quarantines), Rows(parts.Quarantines));
        return (parts, whole);
    }

    private static void StopBehind(LoadProgress step, CancellationTokenSource stop)
    {
        if (step.Fraction > 0.4)
        {
            stop.Cancel();
        }
    }

    private static (string Name, StoredType Type, ColumnGroup Group, string? Origin) Form(LoadedColumn column) => (column.Name, column.Type, column.Group, column.Origin);

    private List<string> Rows(IEnumerable<ObjectRef> segments)
    {
        var rows = new List<string>();
        foreach (var segment in segments)
        {
            var path = Path.Combine(_folder, "opened.parquet");
            using (var plain = _store.Open(segment, _key))
            using (var file = File.Create(path))
            {
                plain.CopyTo(file);
            }

            rows.AddRange(LoadRun.Rows(path));
        }

        return rows;
    }
}
