using System.Text;
using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>A report as one HTML file in UTF-8: no script, no style from elsewhere, no link, no time; the same report over the same tables gives the same bytes.</summary>
public static class HtmlForm
{
    /// <param name="report">Checked.</param>
    /// <param name="tables">The tables of the same request.</param>
    public static byte[] Write(Report report, IReadOnlyList<TableArtefact> tables)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(tables);
        var text = new StringBuilder("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"><title>");
        text.Append(Escape(report.Title)).Append("</title></head>\n<body>\n<h1>").Append(Escape(report.Title)).Append("</h1>\n");
        foreach (var part in report.Parts)
        {
            switch (part)
            {
                case ReportPart.Words(var words):
                    text.Append("<p>").Append(Escape(words)).Append("</p>\n");
                    break;
                case ReportPart.Table(var name):
                    Table(text, tables.First(table => table.Name == name));
                    break;
                case ReportPart.Bars(var name, var measure):
                    text.Append(SvgForm.Bars(tables.First(table => table.Name == name), measure));
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.Append("</body></html>\n").ToString());
    }

    internal static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    private static void Table(StringBuilder text, TableArtefact table)
    {
        text.Append("<table border=\"1\"><caption>").Append(Escape(table.Name)).Append("</caption>\n<tr>");
        foreach (var column in table.Columns)
        {
            text.Append("<th>").Append(Escape(column.Name)).Append("</th>");
        }

        text.Append("</tr>\n");
        foreach (var row in table.Rows)
        {
            text.Append("<tr>");
            for (var at = 0; at < row.Count; at++)
            {
                text.Append("<td>").Append(Escape(CellForm.Shown(row[at], table.Columns[at]))).Append("</td>");
            }

            text.Append("</tr>\n");
        }

        text.Append("</table>\n");
    }
}
