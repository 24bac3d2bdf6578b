using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Overlap;

/// <summary>Request to the overlap child: first <paramref name="Texts"/> texts, then figures, <paramref name="Count"/> together.</summary>
internal sealed record OverlapRequest(IReadOnlyList<SourceSegment> Segments, string Words, int Texts, int Count, int Minimum, int Threads);

/// <summary>How many numbers of texts and figures lie in the data frames: first those of which there is no doubt, then those that chance may have made.</summary>
internal sealed record OverlapReply(int Texts, int Chances);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(OverlapRequest))]
[JsonSerializable(typeof(OverlapReply))]
internal sealed partial class OverlapJson : JsonSerializerContext;

/// <summary>The overlap child: joins the pieces of the texts with the rare values of every column, under every encoding that the pieces can be.</summary>
internal sealed class OverlapRole : IWorkerRole
{
    public const string Name = "overlap";

    /// <summary>Texts shorter than this are met by chance.</summary>
    private const int ShortestText = 4;

    /// <summary>Place of the encoding that does nothing to a number.</summary>
    private const int WithoutBlanks = 2;

    /// <summary>Rare values that are all numbers and fill more than a fiftieth of their range, at their own number of digits: any figure meets them by chance.</summary>
    private const string Dense = "SELECT CASE WHEN count(*) = 0 OR (count(*) = count(TRY_CAST(t AS DOUBLE)) AND count(*) * 50.0 >= (max(TRY_CAST(t AS DOUBLE)) - min(TRY_CAST(t AS DOUBLE))) * pow(10, least(6, max(coalesce(nullif(strpos(t, '.'), 0) * 0 + length(t) - strpos(t, '.'), 0))))) THEN 1 ELSE 0 END FROM rare WHERE t NOT IN ('nan', 'inf', '-inf') AND NOT regexp_full_match(t, '-?[0-9.]+e[+-]?[0-9]+')";

    /// <summary>An encoding of a raw value t, and the form that a piece must have to be worth the work.</summary>
    private static readonly (string Sql, string Form)[] Encodings =
    [
        ("lower(t)", "true"),
        ("reverse(lower(t))", "true"),
        ("replace(lower(t), ' ', '')", "true"),
        ("lower(hex(encode(t)))", "regexp_full_match(p, '([0-9a-f]{2})+')"),
        ("md5(t)", "regexp_full_match(p, '[0-9a-f]{32}')"),
        ("sha1(t)", "regexp_full_match(p, '[0-9a-f]{40}')"),
        ("sha256(t)", "regexp_full_match(p, '[0-9a-f]{64}')"),
        ("rtrim(lower(to_base64(encode(t))), '=')", "regexp_full_match(p, '[0-9a-z+/]{6,}')"),
    ];

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(OverlapJson.Default.OverlapRequest);
        using var connection = SegmentEngine.Open(4L << 30, message.Threads);
        connection.Execute("""
            CREATE TEMP TABLE piece(number INTEGER, p VARCHAR, whole BOOLEAN, figure BOOLEAN);
            CREATE TEMP TABLE found(number INTEGER, chance BOOLEAN);
            CREATE TEMP TABLE common(p VARCHAR);
            """);
        Load(connection, message);
        var source = SourceTable.Open(connection, message.Segments, null);
        foreach (var column in source.Columns)
        {
            Search(connection, source, column, message.Minimum);
        }

