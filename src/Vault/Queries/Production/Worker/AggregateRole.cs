using System.Text.Json;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Queries;

/// <summary>The reading child: parses one statement with the engine's own parser and maps its tree. It is given no data.</summary>
internal sealed class AggregateRole : IWorkerRole
{
    public const string Name = "aggregate";

    private static readonly QueryLimits Limits = new();

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(AggregateJson.Default.AggregateQuestion);
        output.Json(FrameKind.Result, Read(message), AggregateJson.Default.AggregateReply);
    }

    public void Dispose()
    {
    }

    /// <summary>Maps a statement whose tree is known already.</summary>
    internal static AggregateReply Map(string sql, string tree, IReadOnlyList<GrantedTable> tables)
    {
        try
        {
            using var parsed = JsonDocument.Parse(tree, new JsonDocumentOptions { MaxDepth = Limits.Depth * 5 });
            return new AggregateReply(new AggregateMapping(tables).Root(parsed.RootElement), null);
        }
        catch (JsonException)
        {
            return new AggregateReply(null, new RefusedReply(GuardRefusals.TooDeep(Limits.Depth), null));
        }
        catch (GuardStop stop)
        {
            return new AggregateReply(null, new RefusedReply(stop.Refusal, stop.Utf8Offset is { } offset ? TextPosition.OfUtf8(sql, offset) : null));
        }
    }

    private static AggregateReply Read(AggregateQuestion question)
    {
        using var database = DuckDbDatabase.Open(":memory:");
        using var connection = database.Connect();
        connection.Execute("""
            SET memory_limit = '256MB';
            SET threads = 1;
            SET temp_directory = '';
            SET autoinstall_known_extensions = false;
            SET autoload_known_extensions = false;
            SET max_expression_depth = 150;
            SET enable_external_access = false;
            SET disabled_filesystems = 'LocalFileSystem';
            SET lock_configuration = true;
            """);
        using var parser = connection.Prepare("SELECT system.main.json_serialize_sql($1::VARCHAR, skip_null := false, skip_empty := false, skip_default := false)::VARCHAR");
        using var result = parser.Bind(1, question.Sql).Execute();
        using var chunk = result.Fetch();
        return Map(question.Sql, chunk is { Rows: 1 } && !chunk[0].IsNull(0) ? chunk[0].Text(0) : "", question.Tables);
    }
}
