using System.Text.Json;
using Sandbox.Export.Serialising;
using Sandbox.Fixtures;

namespace Sandbox.Export.Tests.Serialising;

public sealed class FormulaGuardTests
{
    private const string Signs = "=+-@\t\r\n";

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("  =1", "'  =1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a;=1", "'a;=1")]
    [InlineData("a;\"=1", "'a;\"=1")]
    [InlineData("'plain", "''plain")]
    [InlineData("plain", "plain")]
    [InlineData("a-b", "a-b")]
    [InlineData("福田区", "福田区")]
    [InlineData("", "")]
    public void A_formula_is_made_text_and_can_be_restored(string text, string written)
    {
        Assert.Equal(written, FormulaGuard.Neutralise(text));
        Assert.Equal(text, FormulaGuard.Restore(written));
    }

    [SharedDataFact]
    public void No_payload_of_the_outside_list_begins_a_cell_with_a_formula_sign()
    {
        var lines = File.ReadAllLines(Path.Combine(Checkout.SharedData!, "cases", "export", "csv_injection_payloads.txt"));
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var field = CsvForm.Quote(line);
            var read = Assert.Single(Assert.Single(CsvText.Read([.. System.Text.Encoding.UTF8.GetBytes(field + "\r\n")])));
            Assert.DoesNotContain(read[0], Signs);
            Assert.Equal(line, FormulaGuard.Restore(read));
        });
    }

    [SharedDataFact]
    public void Every_naughty_string_comes_back_the_same()
    {
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Checkout.SharedData!, "cases", "export", "blns.json")));
        var strings = list.RootElement.EnumerateArray().Select(item => item.GetString()!).ToArray();
        Assert.True(strings.Length > 300);
        Assert.All(strings.Where(text => !text.Contains('\r', StringComparison.Ordinal)), text =>
        {
            var read = Assert.Single(Assert.Single(CsvText.Read(System.Text.Encoding.UTF8.GetBytes(CsvForm.Quote(text) + "\r\n"))));
            Assert.Equal(text, FormulaGuard.Restore(read));
            Assert.True(read.Length == 0 || !Signs.Contains(read[0], StringComparison.Ordinal));
        });
    }
}
