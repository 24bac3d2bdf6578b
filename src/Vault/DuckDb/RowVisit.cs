using System.Globalization;

namespace Sandbox.Vault.DuckDb;

/// <summary>Takes up to one vector of rows, on any of the engine's threads. Vectors die when it returns.</summary>
/// <param name="rows">One vector for each column that is asked for; values may be missing.</param>
/// <param name="state">This thread's own.</param>
internal delegate void RowVisitor<in T>(DuckDbChunk rows, T state);

/// <summary>
/// Shows every row of a query once to C#, on all of the engine's threads: nothing is made into a result that one reader would have to wait for. The rows come in any order. For our own SQL alone: a
/// function stays registered with the engine.
/// </summary>
internal static class RowVisit
{
    private static int _functions;

    /// <param name="connection">The engine.</param>
    /// <param name="columns">SQL of each column, of exactly that type.</param>
    /// <param name="from">What they are taken from: the query from behind FROM on.</param>
    /// <param name="state">Makes the state of one thread.</param>
    /// <param name="visit">Takes the rows.</param>
    /// <returns>The states of all threads.</returns>
    /// <exception cref="EngineException">The query failed, or <paramref name="visit"/> did.</exception>
    public static IReadOnlyList<T> Run<T>(DuckDbConnection connection, IReadOnlyList<(string Sql, DuckDbTypeId Type)> columns, string from, Func<T> state, RowVisitor<T> visit)
        where T : class
    {
        var states = new List<T>();
        var name = string.Create(CultureInfo.InvariantCulture, $"sandbox_visit{Interlocked.Increment(ref _functions)}");
        ScalarFunctionHost.Register(connection, new ScalarFunction
        {
            Name = name,
            Parameters = [.. columns.Select(column => column.Type)],
            Result = DuckDbTypeId.Boolean,
            SeesMissing = true,
            Volatile = true,
            ThreadState = () =>
            {
                var own = state();
                lock (states)
                {
                    states.Add(own);
                }

                return own;
            },
            Body = (rows, result, own) =>
            {
                visit(rows, (T)own!);
                result.Writable<byte>().Clear();
            },
        });
        connection.Execute($"SELECT bool_or(system.main.{name}({string.Join(", ", columns.Select(column => column.Sql))})) FROM {from}");
        return states;
    }

    /// <summary>The same without a state.</summary>
    /// <inheritdoc cref="Run{T}"/>
    public static void Run(DuckDbConnection connection, IReadOnlyList<(string Sql, DuckDbTypeId Type)> columns, string from, Action<DuckDbChunk> visit) =>
        Run(connection, columns, from, () => new object(), (rows, _) => visit(rows));
}
