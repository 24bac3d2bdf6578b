using System.Text;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.Loading;

namespace Sandbox.Vault.Tests.Loading;

public sealed class CsvLoadTests
{
    [Fact]
    public void Quotes_line_breaks_byte_order_mark_and_every_kind_of_broken_row()
    {
        byte[] source =
        [
            0xEF, 0xBB, 0xBF,
            .. Encoding.UTF8.GetBytes("key,note,\"in,come\"\r\n1,\"a \"\"q\"\" b\",10\r\n2,\"two\r\nlines\",20\r\n3,x\r\n4,x,1,2\r\n5,\"bad\"quote,3\r\n6,"),
            0xFF, 0xFE,
            .. Encoding.UTF8.GetBytes(",4\r\n7,\"\",\r\n8,last,99"),
        ];
        using var run = LoadRun.Of(source);
        Assert.Equal(4, run.Report!.Rows);
        Assert.Equal(["1|a \"q\" b|10", "2|two\r\nlines|20", "7||∅", "8|last|99"], LoadRun.Rows(run.Files.Main));
        Assert.Equal(["key", "note", "in,come"], run.Report.Columns.Select(column => column.Name));
        Assert.Equal([StoredKind.Whole64, StoredKind.Text, StoredKind.Whole64], run.Report.Columns.Select(column => column.Type.Kind));
        Assert.Equal(4, run.Report.Rejected);
        Assert.Equal(
            ["4|MissingFields|3,x", "5|ExtraFields|4,x,1,2", "6|Quotes|5,\"bad\"quote,3", "7|NotUtf8"],
            LoadRun.Rows(run.Files.Quarantine, "line, reason, content").Select(row => row.StartsWith("7|", StringComparison.Ordinal) ? "7|NotUtf8" : row));
        Assert.Equal(1, run.Report.Rejections[RejectReason.NotUtf8]);
    }

    [Fact]
    public void Undeclared_columns_lose_no_digit_and_no_zero()
    {
        using var run = LoadRun.OfText("""
            code,whole,long,float,wide,day,moment,flag,mixed,empty,plus
            007,1,9223372036854775807,1.50,123456789012345678901,2001-02-03,2001-02-03 04:05:06,true,1,,+5
            012,-2,1,0.25,1,1999-12-31,2001-02-03T04:05:06.5,false,x,,+6
            """);
        Assert.Equal(
            [
                StoredKind.Text, StoredKind.Whole64, StoredKind.Whole64, StoredKind.Floating64, StoredKind.Text, StoredKind.Date, StoredKind.Timestamp, StoredKind.Boolean,
                StoredKind.Text, StoredKind.Text, StoredKind.Text,
            ],
            run.Report!.Columns.Select(column => column.Type.Kind));
        Assert.Equal("007|1|9223372036854775807|1.5|123456789012345678901|2001-02-03|2001-02-03 04:05:06|true|1|∅|+5", LoadRun.Rows(run.Files.Main)[0]);
        Assert.Equal(0, run.Report.Rejected);
    }

    [Fact]
    public void Declared_types_send_what_does_not_fit_to_the_quarantine_with_its_line()
    {
        using var run = LoadRun.OfText(
            "seq,amount,day,n\n1,1.25,2001-01-01,1\n2,1.256,2001-01-01,2\nonly two,fields\n4,x,2001-01-01,4\n5,2,2001-13-01,5\n6,3.5,2001-01-02,1.5\n7,,,\n8,4,2001-01-03,007\n",
            new DeclaredColumn("amount", StoredType.Exact(9, 2)), new DeclaredColumn("day", StoredType.Date), new DeclaredColumn("n", StoredType.Whole));
        Assert.Equal(["1|1.25|2001-01-01|1", "7|∅|∅|∅", "8|4.00|2001-01-03|7"], LoadRun.Rows(run.Files.Main));
        Assert.Equal(["3|Type|2", "4|MissingFields|∅", "5|Type|2", "6|Type|3", "7|Type|4"], LoadRun.Rows(run.Files.Quarantine, "line, reason, CASE WHEN reason = 'Type' THEN \"column\" END"));
        Assert.Equal((5, 4), (run.Report!.Rejected, run.Report.Rejections[RejectReason.Type]));
    }

