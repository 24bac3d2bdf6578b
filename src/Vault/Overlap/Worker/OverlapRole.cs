using System.Buffers;
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

/// <summary>How many numbers of texts and figures lie in the data frames: first those of which there is no doubt, then, column for column of the raw data, those that chance may have made.</summary>
internal sealed record OverlapReply(int Texts, IReadOnlyList<int> Chances);

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

    /// <summary>Numbers that fill more than a fiftieth of their range, at their own number of digits: that a longer text holds one is no sign.</summary>
    private const string Dense = "SELECT CASE WHEN count(*) = 0 OR count(*) * 50.0 >= (max(t::DOUBLE) - min(t::DOUBLE)) * pow(10, least(6, max(coalesce(nullif(strpos(t, '.'), 0) * 0 + length(t) - strpos(t, '.'), 0)))) THEN 1 ELSE 0 END FROM rare WHERE t NOT LIKE '%e%' AND t NOT IN ('nan', 'inf', '-inf')";

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Base64 = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz+/");

    /// <summary>An encoding of a raw value t, the raw values for which it is another than those before it, and the form that a piece must have to be worth the work.</summary>
    private static readonly (string Sql, string Of, Func<string, bool> Form)[] Encodings =
    [
        ("lower(t)", "true", _ => true),
        ("reverse(lower(t))", "true", _ => true),
        ("replace(lower(t), ' ', '')", "strpos(t, ' ') > 0", _ => true),
        ("lower(hex(encode(t)))", "true", piece => piece.Length % 2 == 0 && IsHex(piece)),
        ("md5(t)", "true", piece => piece.Length == 32 && IsHex(piece)),
        ("sha1(t)", "true", piece => piece.Length == 40 && IsHex(piece)),
        ("sha256(t)", "true", piece => piece.Length == 64 && IsHex(piece)),
        ("rtrim(lower(to_base64(encode(t))), '=')", "true", piece => piece.Length >= 6 && !piece.AsSpan().ContainsAnyExcept(Base64)),
    ];

    // Their places in the list above.
    private const int Hexadecimal = 1 << 3;
    private const int Digests = 0b111 << 4;
    private const int InBase64 = 1 << 7;

    /// <summary>Function that tells whether a piece may be a value; empty where digests are looked for, of which it knows nothing.</summary>
    private const string May = "sandbox_may";

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(OverlapJson.Default.OverlapRequest);
        using var connection = SegmentEngine.Open(4L << 30, message.Threads);
        connection.Execute("""
            CREATE TEMP TABLE piece(number INTEGER, p VARCHAR, whole BOOLEAN, figure BOOLEAN, forms UTINYINT);
            CREATE TEMP TABLE found(number INTEGER, chance BOOLEAN, place INTEGER);
            CREATE TEMP TABLE common(p VARCHAR);
            """);
        var filter = new PieceFilter(2L * message.Count);
        var forms = Load(connection, message, filter);
        var source = SourceTable.Open(connection, message.Segments, null);
        var may = (forms & Digests) == 0 ? May : "";
        if (may.Length > 0)
        {
            filter.Register(connection, May);
        }

        foreach (var (place, column) in source.Columns.Index())
        {
            Search(connection, source, (column, place), message.Minimum, forms, may);
        }

        // What many rows share somewhere is a category, though some column may hold it rarely.
        connection.Execute("DELETE FROM found WHERE number IN (SELECT number FROM piece SEMI JOIN common USING (p) WHERE whole)");
        var texts = Numbers(connection, "SELECT DISTINCT number FROM found WHERE NOT chance ORDER BY 1");
        List<int>[] chances = [.. source.Columns.Select((_, place) => Numbers(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT DISTINCT number FROM found WHERE chance AND place = {place} ORDER BY 1")))];
        var bytes = new byte[4 * (texts.Count + chances.Sum(numbers => numbers.Count))];
        foreach (var (at, number) in texts.Concat(chances.SelectMany(numbers => numbers)).Index())
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * at), number);
        }

        output.Data(bytes);
        output.Json(FrameKind.Result, new OverlapReply(texts.Count, [.. chances.Select(numbers => numbers.Count)]), OverlapJson.Default.OverlapReply);
    }

    public void Dispose()
    {
    }

    /// <summary>The whole texts and what stands between their separators.</summary>
    /// <returns>Which forms there are among them.</returns>
    private static byte Load(DuckDbConnection connection, OverlapRequest message, PieceFilter filter)
    {
        using var reader = new BinaryReader(new BufferedStream(File.OpenRead(message.Words), 1 << 20), Encoding.UTF8);
        using var appender = DuckDbAppender.Create(connection, null, "piece");
        using var chunk = DuckDbChunk.Create(DuckDbTypeId.Integer, DuckDbTypeId.Varchar, DuckDbTypeId.Boolean, DuckDbTypeId.Boolean, DuckDbTypeId.UTinyInt);
        var buffer = new byte[Encoding.UTF8.GetMaxByteCount(OverlapService.LongestText)];
        var rows = 0;
        byte met = 0;
        for (var number = 0; number < message.Count; number++)
        {
            var text = reader.ReadString().ToLowerInvariant().Replace("\0", "", StringComparison.Ordinal);
            Add(number, text.TrimEnd('='), true);
            foreach (var part in Parts(text).Where(part => part.Length >= ShortestText))
            {
                Add(number, part, false);
            }
        }

        Flush();
        appender.Complete();
        return met;

        void Add(int number, string text, bool whole)
        {
            if (rows == DuckDbDatabase.VectorSize)
            {
                Flush();
            }

            var forms = Forms(text);
            met |= forms;
            chunk.Writable(0).Writable<int>()[rows] = number;
            var utf8 = Encoding.UTF8.GetBytes(text, buffer);
            chunk.Writable(1).SetText(rows, buffer.AsSpan(0, utf8));
            filter.Add(buffer.AsSpan(0, utf8), (forms & Hexadecimal) != 0, (forms & InBase64) != 0);
            chunk.Writable(2).Writable<byte>()[rows] = (byte)(whole ? 1 : 0);
            chunk.Writable(3).Writable<byte>()[rows] = (byte)(number >= message.Texts ? 1 : 0);
            chunk.Writable(4).Writable<byte>()[rows] = forms;
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

    private static byte Forms(string piece)
    {
        var forms = 0;
        for (var at = 0; piece.Length >= ShortestText && at < Encodings.Length; at++)
        {
            forms |= Encodings[at].Form(piece) ? 1 << at : 0;
        }

        return (byte)forms;
    }

    private static bool IsHex(string piece) => !piece.AsSpan().ContainsAnyExcept(Hex);

    private static void Search(DuckDbConnection connection, SourceTable source, (string Name, int Place) at, int minimum, byte forms, string may)
    {
        var column = at.Name;
        var number = IsNumber(source.TypeOf(column));

        // One form for a number: 12 and 12.0 are the same. Values are counted as they lie there, and only those that differ become texts.
        var quoted = DuckDbConnection.Quote(column);
        var value = number ? $"CAST({quoted} AS DOUBLE)" : quoted;
        var text = number ? "regexp_replace(CAST(v AS VARCHAR), '\\.0$', '')" : "CAST(v AS VARCHAR)";
        var plain = source.TypeOf(column) == "VARCHAR";
        string Filter(string of) => may.Length == 0 ? "" : $" WHERE {may}({of})";

        // A text that no piece may be is not even counted; how close numbers lie is asked of all of them.
        connection.Execute($"""
            CREATE OR REPLACE TEMP TABLE value AS SELECT {text} AS t, n FROM (SELECT {value} AS v, count(*) AS n FROM {source.Rows([column])}{(plain ? Filter(quoted) : "")} GROUP BY 1);
            INSERT INTO common SELECT lower(t) FROM value WHERE n >= {minimum.ToString(CultureInfo.InvariantCulture)};
            CREATE OR REPLACE TEMP TABLE rare AS SELECT t FROM value WHERE n < {minimum.ToString(CultureInfo.InvariantCulture)} AND length(t) >= {ShortestText.ToString(CultureInfo.InvariantCulture)};
            """);
        if (connection.ScalarInt64("SELECT count(*) FROM rare") == 0)
        {
            return;
        }

        if (!plain && may.Length > 0)
        {
            connection.Execute($"CREATE OR REPLACE TEMP TABLE near AS SELECT t FROM rare{Filter("t")}");
        }

        var (table, dense) = (plain || may.Length == 0 ? "rare" : "near", number && connection.ScalarInt64(Dense) != 0);
        foreach (var (encoding, (sql, of, _)) in Encodings.Index())
        {
            if ((forms & (1 << encoding)) != 0)
            {
                // What a text says, it says on purpose, unless it is a number among numbers; a figure may be anything.
                var chance = number && encoding == 0 ? "figure OR whole" : "figure";
                connection.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO found SELECT number, {chance}, {at.Place} FROM piece SEMI JOIN (SELECT {sql} AS p FROM {table} WHERE {of}) USING (p) WHERE (forms & {1 << encoding}) <> 0{(dense ? " AND figure" : "")}"));
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
