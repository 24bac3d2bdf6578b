using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>
/// What a fresh query child does while its first request is on the way, so that a session opens quickly: an empty engine is opened and used once, and beside it the code that judges
/// and answers statements goes through made-up values. Nothing of a zone is there yet.
/// </summary>
internal sealed class WarmStart
{
    /// <summary>The engine's own parser, asked as a function.</summary>
    public const string Parser = "SELECT system.main.json_serialize_sql($1::VARCHAR, skip_null := false, skip_empty := false, skip_default := false)::VARCHAR";

    private readonly Task<DuckDbDatabase> _database = Task.Run(() => DuckDbDatabase.Open(":memory:"));
    private readonly Task _code = Task.Run(UseCode);
    private readonly Task _engine;

    public WarmStart() => _engine = UseEngineAsync();

    /// <summary>The empty engine; whoever takes it owns it.</summary>
    /// <exception cref="EngineException">It could not be opened.</exception>
    public DuckDbDatabase Database() => _database.GetAwaiter().GetResult();

    /// <summary>Waits until nothing of this is running any more.</summary>
    /// <exception cref="EngineException">The engine could not be used.</exception>
    public void Wait()
    {
        _code.GetAwaiter().GetResult();
        _engine.GetAwaiter().GetResult();
    }

    private static void UseCode()
    {
        const string Statement = "SELECT abs(a) FROM t";
        const string Tree = """
            {"error":false,"statements":[{"node":{"type":"SELECT_NODE","modifiers":[],"cte_map":{"map":[]},"select_list":[{"class":"FUNCTION","type":"FUNCTION","alias":"",
            "query_location":7,"function_name":"abs","schema":"","children":[{"class":"COLUMN_REF","type":"COLUMN_REF","alias":"","query_location":11,"column_names":["a"]}],
            "filter":null,"order_bys":{"type":"ORDER_MODIFIER","orders":[]},"distinct":false,"is_operator":false,"export_state":false,"catalog":""}],
            "from_table":{"type":"BASE_TABLE","alias":"","sample":null,"query_location":19,"schema_name":"","table_name":"t","column_name_alias":[],"catalog_name":"","at_clause":null},
            "where_clause":null,"group_expressions":[],"group_sets":[],"aggregate_handling":"STANDARD_HANDLING","having":null,"sample":null,"qualify":null},"named_param_map":[]}]}
            """;
        _ = MadeTable.Of(Statement);
        _ = ExplainedStatement.Of(Statement);
        var verdict = new StatementGuard([new GrantedTable(GrantedTable.DefaultSchema, "t", ["a"])], FunctionList.BuiltIn, new QueryLimits()).Check(Statement, Tree);
        var reply = verdict is GuardVerdict.Accepted ? new QueryReply(new RowsReply([new QueryColumn("a", CellType.Whole)], [["1"]], false, ["t"]), null, null) : new QueryReply(null, null, null);
        _ = QueryWire.Write(reply);
    }

    // On a connection of its own: the settings that lock the engine are made on another meanwhile.
    private async Task UseEngineAsync()
    {
        const string Statement = "SELECT x, count(*) FROM (VALUES (1)) v(x) WHERE x > 0 GROUP BY ALL ORDER BY ALL";
        using var connection = (await _database.ConfigureAwait(false)).Connect();
        connection.Execute(LockedEngine.Beside);
        using var deadline = new Deadline(connection, TimeSpan.FromMinutes(1));
        using (var parser = connection.Prepare(Parser))
        {
            using var tree = parser.Bind(1, Statement).Execute();
            using var text = tree.Fetch();
        }

        _ = connection.ScalarInt64("SELECT count(*) FROM duckdb_tables() AS t, pragma_table_info('catalog.tables') AS c WHERE t.internal AND c.cid > 9");
        _ = connection.TableNames(Statement, qualified: false);
        using var statement = connection.Prepare(Statement);
        using var result = statement.Stream();
        var reader = new CellReader(result);
        var budget = 1000;
        using var chunk = result.Fetch();
        _ = chunk is { Rows: > 0 } ? reader.Row(chunk, 0, ref budget) : null;
    }
}