    [Theory]
    [InlineData("7", "1.5", StoredKind.Floating64)]
    [InlineData("7", "007", StoredKind.Text)]
    [InlineData("7", "2001-02-03", StoredKind.Text)]
    [InlineData("1.5", "8", StoredKind.Floating64)]
    [InlineData("7", "123456789012345678", StoredKind.Whole64)]
    [InlineData("1.5", "123456789012345678", StoredKind.Text)]
    [InlineData("2.0", "3.0", StoredKind.Text)]
    [InlineData("2.0", "3.5", StoredKind.Floating64)]
    [InlineData("2001-02-03", "2001-02-30", StoredKind.Text)]
    [InlineData("2001-02-03 04:05:06", "2001-02-03", StoredKind.Text)]
    [InlineData("true", "TRUE", StoredKind.Text)]
    [InlineData("", "9", StoredKind.Whole64)]
    [InlineData("", "x", StoredKind.Text)]
    [InlineData("", "", StoredKind.Text)]
    public void What_a_column_is_tells_its_last_value_as_much_as_its_first(string first, string last, StoredKind kind)
    {
        var rows = Enumerable.Range(0, 9999).Select(i => $"{i},{first}").Append($"9999,{last}");
        using var run = LoadRun.OfText("seq,v\n" + string.Join("\n", rows) + "\n");
        Assert.Equal((10_000, 0, kind), (run.Report!.Rows, run.Report.Rejected, run.Report.Columns[1].Type.Kind));
        var values = LoadRun.Rows(run.Files.Main, "v::VARCHAR AS v");
        Assert.All(values[..^1], value => Assert.Equal(kind == StoredKind.Floating64 && first == "2.0" ? "2.0" : kind == StoredKind.Floating64 && first == "7" ? "7.0" : first.Length == 0 ? "∅" : first, value));
        Assert.Equal(last.Length == 0 ? "∅" : kind == StoredKind.Floating64 && last == "8" ? "8.0" : last, values[^1]);
    }

    [Fact]
    public void A_column_whose_numbers_turn_out_to_be_phones_is_kept_apart_as_text()
    {
        var rows = Enumerable.Range(0, 20_000).Select(i => i < 3000 ? $"{i},{i}" : $"{i},1380013{i % 10_000:0000}");
        using var run = LoadRun.OfText("seq,contact_no\n" + string.Join("\n", rows) + "\n");
        Assert.Equal((StoredKind.Text, true), (run.Report!.Columns[1].Type.Kind, run.Report.Columns[1].Identifier));
        Assert.Equal("2999", LoadRun.Rows(run.Files.Identifiers)[2999]);
    }

    [Fact]
    public void Identifier_columns_stay_text_in_a_file_of_their_own_in_the_same_row_order()
    {
        var rows = Enumerable.Range(0, 3000).Select(i => $"{i},{Identity(i)},1380013{i:0000},{i * 2}");
        using var run = LoadRun.OfText("seq,身份证号,phone,income\n" + string.Join("\n", rows) + "\n");
        Assert.Equal([false, true, true, false], run.Report!.Columns.Select(column => column.Identifier));
        Assert.Equal(StoredKind.Text, run.Report.Columns[2].Type.Kind);
        Assert.Equal(IdentifierKind.Phone, run.Report.Columns[2].Kind);
        Assert.True(run.Report.Columns[2].Recognised > 0);
        var main = LoadRun.Rows(run.Files.Main);
        var apart = LoadRun.Rows(run.Files.Identifiers, "phone");
        Assert.Equal(3000, main.Length);
        Assert.All(Enumerable.Range(0, 3000), i => Assert.Equal(($"{i}|{i * 2}", $"1380013{i:0000}"), (main[i], apart[i])));
    }

