using System.Text;
using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Serialising;

/// <summary>
/// Comma-separated text after RFC 4180 in UTF-8 without a byte order mark: rows end with CR LF, every text is quoted, numbers are not,
/// a missing value is an empty unquoted field, a margin is <c>"(all)"</c> and a withheld value is the unquoted mark <c>x</c>.
/// </summary>
public static class CsvForm
{
    /// <summary>The bytes of the table; the same table gives the same bytes.</summary>
    public static byte[] Write(TableArtefact table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var text = new StringBuilder();
        WriteRow(text, table.Columns.Select(column => Quote(column.Name)));
        foreach (var row in table.Rows)
        {
            WriteRow(text, row.Select((cell, at) => Field(cell, table.Columns[at])));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A quoted, formula-safe text field.</summary>
    public static string Quote(string text) => "\"" + FormulaGuard.Neutralise(text).Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Field(Cell cell, ArtefactColumn column) => cell switch
    {
        Cell.Missing => "",
        Cell.Withheld => "x",
        Cell.Total => Quote(CellForm.TotalMark),
        Cell.Text text => Quote(text.Value),
        _ => CellForm.Plain(cell, column),
    };

    private static void WriteRow(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields).Append("\r\n");
}
