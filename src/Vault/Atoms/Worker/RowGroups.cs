using System.Globalization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>Takes rows on any of the engine's threads.</summary>
/// <param name="places">Places of the rows in the epoch.</param>
/// <param name="groups">Their groups.</param>
internal delegate void RowReading(ReadOnlySpan<long> places, ReadOnlySpan<int> groups);

/// <summary>Rows grouped by the atom of the index that they lie in and by their cells in the fresh streams. Groups are numbered from 0 on.</summary>
internal abstract class RowGroups
{
    /// <summary>Most groups that are looked at.</summary>
    protected const int Most = 2_000_000;

    /// <summary>Of each group: the atom of the index, the key of its cell in each fresh stream (empty = outside its range), and how many rows it has.</summary>
    /// <exception cref="WorkerRefusedException">There are too many.</exception>
    public abstract IEnumerable<(int Atom, string[] Keys, long Rows)> All();

    /// <summary>Shows the rows of groups of at most <paramref name="most"/> rows, and one more row.</summary>
    /// <param name="most">Rows of the largest group that is wanted.</param>
    /// <param name="row">Place of the other row; −1 for none.</param>
    /// <param name="read">Takes them; may be shown others too.</param>
    public abstract void EachRow(long most, long row, RowReading read);
}

/// <summary>Groups made by the engine, in a table of it.</summary>
internal sealed class TableGroups : RowGroups
{
    private readonly DuckDbConnection _connection;
    private readonly AtomSql _sql;
    private readonly AtomStream[] _streams;
    private readonly string? _present;
    private readonly string _table;

    /// <param name="connection">The engine.</param>
    /// <param name="sql">The rows.</param>
    /// <param name="streams">The fresh streams.</param>
    /// <param name="present">Column that must have a value, or null.</param>
    /// <param name="number">Makes the name of its table unique in the engine.</param>
    public TableGroups(DuckDbConnection connection, AtomSql sql, AtomStream[] streams, string? present, int number)
    {
        (_connection, _sql, _streams, _present) = (connection, sql, streams, present);
        _table = string.Create(CultureInfo.InvariantCulture, $"split{number}");
        var names = string.Join(", ", sql.Groups(streams));
        connection.Execute($"CREATE TEMP TABLE {_table} AS SELECT (row_number() OVER () - 1)::INTEGER AS id, * FROM (SELECT {names}, count(*) AS n FROM ({sql.Rows(streams, present)}) GROUP BY {names} LIMIT {Most + 1})");
    }

    public override IEnumerable<(int Atom, string[] Keys, long Rows)> All()
    {
        var groups = new List<(int, string[], long)>();
        using var result = _connection.Query($"SELECT {_sql.Keys(_streams)}, n FROM {_table} ORDER BY id");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    var keys = new string[_streams.Length];
                    for (var at = 0; at < keys.Length; at++)
                    {
                        keys[at] = chunk[1 + at].Text(row);
                    }

                    groups.Add((chunk[0].Values<int>()[row], keys, chunk[1 + keys.Length].Values<long>()[row]));
                }
            }
        }

        return groups.Count > Most ? throw new WorkerRefusedException(AtomRefusals.TooManyRule) : groups;
    }

    public override void EachRow(long most, long row, RowReading read)
    {
        // Bits and atoms are never missing, and values that are equal are joined many times faster than those that are not distinct.
        var same = string.Join(" AND ", _sql.Groups(_streams).Select(name => $"r.{name} {(name.StartsWith('d') ? "IS NOT DISTINCT FROM" : "=")} g.{name}"));
        var from = string.Create(CultureInfo.InvariantCulture, $"({_sql.Rows(_streams, _present)}) r JOIN {_table} g ON {same} WHERE g.n <= {most} OR r.p = {row}");
        RowVisit.Run(_connection, [("r.p", DuckDbTypeId.BigInt), ("g.id", DuckDbTypeId.Integer)], from, rows => read(rows[0].Values<long>(), rows[1].Values<int>()));
    }
}
