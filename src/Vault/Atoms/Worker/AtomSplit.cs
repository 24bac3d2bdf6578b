using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>The rows of the epoch (or those with a value in a column) split into atoms by the index and the fresh streams: one grouping by bits and numbers, then one look at the rows only where subjects must be told apart.</summary>
internal sealed class AtomSplit
{
    private readonly AtomSql _sql;
    private readonly AtomStream[] _fresh;
    private readonly RowGroups _groups;
    private int[]? _ofRows;

    /// <param name="connection">The engine.</param>
    /// <param name="sql">The rows.</param>
    /// <param name="fresh">The streams that the index does not hold.</param>
    /// <param name="atoms">Atoms of the index.</param>
    /// <param name="present">Column that must have a value, or null.</param>
    /// <param name="number">Makes its name unique in the engine.</param>
    public AtomSplit(DuckDbConnection connection, AtomSql sql, AtomStream[] fresh, int atoms, string? present, int number)
    {
        (_sql, _fresh) = (sql, fresh);
        _groups = (RowGroups?)BitGroups.Of(connection, sql, fresh, atoms, present) ?? new TableGroups(connection, sql, fresh, present, number);
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
        foreach (var (atom, keys, count) in _groups.All())
        {
            cells.Add(Cells(index, atom, keys, streams));
            rows.Add(count);
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
        var few = counts.Select(count => count <= minimum).ToArray();
        if (nobody < 0 && !counts.Any(count => count < minimum))
        {
            return;
        }

        _groups.EachRow(minimum, nobody, (places, groups) =>
        {
            for (var row = 0; row < places.Length; row++)
            {
                var (place, id) = (places[row], groups[row]);
                if (place != nobody && !few[id])
                {
                    continue;
                }

                // Rare, so that one lock does for all threads.
                lock (few)
                {
                    if (place == nobody)
                    {
                        counts[id]--;
                    }
                    else
                    {
                        (members[id] ??= []).Add((ulong)place);
                    }
                }
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

    // Ordinal of the atom of each row, −1 for a row without a value, laid into the row's place, or into its slot.
    private int[] Lay(int[]? slots)
    {
        var laid = new int[_sql.RowCount];
        laid.AsSpan().Fill(-1);
        _groups.EachRow(long.MaxValue, -1, (places, groups) =>
        {
            for (var row = 0; row < places.Length; row++)
            {
                laid[slots is null ? places[row] : slots[places[row]]] = groups[row];
            }
        });
        return laid;
    }

    private int[] Cells(AtomIndexFile index, int atom, string[] keys, int streams)
    {
        var cells = new int[streams];
        var old = streams - _fresh.Length;
        index.Signatures.AsSpan(atom * old, old).CopyTo(cells);
        for (var at = 0; at < keys.Length; at++)
        {
            cells[old + at] = _fresh[at].Number(keys[at]);
        }

        return cells;
    }
}
