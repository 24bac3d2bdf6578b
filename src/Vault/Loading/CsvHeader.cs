using System.Globalization;
using System.Text;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Delimiter and column names of a CSV file, from its first record. Column names are shown to people, so a first record that is data is refused.</summary>
internal sealed record CsvHeader(char Delimiter, IReadOnlyList<string> Names)
{
    internal const int MaxColumns = 1000;
    internal const int MaxName = 128;
    private const int MaxRecord = 1024 * 1024;

    private static readonly IdentifierKind[] NeverNames =
    [
        IdentifierKind.ResidentIdentity, IdentifierKind.SocialCredit, IdentifierKind.Phone, IdentifierKind.BankCard, IdentifierKind.Email, IdentifierKind.IpAddress,
    ];

    /// <exception cref="WorkerRefusedException">There is no usable header.</exception>
    internal static CsvHeader Read(string path)
    {
        var record = ReadFirstRecord(path);
        var delimiter = GuessDelimiter(record);
        var names = Split(record, delimiter);
        if (names.Count > MaxColumns)
        {
            throw new WorkerRefusedException(LoadRules.Columns);
        }

        CheckNames(names);
        return new CsvHeader(delimiter, names);
    }

    /// <summary>Only the delimiter, for a file without a header line.</summary>
    internal static (char Delimiter, int Fields) Measure(string path)
    {
        var record = ReadFirstRecord(path);
        var delimiter = GuessDelimiter(record);
        return (delimiter, Split(record, delimiter).Count);
    }

    /// <summary>The engine gives the place of a row in a Parquet file this name; a column of that name would make the segment unreadable.</summary>
    internal static bool IsReserved(string name) => string.Equals(name, "file_row_number", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a name can be a column's; its being there once is another matter.</summary>
    internal static bool Usable(string name) => name.Length is > 0 and <= MaxName && !name.Any(char.IsControl) && !name.Any(char.IsSurrogate) && !IsReserved(name);

    internal static void CheckNames(IReadOnlyList<string> names)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            if (!Usable(name) || !seen.Add(name))
            {
                throw new WorkerRefusedException(LoadRules.Header);
            }

            if (double.TryParse(name, NumberStyles.Any, CultureInfo.InvariantCulture, out _)
                || DateTime.TryParse(name, CultureInfo.InvariantCulture, out _)
                || NeverNames.Any(kind => IdentifierDetector.Matches(kind, name)))
            {
                throw new WorkerRefusedException(LoadRules.HeaderData);
            }
        }
    }

    private static string ReadFirstRecord(string path)
    {
        using var file = TextSource.OpenRead(path);
        var bytes = new byte[(int)Math.Min(file.Length, MaxRecord)];
        file.ReadExactly(bytes);
        var start = bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0;
        var quoted = false;
        for (var at = start; at <= bytes.Length; at++)
        {
            if (at == bytes.Length)
            {
                if (file.Length > bytes.Length || quoted)
                {
                    throw new WorkerRefusedException(LoadRules.NotCsv);
                }
            }
            else if (bytes[at] == (byte)'"')
            {
                quoted = !quoted;
                continue;
            }
            else if (quoted || bytes[at] is not ((byte)'\n' or (byte)'\r'))
            {
                continue;
            }

            try
            {
                return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, start, at - start);
            }
            catch (DecoderFallbackException)
            {
                throw new WorkerRefusedException(LoadRules.Encoding);
            }
        }

        throw new WorkerRefusedException(LoadRules.NotCsv);
    }

    private static char GuessDelimiter(string record)
    {
        var best = (Delimiter: ',', Count: 0);
        foreach (var candidate in (ReadOnlySpan<char>)[',', '\t', ';', '|'])
        {
            var count = Split(record, candidate).Count;
            if (count > best.Count)
            {
                best = (candidate, count);
            }
        }

        return best.Delimiter;
    }

    private static List<string> Split(string record, char delimiter)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < record.Length; i++)
        {
            var c = record[i];
            if (c == '"')
            {
                if (quoted && i + 1 < record.Length && record[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (c == delimiter && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }
}
