using System.Text;

namespace Sandbox.Host.Rounds;

/// <summary>Rows of a small CSV file at a provider's home (RFC 4180: quotes, doubled quotes, line breaks in quotes). Files for the vault are read in the load jail instead.</summary>
internal sealed class CsvRows : ProviderRows
{
    private const int LongestField = 1 << 16;

    private readonly TextReader _reader;
    private IReadOnlyList<int> _columns = [];
    private long _line;

    public CsvRows(TextReader reader)
    {
        _reader = reader;
        Header = Read()?.Select(name => name.Trim()).ToArray();
    }

    public override string[]? Header { get; }

    public override void Choose(IReadOnlyList<int> columns) => _columns = columns;

    public override string?[]? Next() =>
        Read() is not { } row ? null
        : row.Length == Header!.Length ? [.. _columns.Select(column => row[column])]
        : throw new Answers.RefusedException(Here(RoundWords.Csv()));

    public override Policy.Refusal Here(Policy.Refusal refusal) => RoundWords.Row(_line, refusal);

    private string[]? Read()
    {
        try
        {
            return ReadRow();
        }
        catch (DecoderFallbackException)
        {
            // The file is not UTF-8.
            throw new Answers.RefusedException(RoundWords.Csv());
        }
    }

    private string[]? ReadRow()
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        var any = false;
        for (int read; (read = _reader.Read()) >= 0;)
        {
            var c = (char)read;
            any = true;
            if (field.Length > LongestField)
            {
                throw new Answers.RefusedException(RoundWords.Csv());
            }

            if (quoted)
            {
                if (c == '"' && _reader.Peek() == '"')
                {
                    field.Append((char)_reader.Read());
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
                _line++;
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

        _line++;
        return [.. fields, field.ToString()];
    }
}
