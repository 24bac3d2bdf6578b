using System.Globalization;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Vault.DuckDb;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>The atom child: splits the rows by every table that left and every one that is asked for, judges what could be worked out, and on demand sends the new index.</summary>
internal sealed class AtomRole : IWorkerRole
{
    private const int MostAtoms = 2_000_000;

    public void Handle(Frame request, FrameWriter output)
    {
        var message = request.Json(AtomJson.Default.AtomRequest);
        using var connection = SegmentEngine.Open(message.MemoryBytes, message.Threads);
        var tables = message.Earlier.Concat(message.Wanted).ToArray();
        AtomStream[] streams = [.. tables.SelectMany((table, at) => AtomStream.Of(at, table, at >= message.Earlier.Count))];
        var old = streams.Count(stream => stream.Table < message.Indexed);
        using var sql = new AtomSql(connection, message);
        var index = Index(message, streams[..old], sql);
        var fresh = streams[old..];
        var all = Atoms(connection, message, sql, index, streams, fresh, null);
        var outcome = FamilyAtoms.Judge(all, streams, "", message.Minimum);
        foreach (var family in message.Wanted.SelectMany(table => table.SumsOf).Distinct(StringComparer.Ordinal))
        {
            var of = FamilyAtoms.Judge(Atoms(connection, message, sql, index, streams, fresh, family), streams, family, message.Minimum);
            outcome = of < outcome ? of : outcome;
        }

        var reply = new AtomReply([.. Enumerable.Range(message.Earlier.Count, message.Wanted.Count).Select(table => new WireAtoms(outcome, Overlaps(all, streams, table, message.Minimum)))]);
        if (message.Keep)
        {
            using var target = new BufferedStream(new FrameDataStream(output), 1 << 20);
            Renew(connection, sql, index, streams, fresh).Write(target);
        }

        output.Json(FrameKind.Result, reply, AtomJson.Default.AtomReply);
    }

    public void Dispose()
    {
    }

    private static AtomIndexFile Index(AtomRequest message, AtomStream[] streams, AtomSql sql)
    {
        if (message.Index is null)
        {
            return AtomIndexFile.Empty;
        }

        AtomIndexFile index;
        using (var file = File.OpenRead(message.Index))
        {
            index = AtomIndexFile.Read(file, streams.Length, sql.RowCount);
        }

        foreach (var (at, stream) in streams.Index())
        {
            foreach (var key in index.Cells[at])
            {
                stream.Number(key);
            }
        }

        sql.UseIndex(index.Rows);
        return index;
    }

    /// <summary>The atoms of the rows that have a value in a column (of all rows for null), with their cells in all streams.</summary>
    private static List<CellAtom> Atoms(DuckDbConnection connection, AtomRequest message, AtomSql sql, AtomIndexFile index, AtomStream[] streams, AtomStream[] fresh, string? present)
    {
        var keys = string.Concat(fresh.Select((_, at) => $", k{at}"));
        var rows = sql.Rows(fresh, present);
        var statement = message.SubjectColumn is null
            ? $"SELECT a{keys}, count(*) AS subjects, NULL::UBIGINT[] AS members FROM ({rows}) GROUP BY ALL"
            : string.Create(CultureInfo.InvariantCulture, $"SELECT a{keys}, count(s) AS subjects, CASE WHEN count(s) < {message.Minimum} THEN list(hash(s)) FILTER (s IS NOT NULL) END AS members FROM (SELECT a{keys}, s FROM ({rows}) GROUP BY ALL) GROUP BY ALL");
        var atoms = new List<CellAtom>();
        ulong made = 0;
        using var result = connection.Query(statement);
        while (result.Fetch() is { } chunk)
        {
            using (chunk)
            {
                for (var row = 0; row < chunk.Rows; row++)
                {
                    if (atoms.Count == MostAtoms)
                    {
                        throw new WorkerRefusedException(AtomRefusals.TooManyRule);
                    }

                    var cells = Cells(chunk, row, index, streams.Length, fresh);
                    var subjects = chunk[1 + fresh.Length].Values<long>()[row];
                    ulong[] members = [];
                    if (subjects < message.Minimum)
                    {
                        members = message.SubjectColumn is null ? Made(ref made, (int)subjects) : Members(chunk[2 + fresh.Length], row);
                    }

                    atoms.Add(new CellAtom(cells, subjects, members));
                }
            }
        }

        return atoms;
    }

