using System.Globalization;
using System.Text;
using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>A bar chart that we draw: no script, no link, no metadata. Lengths follow the figures as they are printed, so that a bar tells no digit that the table does not.</summary>
public static class SvgForm
{
    /// <summary>Most bars of a figure.</summary>
    public const int MostBars = 200;

    private const int RowHeight = 20;
    private const int Left = 180;
    private const int Span = 400;

    /// <param name="table">A table with one dimension.</param>
    /// <param name="measure">Heading of one of its measures.</param>
    public static string Bars(TableArtefact table, string measure)
    {
        ArgumentNullException.ThrowIfNull(table);
        var column = table.Columns.Index().First(item => item.Item is MeasureColumn && item.Item.Name == measure);
        var rows = table.Rows.Where(row => row[0] is not Cell.Total).Select(row => (
            Name: CellForm.Shown(row[0], table.Columns[0]), Shown: CellForm.Shown(row[column.Index], column.Item),
            Value: row[column.Index] is Cell.Missing or Cell.Withheld ? (double?)null : double.Parse(CellForm.Plain(row[column.Index], column.Item), CultureInfo.InvariantCulture))).ToArray();
        var (least, greatest) = (Math.Min(0, rows.Min(row => row.Value) ?? 0), Math.Max(0, rows.Max(row => row.Value) ?? 0));
        var scale = greatest > least ? Span / (greatest - least) : 0;
        var height = ((rows.Length + 1) * RowHeight) + 10;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Left + Span + 120}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n<text x=\"{Left}\" y=\"14\">{HtmlForm.Escape(measure)}</text>\n");
        foreach (var (at, (name, shown, value)) in rows.Index())
        {
            var y = (at + 1) * RowHeight;
            var (from, to) = (Left + ((Math.Min(0, value ?? 0) - least) * scale), Left + ((Math.Max(0, value ?? 0) - least) * scale));
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 14}\" text-anchor=\"end\">{HtmlForm.Escape(name)}</text>");
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{from:0.#}\" y=\"{y + 3}\" width=\"{to - from:0.#}\" height=\"{RowHeight - 6}\" fill=\"#4a6fa5\"/>");
            }

            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{to + 6:0.#}\" y=\"{y + 14}\">{HtmlForm.Escape(shown)}</text>\n");
        }

        return text.Append("</svg>\n").ToString();
    }
}
