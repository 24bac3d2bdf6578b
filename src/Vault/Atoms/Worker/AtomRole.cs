using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Atoms;

/// <summary>The atom child: splits the rows by every table that left and every one that is asked for, judges what could be worked out, and on demand sends the new index.</summary>
internal sealed class AtomRole : IWorkerRole
{
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
        var subjects = SubjectNumbers.Open(message.SubjectColumn, message.Subjects, sql.RowCount);
        var split = new AtomSplit(connection, sql, fresh, index.Atoms, null, 0);
        var all = split.Atoms(index, streams.Length, subjects, message.Minimum);
        var outcome = FamilyAtoms.Judge(all, streams, "", message.Minimum);
        foreach (var (at, family) in message.Wanted.SelectMany(table => table.SumsOf).Distinct(StringComparer.Ordinal).Index())
        {
            var of = FamilyAtoms.Judge(new AtomSplit(connection, sql, fresh, index.Atoms, family, at + 1).Atoms(index, streams.Length, subjects, message.Minimum), streams, family, message.Minimum);
            outcome = of < outcome ? of : outcome;
        }

        var reply = new AtomReply([.. Enumerable.Range(message.Earlier.Count, message.Wanted.Count).Select(table => new WireAtoms(outcome, Overlaps(all, streams, table, message.Minimum)))]);
        if (message.Keep)
        {
            using var target = new BufferedStream(new FrameDataStream(output), 1 << 20);
            new AtomIndexFile { Cells = [.. streams.Select(stream => stream.Keys.ToArray())], Signatures = [.. all.SelectMany(atom => atom.Cells)], Rows = split.OfRows() }.Write(target);
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
}
