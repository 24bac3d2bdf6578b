using System.Globalization;
using System.Text;
using Sandbox.Vault.Loading;

namespace Sandbox.Vault.Tests.Loading;

public sealed class JsonArrayTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\ufeff \r\n")]
    public void An_array_is_read_as_its_objects(string before)
    {
        using var run = LoadRun.OfText(before + """
            [
              {"code": "007", "n": 9223372036854775807, "text": "],[{\"\\", "tree": {"a": [1, {"b": "]"}]}},
              {"code": "12",
               "n": 1, "text": "a\nb", "tree": []} , {"late": true}
            ]

            """);
        Assert.Equal((LoadFormat.JsonLines, 3, 0), (run.Report!.Format, run.Report.Rows, run.Report.Rejected));
        Assert.Equal(["code Text", "n Whole64", "text Text", "tree Nested", "late Boolean"], run.Report.Columns.Select(column => $"{column.Name} {column.Type.Kind}"));
        Assert.Equal(["007|9223372036854775807|],[{\"\\|{\"a\": [1, {\"b\": \"]\"}]}|∅", "12|1|a\nb|[]|∅", "∅|∅|∅|∅|true"], LoadRun.Rows(run.Files.Main));
    }

    [Fact]
    public void Elements_that_are_no_objects_go_to_the_quarantine_with_their_number()
    {
        var elements = new List<string> { "{\"a\":1}", "7", "[{\"a\":1}]", "{\"a\":1,\"a\":2}", "null", "\"x\"", "{\"a\":}", "{}}", $"{{\"b\":\"{new string('x', 3 << 20)}\"}}" };
        elements.AddRange(Enumerable.Range(0, 20).Select(i => $"{{\"a\":{i}}}"));
        using var run = LoadRun.OfText($"[{string.Join(",\n", elements)}]");
        Assert.Equal(21, run.Report!.Rows);
        Assert.Equal(["2|Json", "3|Json", "4|Json", "5|Json", "6|Json", "7|Json", "8|Json", "9|TooLong"], LoadRun.Rows(run.Files.Quarantine, "line, reason"));
    }

    [Theory]
    [InlineData("[{\"a\":1},{\"a\":2}")]
    [InlineData("[{\"a\":1},{\"a\":2},")]
    [InlineData("[{\"a\":1},{\"a\":2},]")]
    [InlineData("[{\"a\":1},,{\"a\":2}]")]
    [InlineData("[,{\"a\":2}]")]
    [InlineData("[{\"a\":1},{\"a\":\"2}]")]
    [InlineData("[{\"a\":1},{\"a\":2]")]
    [InlineData("[{\"a\":1}] [{\"a\":2}]")]
    [InlineData("[{\"a\":1}]]")]
    [InlineData("[")]
    public void An_array_that_may_have_lost_a_part_is_refused(string text)
    {
        using var run = LoadRun.OfText(text);
        Assert.Equal("LOAD-JSON-ARRAY", run.Fault?.Rule);
    }

    /// <summary>Wherever a download breaks off, its rows are not taken for all there are.</summary>
    [Fact]
    public void No_cut_array_is_taken()
    {
        const string Whole = " [ {\"a\": \"x,]}\", \"b\": [1, 2]}, {\"a\": null} ] ";
        for (var length = 1; length < Whole.Length - 1; length++)
        {
            using var run = LoadRun.OfText(Whole[..length]);
            Assert.True(run.Report is null, $"cut at {length}: {run.Fault?.Rule}");
        }
    }

    /// <summary>Against the same objects a line each, with random blanks between the parts and buffers' ends anywhere.</summary>
    [Fact]
    public void An_array_and_its_lines_are_one_table()
    {
        var source = new Random(7);
        var (lines, array) = (new StringBuilder(), new StringBuilder("["));
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, source.Next(12)).Select(_ => "ab\\\",[]{}文"[source.Next(10)])]);
            var one = string.Create(CultureInfo.InvariantCulture, $"{{\"i\":{i},\"text\":{System.Text.Json.JsonSerializer.Serialize(text)},\"list\":[{source.Next()}]}}");
            lines.Append(one).Append('\n');
            array.Append(i == 0 ? "" : ",").Append(" \n\t"[..source.Next(3)]).Append(one).Append(" \r\n"[..source.Next(3)]);
        }

        using var expected = LoadRun.OfText(lines.ToString());
        using var run = LoadRun.OfText(array.Append(']').ToString());
        Assert.Equal(LoadRun.Rows(expected.Files.Main), LoadRun.Rows(run.Files.Main));
    }
}
