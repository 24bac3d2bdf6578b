using System.Text;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Serialising;

namespace Sandbox.Export.Tests.Serialising;

public sealed class FormTests
{
    private static readonly ArtefactColumn[] Columns =
    [
        new MeasureColumn("mean", ValueKind.Real, "flights.delay", MeasureKind.Mean, 3),
        new DimensionColumn("carrier", ValueKind.Text, "flights.carrier"),
        new MeasureColumn("n", ValueKind.Whole, null, MeasureKind.Count, 1),
    ];

    private static readonly Cell[][] Rows =
    [
        [new Cell.Real(12.3456), new Cell.Text("b\"x"), new Cell.Whole(123456)],
        [Cell.Missing.Value, Cell.Total.Value, new Cell.Whole(0)],
        [new Cell.Real(-0.0), new Cell.Text("=cmd"), new Cell.Whole(20)],
        [Cell.Withheld.Value, new Cell.Text("a"), Cell.Withheld.Value],
    ];

    [Fact]
    public void Csv_is_exact() => Assert.Equal(
        "\"carrier\",\"mean\",\"n\"\r\n\"'=cmd\",0,20\r\n\"a\",x,x\r\n\"b\"\"x\",12.3,123456\r\n\"(all)\",,0\r\n",
        Encoding.UTF8.GetString(CsvForm.Write(Table(Rows))));

    [Fact]
    public void Json_is_exact() => Assert.Equal(
        """
        {"columns":[{"name":"carrier","role":"dimension","kind":"Text"},{"name":"mean","role":"measure","kind":"Real","measure":"Mean","digits":3},{"name":"n","role":"measure","kind":"Whole","measure":"Count","digits":1}],"rows":[["=cmd",0,20],["a",{"mark":"withheld"},{"mark":"withheld"}],["b\"x",12.3,123456],[{"mark":"all"},null,0]]}

        """.ReplaceLineEndings("\n"),
        Encoding.UTF8.GetString(JsonForm.Write(Table(Rows))));

    [Fact]
    public void Row_order_carries_nothing()
    {
        var forms = Permutations(Rows).Select(rows => (Convert.ToHexString(CsvForm.Write(Table(rows))), Convert.ToHexString(JsonForm.Write(Table(rows))))).Distinct();
        Assert.Single(forms);
    }

    private static TableArtefact Table(IEnumerable<IReadOnlyList<Cell>> rows) => Assert.IsType<ArtefactResult.Made>(TableArtefact.Create("t", Columns, rows)).Table;

    private static IEnumerable<Cell[][]> Permutations(Cell[][] rows) =>
        rows.Length <= 1 ? [rows] : rows.SelectMany((row, at) => Permutations([.. rows[..at], .. rows[(at + 1)..]]).Select(rest => (Cell[][])[row, .. rest]));
}
