using System.Text;
using Sandbox.Vault.Loading;

namespace Sandbox.Vault.Tests.Loading;

public sealed class JsonLinesTests
{
    [Fact]
    public void Members_become_columns_and_no_digit_is_lost()
    {
        using var run = LoadRun.OfText("""
            {"code":"007","n":9223372036854775807,"big":123456789012345678901234567890,"f":0.10,"day":"2001-02-03","flag":true,"tree":{"a":[1,2.50]},"text":"a\nb\u6587"}
            {"n":1,"code":"12","late":null,"day":"1999-12-31","flag":false,"f":1.5,"tree":[],"text":"","big":1}

            {"code":null}
            """);
        Assert.Equal(
            ["code Text", "n Whole64", "big Text", "f Floating64", "day Date", "flag Boolean", "tree Nested", "text Text", "late Text"],
            run.Report!.Columns.Select(column => $"{column.Name} {column.Type.Kind}"));
        Assert.Equal("json", run.Report.Columns[6].Origin);
        Assert.Equal(
            ["007|9223372036854775807|123456789012345678901234567890|0.1|2001-02-03|true|{\"a\":[1,2.50]}|a\nb文|∅", "12|1|1|1.5|1999-12-31|false|[]||∅", "∅|∅|∅|∅|∅|∅|∅|∅|∅"],
            LoadRun.Rows(run.Files.Main));
        Assert.Equal((LoadFormat.JsonLines, 3, 0), (run.Report.Format, run.Report.Rows, run.Report.Rejected));
    }

    [Fact]
    public void Lines_that_are_no_objects_go_to_the_quarantine_with_their_number()
    {
        var lines = new List<string>
        {
            "{\"a\":1,\"b\":\"x\"}", "{\"a\":2", "[1]", "{\"a\":1,\"a\":2}", "", "{\"a\":3} {\"a\":4}", "{\"b\":\"\\ud800\"}", "\"a\"", "{\"a\":5,}", $"{{\"b\":\"{new string('x', 3 << 20)}\"}}", "{\"a\":6}",
        };
        lines.AddRange(Enumerable.Range(0, 20).Select(i => $"{{\"a\":{i}}}"));
        using var run = LoadRun.Of([.. Encoding.UTF8.GetBytes(string.Join("\r\n", lines)), .. "\n{\"b\":\""u8, 0xFF, .. "\"}"u8]);
        Assert.Equal(22, run.Report!.Rows);
        Assert.Equal(
            ["2|Json", "3|Json", "4|Json", "6|Json", "7|Json", "8|Json", "9|Json", "10|TooLong", "32|NotUtf8"],
            LoadRun.Rows(run.Files.Quarantine, "line, reason"));
        Assert.Equal("{\"a\":1,\"a\":2}", LoadRun.Rows(run.Files.Quarantine, "content")[2]);
    }

    [Fact]
    public void Declared_types_send_what_does_not_fit_to_the_quarantine_with_its_line()
    {
        using var run = LoadRun.OfText("{\"a\":1}\n\n{\"a\":\"x\"}\n{\"a\":2.5}\n{\"a\":3}\n", new DeclaredColumn("a", StoredType.Whole));
        Assert.Equal(["1", "3"], LoadRun.Rows(run.Files.Main));
        Assert.Equal(["3|Type|1", "4|Type|1"], LoadRun.Rows(run.Files.Quarantine, "line, reason, \"column\""));
    }

    [Theory]
    [InlineData("{\"13800138000\":1}\n", "LOAD-HEADER-DATA")]
    [InlineData("{\"a\":1,\"A\":2}\n", "LOAD-HEADER")]
    [InlineData("{\"\":1}\n", "LOAD-HEADER")]
    [InlineData("{\"a\\u0000\":1}\n", "LOAD-HEADER")]
    [InlineData("{}\n", "LOAD-NOT-CSV")]
    [InlineData("{\"a\":1}\nno\nno\n", "LOAD-NOT-CSV")]
    public void Names_that_can_be_no_columns_and_files_that_are_none_are_refused(string text, string rule)
    {
        using var run = LoadRun.OfText(text);
        Assert.Equal(rule, run.Fault?.Rule);
    }

    [Fact]
    public void A_thousand_columns_are_taken_and_one_more_is_refused()
    {
        string Of(int columns) => "{" + string.Join(",", Enumerable.Range(0, columns).Select(i => $"\"k{i}\":{i}")) + "}\n";
        using var most = LoadRun.OfText(Of(1000));
        Assert.Equal(1000, most.Report!.Columns.Count);
        using var over = LoadRun.OfText(Of(1001));
        Assert.Equal("LOAD-COLUMNS", over.Fault?.Rule);
        using var deep = LoadRun.OfText("{\"a\":" + new string('[', 100) + new string(']', 100) + "}\n{\"a\":1}\n{\"a\":2}\n");
        Assert.Equal((2, 1), (deep.Report!.Rows, deep.Report.Rejected));
    }
}
