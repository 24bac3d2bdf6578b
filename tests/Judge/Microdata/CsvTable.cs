using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Sandbox.Judge.Microdata;

/// <summary>What a CSV column turned out to hold when all of its fields were looked at.</summary>
internal enum ColumnType
{
    Text = 0,
    Whole,
    Real,
}

/// <summary>A CSV file with typed columns: whole numbers, else floating-point, else text; an empty field is null.</summary>
internal sealed class CsvTable
{
    private readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string[]> _fields = [];
    private readonly ColumnType[] _types;

    private CsvTable(IEnumerable<string[]> records)
    {
        string[]? header = null;
        foreach (var record in records)
        {
            if (header is null)
            {
                header = record;
            }
            else if (record.Length == header.Length)
            {
                _fields.Add(record);
            }
            else if (record is not [""])
            {
                throw new InvalidDataException("A CSV row does not have as many fields as the header.");
            }
        }

        foreach (var (at, name) in (header ?? throw new InvalidDataException("The CSV file is empty.")).Index())
        {
            _columns.Add(name, at);
        }

        _types = [.. Enumerable.Range(0, header.Length).Select(TypeOf)];
    }

    public int Rows => _fields.Count;

    /// <summary>The names of the columns, in order.</summary>
    public IReadOnlyList<string> Columns => [.. _columns.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Reads comma-separated text, tab-separated where the name ends so, packed with gzip where the name ends so.</summary>
    /// <param name="separator">Null to go by the name.</param>
    public static CsvTable Read(string path, char? separator = null)
    {
        using var file = File.OpenRead(path);
        using var plain = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var reader = new StreamReader(plain, Encoding.UTF8);
        return new CsvTable(Records(reader.ReadToEnd(), separator ?? (path.Contains(".tsv", StringComparison.Ordinal) ? '\t' : ',')));
    }

    /// <summary>The value of a field: null, long, double or string.</summary>
    public object? Value(int row, string column)
    {
        if (!_columns.TryGetValue(column, out var at))
        {
            throw new InvalidDataException($"The file has no column {column}.");
        }

        var field = _fields[row][at];
        return field.Length == 0 ? null : _types[at] switch
        {
            ColumnType.Whole => long.Parse(field, NumberStyles.Integer, CultureInfo.InvariantCulture),
            ColumnType.Real => double.Parse(field, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => field,
        };
    }

    private ColumnType TypeOf(int column)
    {
        var fields = _fields.Select(row => row[column]).Where(field => field.Length > 0).ToArray();
        return fields.Length == 0 ? ColumnType.Text
            : fields.All(field => long.TryParse(field, NumberStyles.Integer, CultureInfo.InvariantCulture, out _)) ? ColumnType.Whole
            : fields.All(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)) ? ColumnType.Real
            : ColumnType.Text;
    }

    private static IEnumerable<string[]> Records(string text, char separator)
    {
        var record = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var at = text.StartsWith('\ufeff') ? 1 : 0; at < text.Length; at++)
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
            else if (c == separator)
            {
                record.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                record.Add(field.ToString());
                field.Clear();
                yield return [.. record];
                record.Clear();
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (record.Count > 0 || field.Length > 0)
        {
            record.Add(field.ToString());
            yield return [.. record];
        }
    }
}
