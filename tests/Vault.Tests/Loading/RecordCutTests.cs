using System.Text;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Loading;
using Sandbox.Vault.Tests.DuckDb;

namespace Sandbox.Vault.Tests.Loading;

/// <summary>Where records end, held against the engine's own reader: a text cut there gives the rows of the whole.</summary>
public sealed class RecordCutTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Rows_before_and_behind_a_cut_are_the_rows_of_the_text()
    {
        var random = new Random(11);
        string[] fields = ["a", "", "\"\"", "\"x,y\"", "\"line\nbreak\"", "\"say \"\"no\"\"\"", "in \" the middle", "\"\"\"\"", "中文", "\"\r\n\"", "'", "a\"\"b", " \"lead\"", "\"abc\"x", "\"abc\" ", "x\"", "\"a\"b\"c\""];
        using var connection = EngineForTests.Memory();
        var cuts = 0;
        for (var round = 0; round < 60; round++)
        {
            var ends = (round % 3) switch { 0 => "\r\n", 1 => "\r", _ => "\n" };
            var rows = random.Next(1, 12);
            var text = string.Concat(Enumerable.Range(0, rows).Select(i => $"{i},{fields[random.Next(fields.Length)]},{fields[random.Next(fields.Length)]}{ends}"));
            var header = Encoding.UTF8.GetBytes($"a,b,c{ends}");
            var bytes = Encoding.UTF8.GetBytes(text);
            var whole = Rows(connection, bytes, ends);
            for (var part = 1; part <= bytes.Length; part += random.Next(1, 9))
            {
                var cut = Cut([.. header, .. bytes[..part]], SourceEncoding.Utf8, ',').LastEnd - header.Length;
                if (cut > 0)
                {
                    cuts++;
                    Assert.Equal(whole, [.. Rows(connection, bytes[..(int)cut], ends), .. Rows(connection, bytes[(int)cut..], ends)]);
                }
            }

            var all = Cut([.. header, .. bytes], SourceEncoding.Utf8, ',');
            Assert.Equal((header.Length + bytes.Length, rows + 1), ((int)all.LastEnd, (int)all.Records));
        }

        Assert.True(cuts > 300);
    }

    [Theory]
    [InlineData("a,b\n1,\"x\ny\"\n2,", ',', 4, 12, 2)]
    [InlineData("a,b\r1,\"x\ry\"\r2,", ',', 4, 12, 2)]
    [InlineData("\"a\nb\",c\r\n1,2\r\n", ',', 9, 14, 2)]
    [InlineData("a\rb\r", ',', 2, 4, 2)]
    [InlineData("a,b", ',', 0, 0, 0)]
    [InlineData("{\"a\": \"\"\"}\n\"\n", null, 11, 13, 2)]
    [InlineData("a|\"x|\ny\"\nb|c\n", '|', 9, 13, 2)]
    public void The_first_and_the_last_record_end_where_they_end_in_every_encoding(string text, char? delimiter, int first, int last, int records)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var (encoding, name) in new[] { (SourceEncoding.Utf8, "utf-8"), (SourceEncoding.Gb18030, "GB18030"), (SourceEncoding.Utf16, "utf-16"), (SourceEncoding.Utf16BigEndian, "utf-16BE") })
        {
            var coding = Encoding.GetEncoding(name);
            var mark = coding.GetPreamble();
            var cut = Cut([.. mark, .. coding.GetBytes(text)], encoding, delimiter);
            long Place(int at) => at == 0 ? 0 : mark.Length + coding.GetByteCount(text[..at]);
            Assert.Equal((Place(first), Place(last), records), (cut.FirstEnd, cut.LastEnd, cut.Records));
        }
    }

    [Fact]
    public void A_character_of_several_bytes_is_no_delimiter_and_no_line_break()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var coding = Encoding.GetEncoding("GB18030");

        // The second byte of the first is a bar, the four of the last have digits of ASCII among them.
        byte[] text = [0x81, 0x7C, (byte)'"', (byte)'\n', .. coding.GetBytes("㐂|\"a\n\"\n")];
        var cut = Cut(text, SourceEncoding.Gb18030, '|');
        Assert.Equal((4, text.Length, 2), (cut.FirstEnd, cut.LastEnd, cut.Records));
        var wide = Encoding.Unicode.GetBytes("Ċ,\"਀\n\"\nഊ\n");
        var last = Cut(wide, SourceEncoding.Utf16, ',');
        Assert.Equal((14, wide.Length, 2), (last.FirstEnd, last.LastEnd, last.Records));
    }

    [Fact]
    public void A_long_text_is_cut_like_a_short_one()
    {
        var line = "12,\"quoted, and\nbroken\",中文\n";
        var plain = "12,plain,中文中文\n";
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200_000).Select(i => i / 30_000 % 2 == 0 ? plain : line)) + "13,\"open\n\n");
        var cut = Cut(text, SourceEncoding.Utf8, ',');
        Assert.Equal((200_000, text.Length - 10, text.Length), (cut.Records, cut.LastEnd, cut.LastBreak));
    }

    private static RecordCut Cut(byte[] text, SourceEncoding encoding, char? delimiter)
    {
        var cut = new RecordCut(encoding, delimiter);
        cut.Read(new MemoryStream(text));
        return cut;
    }

    private List<string> Rows(DuckDbConnection connection, byte[] text, string ends)
    {
        if (text.Length == 0)
        {
            return [];
        }

        // As in a load: every part begins with the header, from which the engine takes how lines end.
        File.WriteAllBytes(_path, [.. Encoding.UTF8.GetBytes($"a,b,c{ends}"), .. text]);
        using var result = connection.Query($$"""
            SELECT coalesce(a, '∅') || '|' || coalesce(b, '∅') || '|' || coalesce(c, '∅') FROM read_csv({{DuckDbConnection.Literal(_path)}}, auto_detect = false, delim = ',', quote = '"', escape = '"', header = true,
                columns = {'a': 'VARCHAR', 'b': 'VARCHAR', 'c': 'VARCHAR'}, store_rejects = true, allow_quoted_nulls = false, nullstr = '', strict_mode = true, null_padding = false)
            """);
        var rows = new List<string>();
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    rows.Add(chunk[0].Text(row));
                }
            }
        }

        return rows;
    }
}
