using System.Text;

namespace Sandbox.Export.Tests.Serialising;

/// <summary>A plain RFC 4180 reader, written apart from the writer that it tests.</summary>
internal static class CsvText
{
    public static List<List<string>> Read(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var rows = new List<List<string>> { new() };
        var field = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (at + 1 < text.Length && text[at + 1] == '"')
                {
                    field.Append('"');
                    at++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c == ',' || c == '\n')
            {
                rows[^1].Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    rows.Add([]);
                }
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        Assert.False(quoted);
        Assert.Empty(rows[^1]);
        rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
