using System.Globalization;
using System.Text;
using Sandbox.Policy.Identifiers;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Quality;

/// <summary>The quality child: counts the faulty values of one load, rule by rule. No value leaves it.</summary>
internal sealed class QualityRole : IWorkerRole
{
    public const string Name = "quality";

    /// <summary>Rule of a refusal: a rule does not fit the types of its columns.</summary>
    public const string FitRule = "SB-QUALITY-1";

    private readonly HashSet<IdentifierKind> _detectors = [];

    public void Handle(Frame request, FrameWriter output)
    {
        _detectors.Clear();
        var message = request.Json(QualityJson.Default.QualityRequest);
        using var connection = SegmentEngine.Open(message.MemoryBytes, message.Threads);
        output.Json(FrameKind.Result, new QualityReply(Measure(connection, message)), QualityJson.Default.QualityReply);
    }

    public void Dispose()
    {
    }

    private QualityCount[] Measure(DuckDbConnection connection, QualityRequest message)
    {
        var source = SourceTable.Open(connection, message.Segments, null);
        var counts = new QualityCount[message.Checks.Count];
        var single = new List<(int At, string Looked, string Faulty)>();
        for (var at = 0; at < counts.Length; at++)
        {
            var check = message.Checks[at];
            if (check.Unique)
            {
                counts[at] = Repeated(connection, source, check, message.Segments.Count - message.Last);
            }
            else
            {
                var (looked, faulty) = Conditions(connection, source, check, message.Today);
                single.Add((at, looked, faulty));
            }
        }

        if (single.Count > 0)
        {
            // All rules that look at one row by itself in one pass over the load alone.
            var load = SourceTable.Open(connection, [.. message.Segments.TakeLast(message.Last)], null);
            var list = string.Join(", ", single.Select(item => $"count(*) FILTER (WHERE {item.Looked}), count(*) FILTER (WHERE {item.Looked} AND {item.Faulty})"));
            var columns = single.SelectMany(item => message.Checks[item.At].Columns);
            using var result = connection.Query($"SELECT {list} FROM {load.Rows(columns)}");
            using var chunk = result.Fetch() ?? throw new WorkerRefusedException(FitRule);
            for (var i = 0; i < single.Count; i++)
            {
                counts[single[i].At] = new QualityCount(chunk[2 * i].Values<long>()[0], chunk[(2 * i) + 1].Values<long>()[0]);
            }
        }

        return counts;
    }

    /// <summary>Rows of the load whose key another row had before: of the keys that stand in it, one row each is good unless an earlier load has the key.</summary>
    private static QualityCount Repeated(DuckDbConnection connection, SourceTable source, QualityCheck check, int load)
    {
        var keys = string.Join(", ", check.Columns.Select(column => Quoted(source, column)));
        var there = string.Join(" AND ", check.Columns.Select(column => $"{Quoted(source, column)} IS NOT NULL"));
        using var result = connection.Query(string.Create(CultureInfo.InvariantCulture, $"""
            SELECT coalesce(sum(here), 0)::BIGINT, coalesce(sum(here - CASE WHEN earlier > 0 THEN 0 ELSE 1 END), 0)::BIGINT
            FROM (SELECT count(*) FILTER (WHERE {SourceTable.SegmentColumn} >= {load}) AS here, count(*) FILTER (WHERE {SourceTable.SegmentColumn} < {load}) AS earlier
                  FROM {source.Rows(check.Columns)} WHERE {there} GROUP BY {keys})
            WHERE here > 0
            """));
        using var chunk = result.Fetch() ?? throw new WorkerRefusedException(FitRule);
        return new QualityCount(chunk[0].Values<long>()[0], chunk[1].Values<long>()[0]);
    }

    private (string Looked, string Faulty) Conditions(DuckDbConnection connection, SourceTable source, QualityCheck check, DateOnly today)
    {
        var column = Quoted(source, check.Columns[0]);
        var type = source.TypeOf(check.Columns[0]);
        var there = $"{column} IS NOT NULL";
        if (check.Present)
        {
            return ("true", type == "VARCHAR" ? $"({column} IS NULL OR trim({column}) = '')" : $"{column} IS NULL");
        }

        if (check.OneOf is { } values)
        {
            return (there, $"NOT ({source.Conditions([new SourceFilter(check.Columns[0], null, null, values)])[5..]})");
        }

        if (check.From is not null || check.To is not null)
        {
            return (there, $"NOT ({source.Conditions([new SourceFilter(check.Columns[0], check.From, check.To, null)])[5..]})");
        }

        if (check.Identifier is { } word && Enum.TryParse<IdentifierKind>(word, out var kind))
        {
            // Numbers are read as they are written: a card stored as a number has lost nothing but leading zeros.
            return (there, $"NOT {Detector(connection, kind)}(CAST({column} AS VARCHAR))");
        }

        if (check.WithinDays is { } days)
        {
            return type is "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "TIMESTAMP_S" or "TIMESTAMP_MS" or "TIMESTAMP_NS"
                ? (there, string.Create(CultureInfo.InvariantCulture, $"CAST({column} AS DATE) < DATE '{today.AddDays(-days):yyyy-MM-dd}'"))
                : throw new WorkerRefusedException(FitRule);
        }

        if (check.Columns.Count != 2 || source.TypeOf(check.Columns[1]) != type || check.NotAfter == check.SameAs)
        {
            // Of different types one would be turned into the other, and a value that can't be turned would be an error in place of a fault.
            throw new WorkerRefusedException(FitRule);
        }

        var other = Quoted(source, check.Columns[1]);
        return ($"{there} AND {other} IS NOT NULL", $"{column} {(check.NotAfter ? ">" : "<>")} {other}");
    }

    private string Detector(DuckDbConnection connection, IdentifierKind kind)
    {
        var name = $"sandbox_is_{kind.ToString().ToLowerInvariant()}";
        if (_detectors.Add(kind))
        {
            ScalarFunctionHost.Register(connection, new ScalarFunction { Name = name, Parameters = [DuckDbTypeId.Varchar], Result = DuckDbTypeId.Boolean, Body = (input, output, _) => Detect(kind, input[0], output) });
        }

        return $"system.main.{name}";
    }

    private static void Detect(IdentifierKind kind, DuckDbVector input, DuckDbVector output)
    {
        const int Longest = 1024;
        Span<char> buffer = stackalloc char[Longest];
        var found = output.Writable<bool>();
        for (var row = 0; row < input.Rows; row++)
        {
            // A UTF-8 text has at least as many bytes as characters; what is longer than the buffer is no identifier.
            var utf8 = input.IsNull(row) ? default : input.Bytes(row);
            found[row] = utf8.Length is > 0 and <= Longest && IdentifierDetector.Matches(kind, buffer[..Encoding.UTF8.GetChars(utf8, buffer)]);
        }

        buffer.Clear();
    }

    private static string Quoted(SourceTable source, string column)
    {
        _ = source.TypeOf(column);
        return DuckDbConnection.Quote(column);
    }
}
