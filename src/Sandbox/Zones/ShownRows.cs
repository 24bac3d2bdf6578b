using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Sandbox.Host.Zones;

/// <summary>Rows of an answer as JSON and as a table on the screen.</summary>
internal static class ShownRows
{
    public static JsonObject Body(IEnumerable<string> columns, IEnumerable<IReadOnlyList<object?>> rows, bool truncated) => new()
    {
        ["columns"] = new JsonArray([.. columns.Select(column => (JsonNode)column)]),
        ["rows"] = new JsonArray([.. rows.Select(row => (JsonNode)new JsonArray([.. row.Select(Json)]))]),
        ["truncated"] = truncated,
    };

    public static void Draw(IAnsiConsole console, IEnumerable<string> columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var table = new Table();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Words(cell))));
        }

        console.Write(table);
    }

    public static string Words(object? cell) => cell switch
    {
        null => "NULL",
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    private static JsonNode? Json(object? cell) => cell switch
    {
        null => null,
        bool flag => flag,
        long whole => whole,
        double real when double.IsFinite(real) => real,
        decimal exact => exact,
        _ => JsonValue.Create(Words(cell)),
    };
}
