using BenchmarkDotNet.Attributes;
using Sandbox.Vault.Arrow.Vectors;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Queries;

namespace Sandbox.Bench.Micro;

/// <summary>The guard's walk over a parsed statement, and the Arrow encoder without a jail.</summary>
public class VaultMicro : IDisposable
{
    private const string Statement = "SELECT origin, count(*) AS n, round(avg(delay), 1) AS d FROM flights WHERE distance BETWEEN 100 AND 900 GROUP BY origin ORDER BY n DESC LIMIT 5";

    private Workplace? _place;
    private DuckDbConnection? _connection;
    private StatementGuard _guard = null!;
    private string _tree = "";

    [GlobalSetup]
    public void Prepare()
    {
        _place = new Workplace();
        _connection = Workplace.RivalEngine();
        _connection.Execute("CREATE TABLE flights AS SELECT (i % 500)::SMALLINT AS delay, (i % 3000)::SMALLINT AS distance, chr(65 + (i % 26)::INT) || 'AA' AS origin FROM range(1000000) t(i)");
        _guard = new StatementGuard([new GrantedTable("main", "flights", ["delay", "distance", "origin"])], FunctionList.BuiltIn, new QueryLimits());
        _tree = Parse();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _connection?.Dispose();
        _place?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The engine's parser, giving the tree as JSON.</summary>
    [Benchmark]
    public string Parse() =>
        _connection!.ScalarText($"json_serialize_sql({DuckDbConnection.Literal(Statement)}, skip_null := false, skip_empty := false, skip_default := false)") ?? "";

    /// <summary>The allow-list over the tree.</summary>
    [Benchmark]
    public object Guard() => _guard.Check(Statement, _tree);

    /// <summary>1,000,000 rows of three columns (11 MB) into an Arrow stream.</summary>
    [Benchmark]
    public long EncodeArrow()
    {
        using var result = _connection!.Stream("SELECT delay, distance, origin FROM flights");
        return ResultEncoder.Write(result, Stream.Null);
    }
}