    // A made-up number with a right check digit (GB 11643, ISO 7064 MOD 11-2).
    internal static string Identity(int i)
    {
        var digits = $"11010119900307{i % 1000:000}";
        var sum = 0;
        for (var at = 0; at < 17; at++)
        {
            sum += (digits[at] - '0') * ((1 << (17 - at)) % 11);
        }

        return digits + "10X98765432"[sum % 11];
    }

    [Fact]
    public void A_file_without_header_takes_declared_names_and_any_of_four_delimiters()
    {
        foreach (var delimiter in ",;\t|")
        {
            using var run = LoadRun.Of(Encoding.UTF8.GetBytes($"1{delimiter}a\n2{delimiter}b\n3\n"), header: false, declared: [new("n", StoredType.Whole), new("t", StoredType.Text)]);
            Assert.Equal(["1|a", "2|b"], LoadRun.Rows(run.Files.Main));
            Assert.Equal(["3|MissingFields"], LoadRun.Rows(run.Files.Quarantine, "line, reason"));
        }
    }

    [Theory]
    [InlineData("", "LOAD-EMPTY")]
    [InlineData("  \r\n \n", "LOAD-EMPTY")]
    [InlineData("a,b\n", "LOAD-NO-ROWS")]
    [InlineData("a,a\n1,2\n", "LOAD-HEADER")]
    [InlineData("a,A\n1,2\n", "LOAD-HEADER")]
    [InlineData("a,\n1,2\n", "LOAD-HEADER")]
    [InlineData("1,2\n3,4\n", "LOAD-HEADER-DATA")]
    [InlineData("name,13800138000\nx,1\n", "LOAD-HEADER-DATA")]
    [InlineData("[1, 2]\n", "LOAD-NOT-CSV")]
    [InlineData("{\"a\":1\n", "LOAD-NOT-CSV")]
    [InlineData("<html><body>,</body></html>\n", "LOAD-NOT-CSV")]
    [InlineData("%PDF-1.7\n1,2", "LOAD-NOT-CSV")]
    [InlineData("a,b\n\0\0\0,1\n", "LOAD-NOT-CSV")]
    [InlineData("Dear Sir, thank you\nfor, the, many, letters\nthat you sent\nYours\n", "LOAD-NOT-CSV")]
    [InlineData("a,\"b\n1,2\n3,4\n", "LOAD-NOT-CSV")]
    public void What_is_no_csv_is_refused(string text, string rule)
    {
        using var run = LoadRun.OfText(text);
        Assert.Equal(rule, run.Fault?.Rule);
    }

