using System.Globalization;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>The rows of the epoch (or those with a value in a column) split into atoms by the index and the fresh streams: one grouping by bits and numbers, then one look at the rows only where subjects must be told apart.</summary>
internal sealed class AtomSplit
{
    private const int MostAtoms = 2_000_000;

    private readonly DuckDbConnection _connection;
    private readonly AtomSql _sql;
    private readonly AtomStream[] _fresh;
    private readonly string? _present;
    private readonly string _table;
    private int[]? _ofRows;

    /// <param name="connection">The engine.</param>
    /// <param name="sql">The rows.</param>
    /// <param name="fresh">The streams that the index does not hold.</param>
    /// <param name="present">Column that must have a value, or null.</param>
    /// <param name="number">Makes the name of its table unique in the engine.</param>
    public AtomSplit(DuckDbConnection connection, AtomSql sql, AtomStream[] fresh, string? present, int number)
    {
        (_connection, _sql, _fresh, _present) = (connection, sql, fresh, present);
        _table = string.Create(CultureInfo.InvariantCulture, $"split{number}");
        var names = string.Join(", ", sql.Groups(fresh));
        var groups = AtomTally.Fits(sql, fresh) ? AtomTally.Count(connection, sql, fresh, present, number) : $"SELECT {names}, count(*) AS n FROM ({sql.Rows(fresh, present)}) GROUP BY {names}";
        connection.Execute($"CREATE TEMP TABLE {_table} AS SELECT (row_number() OVER () - 1)::INTEGER AS id, * FROM ({groups})");
    }

    /// <summary>The atoms with their cells in all streams and their subjects.</summary>
    /// <param name="index">The index.</param>
    /// <param name="streams">How many streams there are, the index's first.</param>
    /// <param name="subjects">The subjects; null where rows are.</param>
    /// <param name="minimum">From how many subjects on their number alone matters.</param>
    /// <exception cref="WorkerRefusedException">There are too many atoms.</exception>
    public List<CellAtom> Atoms(AtomIndexFile index, int streams, SubjectNumbers? subjects, int minimum)
    {
        var (cells, rows) = (new List<int[]>(), new List<long>());
        using (var result = _connection.Query($"SELECT {_sql.Keys(_fresh)}, n FROM {_table} ORDER BY id"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        if (cells.Count == MostAtoms)
                        {
                            throw new WorkerRefusedException(AtomRefusals.TooManyRule);
                        }

                        cells.Add(Cells(chunk, row, index, streams));
                        rows.Add(chunk[1 + _fresh.Length].Values<long>()[row]);
                    }
                }
            }
        }

        var counts = rows.ToArray();
        var members = new List<ulong>?[counts.Length];
        if (subjects is { OneEach: false })
        {
            CountSubjects(subjects, counts, members, minimum);
        }
        else
        {
            ReadMembers(subjects?.Nobody ?? -1, counts, members, minimum);
        }

        return [.. cells.Select((atom, id) => new CellAtom(atom, counts[id], counts[id] < minimum ? [.. members[id] ?? []] : []))];
    }

    /// <summary>Of each row the ordinal of its atom.</summary>
    public int[] OfRows() => _ofRows ??= Lay(null);

    // Rows are subjects, but for the one of nobody: few of them need to be looked at.
    private void ReadMembers(long nobody, long[] counts, List<ulong>?[] members, int minimum)
    {
        if (nobody < 0 && !counts.Any(count => count < minimum))
        {
            return;
        }

        EachRow(string.Create(CultureInfo.InvariantCulture, $"n <= {minimum} OR p = {nobody}"), (place, id) =>
        {
            if (place == nobody)
            {
                counts[id]--;
            }
            else
            {
                (members[id] ??= []).Add((ulong)place);
            }
        });
    }

    // The rows of a subject one after the other: it is counted where it is met first in an atom.
    private void CountSubjects(SubjectNumbers subjects, long[] counts, List<ulong>?[] members, int minimum)
    {
        var laid = Lay(subjects.Slots);
        var last = new int[counts.Length];
        Array.Clear(counts);
        for (var subject = 1; subject <= subjects.Subjects; subject++)
        {
            foreach (var id in laid.AsSpan(subjects.Starts[subject], subjects.Starts[subject + 1] - subjects.Starts[subject]))
            {
                if (id < 0 || last[id] == subject)
                {
                    continue;
                }

                last[id] = subject;
                if (counts[id]++ < minimum)
                {
                    (members[id] ??= []).Add((ulong)subject);
                }
            }
        }
    }

    // Ordinal of the atom of each row, −1 for a row without a value, laid by the engine's threads into the row's place, or into its slot.
    private int[] Lay(int[]? slots)
    {
        var laid = new int[_sql.RowCount];
        laid.AsSpan().Fill(-1);
        var function = _table + (slots is null ? "_places" : "_slots");
        ScalarFunctionHost.Register(_connection, new ScalarFunction
        {
            Name = function,
            Parameters = [DuckDbTypeId.BigInt, DuckDbTypeId.Integer],
            Result = DuckDbTypeId.Boolean,
            Volatile = true,
            Body = (input, output, _) =>
            {
                var place = input[0].Values<long>();
                var id = input[1].Values<int>();
                for (var row = 0; row < place.Length; row++)
                {
                    laid[slots is null ? place[row] : slots[place[row]]] = id[row];
                }

                output.Writable<byte>().Clear();
            },
        });
        _connection.Execute($"SELECT bool_or(system.main.{function}(r.p, g.id)) FROM ({_sql.Rows(_fresh, _present)}) r JOIN {_table} g ON {Same}");
        return laid;
    }

    // Bits are never missing, and numbers that are equal are joined many times faster than those that are not distinct.
    private string Same => string.Join(" AND ", _sql.Groups(_fresh).Select(name => $"r.{name} {(name.StartsWith('d') ? "IS NOT DISTINCT FROM" : "=")} g.{name}"));

    private void EachRow(string condition, Action<long, int> read)
    {
        using var result = _connection.Stream($"SELECT p, id FROM ({_sql.Rows(_fresh, _present)}) r JOIN {_table} g ON {Same} WHERE {condition}");
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                var place = chunk[0].Values<long>();
                var id = chunk[1].Values<int>();
                for (var row = 0; row < chunk.Rows; row++)
                {
                    read(place[row], id[row]);
                }
            }
        }
    }

    private int[] Cells(DuckDbChunk chunk, int row, AtomIndexFile index, int streams)
    {
        var cells = new int[streams];
        var old = streams - _fresh.Length;
        index.Signatures.AsSpan(chunk[0].Values<int>()[row] * old, old).CopyTo(cells);
        for (var at = 0; at < _fresh.Length; at++)
        {
            cells[old + at] = _fresh[at].Number(chunk[1 + at].Text(row));
        }

        return cells;
    }
}