        // What many rows share somewhere is a category, though some column may hold it rarely.
        connection.Execute("DELETE FROM found WHERE number IN (SELECT number FROM piece SEMI JOIN common USING (p) WHERE whole)");
        var texts = Numbers(connection, "SELECT DISTINCT number FROM found WHERE NOT chance ORDER BY 1");
        var chances = Numbers(connection, "SELECT DISTINCT number FROM found WHERE chance ORDER BY 1");
        var bytes = new byte[4 * (texts.Count + chances.Count)];
        foreach (var (at, number) in texts.Concat(chances).Index())
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * at), number);
        }

        output.Data(bytes);
        output.Json(FrameKind.Result, new OverlapReply(texts.Count, chances.Count), OverlapJson.Default.OverlapReply);
    }

    public void Dispose()
    {
    }

    // The whole text and what stands between its separators.
    private static void Load(DuckDbConnection connection, OverlapRequest message)
    {
        using var reader = new BinaryReader(new BufferedStream(File.OpenRead(message.Words), 1 << 20), Encoding.UTF8);
        using var appender = DuckDbAppender.Create(connection, null, "piece");
        using var chunk = DuckDbChunk.Create(DuckDbTypeId.Integer, DuckDbTypeId.Varchar, DuckDbTypeId.Boolean, DuckDbTypeId.Boolean);
        var rows = 0;
        for (var number = 0; number < message.Count; number++)
        {
            var text = reader.ReadString().ToLowerInvariant();
            Add(number, text.TrimEnd('='), true);
            foreach (var part in Parts(text))
            {
                Add(number, part, false);
            }
        }

        Flush();
        appender.Complete();

        void Add(int number, string text, bool whole)
        {
            if (rows == DuckDbDatabase.VectorSize)
            {
                Flush();
            }

            chunk.Writable(0).Writable<int>()[rows] = number;
            chunk.Writable(1).SetText(rows, text.Replace("\0", "", StringComparison.Ordinal));
            chunk.Writable(2).Writable<byte>()[rows] = (byte)(whole ? 1 : 0);
            chunk.Writable(3).Writable<byte>()[rows] = (byte)(number >= message.Texts ? 1 : 0);
            rows++;
        }

        void Flush()
        {
            if (rows > 0)
            {
                chunk.Rows = rows;
                appender.Append(chunk);
                chunk.Reset();
                rows = 0;
            }
        }
    }

    private static string[] Parts(string text)
    {
        var parts = text.Split([' ', ',', ';', '|', '/', '\t', '\n', '_', '#', '&', '='], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 ? parts : [];
    }

    private static void Search(DuckDbConnection connection, SourceTable source, string column, int minimum)
    {
        var number = IsNumber(source.TypeOf(column));

        // One form for a number: 12 and 12.0 are the same.
        var quoted = DuckDbConnection.Quote(column);
        var text = number ? $"regexp_replace(CAST(CAST({quoted} AS DOUBLE) AS VARCHAR), '\\.0$', '')" : $"CAST({quoted} AS VARCHAR)";
        connection.Execute($"""
            CREATE OR REPLACE TEMP TABLE value AS SELECT {text} AS t, count(*) AS n FROM {source.Rows([column])} GROUP BY t;
            INSERT INTO common SELECT lower(t) FROM value WHERE n >= {minimum.ToString(CultureInfo.InvariantCulture)};
            CREATE OR REPLACE TEMP TABLE rare AS SELECT t FROM value WHERE n < {minimum.ToString(CultureInfo.InvariantCulture)} AND length(t) >= {ShortestText.ToString(CultureInfo.InvariantCulture)};
            """);
        var dense = connection.ScalarInt64(Dense) != 0;
        if (number && dense)
        {
            return;
        }

        foreach (var (at, (sql, form)) in Encodings.Index())
        {
            if ((!number || at != WithoutBlanks) && connection.ScalarInt64($"SELECT count(*) FROM (SELECT 1 FROM piece WHERE {form} LIMIT 1)") != 0)
            {
                // What a text says, it says on purpose, unless it is a number among numbers; a figure may be anything.
                var chance = number && at == 0 ? "figure OR whole" : "figure";
                connection.Execute($"INSERT INTO found SELECT number, {chance} FROM piece SEMI JOIN (SELECT {sql} AS p FROM rare) USING (p) WHERE {form} AND length(p) >= {ShortestText.ToString(CultureInfo.InvariantCulture)}{(dense ? " AND NOT figure" : "")}");
            }
        }
    }

    private static bool IsNumber(string type) =>
        type is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "FLOAT" or "DOUBLE" || type.StartsWith("DECIMAL", StringComparison.Ordinal);

    private static List<int> Numbers(DuckDbConnection connection, string sql)
    {
        var numbers = new List<int>();
        using var result = connection.Query(sql);
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    numbers.Add(chunk[0].Values<int>()[row]);
                }
            }
        }

        return numbers;
    }
}
