using System.Text;

namespace Sandbox.Host.Rounds;

/// <summary>Rows of a small CSV file at a provider's home (RFC 4180: quotes, doubled quotes, line breaks in quotes). Files for the vault are read in the load jail instead.</summary>
internal sealed class CsvRows(TextReader reader)
{
    private const int LongestField = 1 << 16;

    /// <summary>Line on which the last row ended.</summary>
    public long Line { get; private set; }

    /// <summary>The next row, or null at the end.</summary>
    public string[]? Next()
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        var any = false;
        for (int read; (read = reader.Read()) >= 0;)
        {
            var c = (char)read;
            any = true;
            if (field.Length > LongestField)
            {
                throw new Answers.RefusedException(RoundWords.Csv());
            }

            if (quoted)
            {
                if (c == '"' && reader.Peek() == '"')
                {
                    field.Append((char)reader.Read());
                }
                else if (c == '"')
                {
                    quoted = false;
                }
                else
                {
                    field.Append(c);
                }
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                Line++;
                return [.. fields, field.ToString()];
            }
            else if (c is not ('\r' or '\uFEFF'))
            {
                field.Append(c);
            }
        }

        if (quoted)
        {
            // The file ends inside a quoted field: it was cut, or a quote is missing.
            throw new Answers.RefusedException(RoundWords.Csv());
        }

        if (!any)
        {
            return null;
        }

        Line++;
        return [.. fields, field.ToString()];
    }
}
