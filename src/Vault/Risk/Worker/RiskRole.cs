using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Masking;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Risk;

/// <summary>The risk child: groups the opened segments by some columns and counts the groups. No value leaves it.</summary>
internal sealed class RiskRole : IWorkerRole
{
    /// <summary>Rule of a refusal: more class sizes than a reply holds.</summary>
    public const string TooManyRule = "SB-RISK-1";

    private const int MostSizes = 20_000;
    private const string Classes = "sandbox_classes";

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(RiskJson.Default.RiskRequest);
        using var connection = SegmentEngine.Open(message.MemoryBytes, message.Threads);
        output.Json(FrameKind.Result, Measure(connection, message), RiskJson.Default.RiskReply);
    }

    public void Dispose()
    {
    }

    private static RiskReply Measure(DuckDbConnection connection, RiskRequest message)
    {
        var source = SourceTable.Open(connection, message.Segments, null);
        var masks = new MaskFunctions(connection, null);
        string[] keys = [.. message.Columns.Select((column, at) => string.Create(CultureInfo.InvariantCulture, $"{Sql(source, masks, column)} AS q{at}"))];
        string[] names = [.. message.Columns.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"q{at}"))];
        var subject = message.SubjectColumn is { } name ? Quoted(source, name) : null;
        var sensitive = message.Sensitive is { } wanted ? $"CAST({Quoted(source, wanted)} AS VARCHAR)" : "NULL::VARCHAR";
        var needed = message.Columns.Select(column => column.Name).Concat(new[] { message.SubjectColumn, message.Sensitive }.OfType<string>());
        connection.Execute($"CREATE TEMP VIEW sandbox_rows AS SELECT {string.Join(", ", keys)}, {subject ?? "NULL"} AS who, {sensitive} AS secret FROM {source.Rows(needed)}");
        var group = string.Join(", ", names);
        connection.Execute($"CREATE TEMP TABLE {Classes} AS SELECT {group}, {(subject is null ? "count(*)" : "count(DISTINCT who)")} AS people, count(DISTINCT secret) AS secrets FROM sandbox_rows GROUP BY {group}");
        if (message.Sensitive is null)
        {
            return new RiskReply(Sizes(connection), null, null);
        }

        // A class without any sensitive value tells none.
        var diversity = connection.ScalarInt64($"SELECT min(secrets) FROM {Classes} WHERE people > 0");
        return new RiskReply(Sizes(connection), diversity, Closeness(connection, group) / 1e9);
    }

    private static List<ClassSize> Sizes(DuckDbConnection connection)
    {
        var sizes = new List<ClassSize>();
        using var result = connection.Query($"SELECT people::BIGINT, count(*)::BIGINT FROM {Classes} WHERE people > 0 GROUP BY 1 ORDER BY 1");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    if (sizes.Count == MostSizes)
                    {
                        throw new WorkerRefusedException(TooManyRule);
                    }

                    sizes.Add(new ClassSize(chunk[0].Values<long>()[row], chunk[1].Values<long>()[row]));
                }
            }
        }

        return sizes;
    }

    /// <summary>Largest distance between a class's sensitive values and all of them, half the sum of the differences of shares; in billionths.</summary>
    private static double? Closeness(DuckDbConnection connection, string group) => connection.ScalarInt64($"""
        WITH cells AS (SELECT {group}, secret, count(*)::DOUBLE AS n FROM sandbox_rows WHERE secret IS NOT NULL GROUP BY ALL),
             total AS (SELECT secret, sum(n) / (SELECT sum(n) FROM cells) AS share FROM cells GROUP BY secret),
             shares AS (SELECT c.* EXCLUDE (n), n / sum(n) OVER (PARTITION BY {group}) AS own, t.share FROM cells c JOIN total t USING (secret))
        SELECT (1e9 * max(distance))::BIGINT FROM (SELECT (sum(abs(own - share)) + 1 - sum(share)) / 2 AS distance FROM shares GROUP BY {group})
        """);

    private static string Sql(SourceTable source, MaskFunctions masks, RiskColumn column)
    {
        var quoted = Quoted(source, column.Name);
        return column.Rule is not { } json ? quoted
            : MaskRule.FromUntrusted(json) is MaskRuleResult.Read read && masks.Expression(quoted, source.TypeOf(column.Name), read.Rule) is { } sql ? sql
            : throw new WorkerRefusedException(ZoneRefusals.RuleFitRule);
    }

    private static string Quoted(SourceTable source, string column)
    {
        _ = source.TypeOf(column);
        return DuckDbConnection.Quote(column);
    }
}
