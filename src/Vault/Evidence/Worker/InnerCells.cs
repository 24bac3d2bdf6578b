using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Evidence;

/// <summary>The inner cells of a table, numbered 1, 2, … for the engine, with the numbers of each and its margins in the book.</summary>
internal sealed class InnerCells
{
    private readonly int[] _numbers;
    private readonly int _width;
    private readonly string _from;

    private InnerCells(int[] numbers, int width, string from) => (_numbers, _width, _from) = (numbers, width, from);

    public int Count => _numbers.Length / _width;

    /// <summary>Numbers in the book of an inner cell and its margins.</summary>
    /// <param name="cell">From 0 on.</param>
    public ReadOnlySpan<int> Numbers(int cell) => _numbers.AsSpan(cell * _width, _width);

    /// <summary>Shows every row: the number of its inner cell, from 1 on (INTEGER), its value (DOUBLE, may be missing) and, where wanted, its place (BIGINT).</summary>
    /// <inheritdoc cref="RowVisit.Run{T}" path="/returns"/>
    public IReadOnlyList<T> Visit<T>(DuckDbConnection connection, EvidenceRows rows, bool places, Func<T> state, RowVisitor<T> visit)
        where T : class
    {
        (string Sql, DuckDbTypeId Type)[] columns = [(_from.Length == 0 ? "1::INTEGER" : "c.id", DuckDbTypeId.Integer), ("r.v", DuckDbTypeId.Double), .. places ? [("r.p", DuckDbTypeId.BigInt)] : Array.Empty<(string, DuckDbTypeId)>()];
        return RowVisit.Run(connection, columns, $"({rows.Sql(places)}) r{_from}", state, visit);
    }

    /// <param name="connection">The engine; a table <c>cells</c> is made in it.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="book">Takes the cells.</param>
    /// <exception cref="Workers.WorkerRefusedException">The table has too many cells.</exception>
    public static InnerCells Find(DuckDbConnection connection, EvidenceRows rows, CellBook book)
    {
        var all = new List<int>();
        var numbers = new int[book.Width];
        if (rows.Dimensions == 0)
        {
            book.Find([], numbers);
            return new InnerCells(numbers, book.Width, "");
        }

        // One more than may be, so that too many are found without making all of them.
        connection.Execute(FormattableString.Invariant($"CREATE TEMP TABLE cells AS SELECT (row_number() OVER ())::INTEGER AS id, * FROM (SELECT {rows.Names} FROM ({rows.Sql(false)}) GROUP BY {rows.Names} LIMIT {book.Most + 1})"));
        var missing = new bool[rows.Dimensions];
        var texts = new string?[rows.Dimensions];
        using (var result = connection.Stream($"SELECT {rows.Texts} FROM cells ORDER BY id"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        for (var at = 0; at < texts.Length; at++)
                        {
                            texts[at] = chunk[at].IsNull(row) ? null : chunk[at].Text(row);
                            missing[at] |= texts[at] is null;
                        }

                        book.Find(texts, numbers);
                        all.AddRange(numbers);
                    }
                }
            }
        }

        // Plain equality is joined many times faster; it does for a dimension without a missing value.
        return new InnerCells([.. all], book.Width, $" JOIN cells c ON {string.Join(" AND ", missing.Select((any, at) => FormattableString.Invariant($"r.d{at} {(any ? "IS NOT DISTINCT FROM" : "=")} c.d{at}")))}");
    }
}