    private static int[] Cells(DuckDbChunk chunk, int row, AtomIndexFile index, int streams, AtomStream[] fresh)
    {
        var cells = new int[streams];
        var old = streams - fresh.Length;
        index.Signatures.AsSpan(chunk[0].Values<int>()[row] * old, old).CopyTo(cells);
        for (var at = 0; at < fresh.Length; at++)
        {
            cells[old + at] = fresh[at].Number(chunk[1 + at].Text(row));
        }

        return cells;
    }

    // Where rows are subjects, no two are alike.
    private static ulong[] Made(ref ulong made, int count)
    {
        var members = new ulong[count];
        for (var at = 0; at < count; at++)
        {
            members[at] = made++;
        }

        return members;
    }

    // Two subjects whose marks collide count as one, which errs on the strict side.
    private static ulong[] Members(DuckDbVector list, int row)
    {
        if (list.IsNull(row))
        {
            return [];
        }

        var entry = list.Values<UInt128>()[row];
        var (offset, length) = ((int)(entry & int.MaxValue), (int)(entry >> 64));
        return list.ListChild().Values<ulong>().Slice(offset, length).ToArray();
    }

    /// <summary>How a wanted table overlaps with every other one whose range holds other rows.</summary>
    private static List<WireOverlap> Overlaps(List<CellAtom> atoms, AtomStream[] streams, int table, int minimum)
    {
        int Base(int of) => Array.FindIndex(streams, stream => stream.Table == of && stream.Present is null);
        var here = Base(table);
        var overlaps = new List<WireOverlap>();
        for (var other = 0; other < table; other++)
        {
            var there = Base(other);
            var onlyHere = Subjects(atoms.Where(atom => atom.Cells[here] >= 0 && atom.Cells[there] < 0), minimum);
            var onlyThere = Subjects(atoms.Where(atom => atom.Cells[here] < 0 && atom.Cells[there] >= 0), minimum);
            if (onlyHere + onlyThere > 0)
            {
                overlaps.Add(new WireOverlap(other, onlyHere, onlyThere, Subjects(atoms.Where(atom => atom.Cells[here] >= 0 && atom.Cells[there] >= 0), minimum)));
            }
        }

        return overlaps;
    }

    // Exact below the minimum, a floor above it. Rows of nobody known are one subject.
    private static long Subjects(IEnumerable<CellAtom> atoms, int minimum)
    {
        var (any, largest, members) = (false, 0L, new HashSet<ulong>());
        foreach (var atom in atoms)
        {
            any = true;
            largest = Math.Max(largest, atom.Subjects);
            if (atom.Subjects < minimum)
            {
                members.UnionWith(atom.Members);
            }
        }

        return any ? Math.Max(1, Math.Max(largest, members.Count)) : 0;
    }

    /// <summary>The index over all streams.</summary>
    private static AtomIndexFile Renew(DuckDbConnection connection, AtomSql sql, AtomIndexFile index, AtomStream[] streams, AtomStream[] fresh)
    {
        var keys = string.Concat(fresh.Select((_, at) => $", k{at}"));
        var rows = sql.Rows(fresh, null);
        connection.Execute($"CREATE TEMP TABLE renewed AS SELECT row_number() OVER () - 1 AS id, a{keys} FROM (SELECT DISTINCT a{keys} FROM ({rows}))");
        var signatures = new List<int>();
        using (var result = connection.Query($"SELECT a{keys} FROM renewed ORDER BY id"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        signatures.AddRange(Cells(chunk, row, index, streams.Length, fresh));
                    }
                }
            }
        }

        var places = new int[sql.RowCount];
        using (var result = connection.Stream($"SELECT place, id FROM ({rows}) JOIN renewed USING (a{keys})"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    var place = chunk[0].Values<long>();
                    var id = chunk[1].Values<long>();
                    for (var row = 0; row < chunk.Rows; row++)
                    {
                        places[place[row]] = (int)id[row];
                    }
                }
            }
        }

        return new AtomIndexFile { Cells = [.. streams.Select(stream => stream.Keys.ToArray())], Signatures = [.. signatures], Rows = places };
    }
}
