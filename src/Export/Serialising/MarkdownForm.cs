using System.Text;
using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>A report as Markdown (CommonMark with pipe tables) in UTF-8: every sign that Markdown or HTML would act on is escaped, figures stand as names of their files.</summary>
public static class MarkdownForm
{
    private const string Signs = "\\`*_{}[]()#+-.!|<>~&\"'=:";

    /// <param name="report">Checked.</param>
    /// <param name="tables">The tables of the same request.</param>
    public static byte[] Write(Report report, IReadOnlyList<TableArtefact> tables)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(tables);
        var text = new StringBuilder("# ").Append(Escape(report.Title)).Append("\n\n");
        var figure = 0;
        foreach (var part in report.Parts)
        {
            switch (part)
            {
                case ReportPart.Words(var words):
                    text.Append(Escape(words)).Append("\n\n");
                    break;
                case ReportPart.Table(var name):
                    Table(text, tables.First(table => table.Name == name));
                    break;
                case ReportPart.Bars:
                    figure++;
                    text.Append(System.Globalization.CultureInfo.InvariantCulture, $"![figure {figure}]({report.Name}-{figure}.svg)\n\n");
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            escaped.Append(Signs.Contains(c, StringComparison.Ordinal) ? "\\" : "").Append(c);
        }

        return escaped.ToString();
    }

    private static void Table(StringBuilder text, TableArtefact table)
    {
        Row(table.Columns.Select(column => column.Name));
        text.Append('|').Append(string.Concat(table.Columns.Select(column => column is MeasureColumn ? " ---: |" : " --- |"))).Append('\n');
        foreach (var row in table.Rows)
        {
            Row(row.Select((cell, at) => CellForm.Shown(cell, table.Columns[at])));
        }

        text.Append('\n');
        void Row(IEnumerable<string> cells) => text.Append('|').Append(string.Concat(cells.Select(cell => $" {Escape(cell)} |"))).Append('\n');
    }
}