    [Theory]
    [InlineData("GB18030", true, SourceEncoding.Gb18030)]
    [InlineData("GB18030", false, SourceEncoding.Gb18030)]
    [InlineData("utf-16", true, SourceEncoding.Utf16)]
    [InlineData("utf-16BE", true, SourceEncoding.Utf16BigEndian)]
    [InlineData("utf-8", true, SourceEncoding.Utf8)]
    [InlineData("utf-8", false, SourceEncoding.Utf8)]
    public void Text_of_every_proven_encoding_keeps_every_character(string name, bool mark, SourceEncoding found)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var rows = Enumerable.Range(0, 30_000).Select(i => $"张三{i},市民路{i}号,{(i % 50 == 0 ? "€𠮷㐂镕" : "常用字")},{i}");
        var text = "姓名,地址,生僻字,收入\r\n" + string.Join("\r\n", rows) + "\r\n";
        using var run = LoadRun.Of([.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)]);
        Assert.Null(run.Fault);
        Assert.Equal((30_000, 0, found, ","), (run.Report!.Rows, run.Report.Rejected, run.Report.Encoding, run.Report.Delimiter));
        var place = run.Report.Columns[2].Identifier ? run.Files.Identifiers : run.Files.Main;
        Assert.Equal(Enumerable.Range(0, 30_000).Select(i => i % 50 == 0 ? "€𠮷㐂镕" : "常用字"), LoadRun.Rows(place, "\"生僻字\""));
    }

    [Fact]
    public void A_row_with_bytes_that_are_no_characters_goes_to_the_quarantine_and_is_not_mended()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var chinese = Encoding.GetEncoding("GB18030");
        using var run = LoadRun.Of([.. chinese.GetBytes("姓名,数\n甲,1\n乙"), 0xFF, .. chinese.GetBytes(",2\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"丙丁,{i}\n")))]);
        Assert.Null(run.Fault);
        Assert.Equal((51, 1, 1), (run.Report!.Rows, run.Report.Rejected, run.Report.Rejections[RejectReason.NotUtf8]));
        Assert.Equal(["3|NotUtf8"], LoadRun.Rows(run.Files.Quarantine, "line, reason"));
    }

    [Theory]
    [InlineData("iso-8859-1", "name,town\nRené,Orléans\nZoé,Besançon\nAndré,Nîmes\n")]
    [InlineData("big5", "姓名,地址\n張三豐,臺北市中正區\n李四維,高雄縣鳳山鎮\n王五福,臺中縣霧峰鄉\n")]
    [InlineData("shift_jis", "名前,住所\nさくら,とうきょうと\nひろし,おおさかふ\n")]
    public void Text_in_an_encoding_that_proves_nothing_is_refused_and_not_guessed(string name, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var run = LoadRun.Of(Encoding.GetEncoding(name).GetBytes(text));
        Assert.Equal("LOAD-ENCODING", run.Fault?.Rule);
    }

    [Fact]
    public void What_a_spreadsheet_made_of_codes_stays_as_it_is_written()
    {
        using var run = LoadRun.OfText("quoted,thousands,scientific,plus,point,long\n=\"0123\",\"1,234\",1.1E+17,+8613800138000,13.0,110101199003070000\n=\"0456\",\"12,345\",2E+05,+8613800138001,14.0,110101199003070001\n");
        Assert.Equal(
            [StoredKind.Text, StoredKind.Text, StoredKind.Text, StoredKind.Text, StoredKind.Text, StoredKind.Whole64],
            run.Report!.Columns.Select(column => column.Type.Kind));
        var names = run.Report.Columns.Where(column => !column.Identifier).Select(column => column.Name).ToArray();
        Assert.Contains("=\"0123\"", LoadRun.Rows(run.Files.Main, "quoted"));
        Assert.Contains("1,234", LoadRun.Rows(run.Files.Main, "thousands"));
        Assert.Contains("1.1E+17", LoadRun.Rows(run.Files.Main, "scientific"));
        Assert.Contains("thousands", names);
    }

    [Fact]
    public void Declarations_and_identifier_names_must_fit_the_file()
    {
        using var unknown = LoadRun.OfText("a,b\n1,2\n", new DeclaredColumn("c", StoredType.Whole));
        Assert.Equal("LOAD-DECLARED", unknown.Fault?.Rule);
        using var type = LoadRun.OfText("a,b\n1,2\n", new DeclaredColumn("a", new StoredType(StoredKind.Nested)));
        Assert.Equal("LOAD-DECLARED", type.Fault?.Rule);
        using var identifier = LoadRun.Of("a,b\n1,2\n"u8.ToArray(), identifiers: ["c"]);
        Assert.Equal("LOAD-IDENTIFIER", identifier.Fault?.Rule);
        using var named = LoadRun.Of("a,b\n1,2\n"u8.ToArray(), identifiers: ["b"]);
        Assert.Equal(["1", "2"], [LoadRun.Rows(named.Files.Main).Single(), LoadRun.Rows(named.Files.Identifiers).Single()]);
    }
}
