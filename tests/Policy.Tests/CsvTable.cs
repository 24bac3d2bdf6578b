using System.Text;

namespace Sandbox.Policy.Tests;

/// <summary>A small CSV reader for the outside data: quotes and doubled quotes, one record a line.</summary>
internal static class CsvTable
{
    /// <summary>The records one by one, header included.</summary>
    public static IEnumerable<string[]> Lines(string file) => File.ReadLines(file).Where(line => line.Length > 0).Select(Split);

    public static (string[] Header, List<string[]> Rows) Load(string file)
    {
        var rows = File.ReadLines(file).Where(line => line.Length > 0).Select(Split).ToList();
        return (rows[0], rows[1..]);
    }

    private static string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                if (quoted && at + 1 < line.Length && line[at + 1] == '"')
                {
                    field.Append(line[at++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[at] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[at]);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}
