using System.Runtime.CompilerServices;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Atoms;

/// <summary>
/// Groups of rows by their atom in the index and the bits of a few streams without dimensions, counted here in a place a combination on each of the engine's threads: the engine's own grouping of
/// so few takes many times as long, and the group of a row is found again without a join.
/// </summary>
internal sealed class BitGroups : RowGroups
{
    private const int MostBits = 8;
    private const long MostPlaces = 1 << 20;

    private readonly DuckDbConnection _connection;
    private readonly AtomSql _sql;
    private readonly AtomStream[] _streams;
    private readonly string? _present;
    private readonly long[] _counts;
    private readonly int[] _ids;

    private BitGroups(DuckDbConnection connection, AtomSql sql, AtomStream[] streams, string? present, int places)
    {
        (_connection, _sql, _streams, _present) = (connection, sql, streams, present);
        _counts = new long[places];
        _ids = new int[places];
        var indexed = sql.Atoms.Length > 0;
        foreach (var own in Visit(indexed, () => new BitCounts(places, streams.Length), (rows, own) => own.Add(rows[0].Values<byte>(), indexed ? rows[1].Values<long>() : [], sql.Atoms)))
        {
            own.AddTo(_counts);
        }

        var groups = 0;
        for (var at = 0; at < places; at++)
        {
            _ids[at] = _counts[at] == 0 ? -1 : groups++;
        }
    }

    /// <returns>Null when there are no streams, they have dimensions, or there are too many of them or of atoms.</returns>
    public static BitGroups? Of(DuckDbConnection connection, AtomSql sql, AtomStream[] streams, int atoms, string? present) =>
        streams.Length is 0 or > MostBits || streams.Any(stream => stream.Form.Dimensions.Count > 0) || (long)atoms << streams.Length > MostPlaces
            ? null
            : new BitGroups(connection, sql, streams, present, atoms << streams.Length);

    public override IEnumerable<(int Atom, string[] Keys, long Rows)> All() =>
        _counts.Index().Where(place => place.Item > 0).Select(place => (
            place.Index >> _streams.Length,
            Enumerable.Range(0, _streams.Length).Select(bit => (place.Index & (1 << bit)) != 0 ? AtomStream.WholeKey : "").ToArray(),
            place.Item));

    public override void EachRow(long most, long row, RowReading read) => Visit(true, () => new int[DuckDbDatabase.VectorSize], (rows, room) =>
    {
        var places = rows[1].Values<long>();
        var groups = room.AsSpan(0, places.Length);
        BitCounts.Find(rows[0].Values<byte>(), places, _sql.Atoms, _streams.Length, _ids, groups);
        read(places, groups);
    });

    private IReadOnlyList<T> Visit<T>(bool places, Func<T> state, RowVisitor<T> visit)
        where T : class
    {
        (string Sql, DuckDbTypeId Type)[] columns = [("w0", DuckDbTypeId.UTinyInt), .. places ? [("p", DuckDbTypeId.BigInt)] : Array.Empty<(string, DuckDbTypeId)>()];
        return RowVisit.Run(_connection, columns, $"({_sql.Rows(_streams, _present)})", state, visit);
    }
}

/// <summary>The kernel of <see cref="BitGroups"/>: how many rows there are of each atom and each combination of bits. Place of a combination: <c>atom · 2^bits + its bits</c>.</summary>
/// <param name="places">Number of combinations.</param>
/// <param name="bits">Bits of a row.</param>
internal sealed class BitCounts(int places, int bits)
{
    // Rows of one group often follow one another: counts of rows side by side do not wait for one another.
    private readonly int[] _even = new int[places];
    private readonly int[] _odd = new int[places];

    /// <param name="words">Bits of each row.</param>
    /// <param name="rows">Its place in the epoch; not looked at without atoms.</param>
    /// <param name="atoms">Atom of each place; empty where all are in atom 0.</param>
    public void Add(ReadOnlySpan<byte> words, ReadOnlySpan<long> rows, ReadOnlySpan<int> atoms)
    {
        unchecked
        {
            var at = 0;
            for (; at + 1 < words.Length; at += 2)
            {
                _even[Place(words, rows, atoms, bits, at)]++;
                _odd[Place(words, rows, atoms, bits, at + 1)]++;
            }

            if (at < words.Length)
            {
                _even[Place(words, rows, atoms, bits, at)]++;
            }
        }
    }

    public void AddTo(long[] counts)
    {
        for (var at = 0; at < counts.Length; at++)
        {
            counts[at] += (long)_even[at] + _odd[at];
        }
    }

    /// <summary>The group of each row.</summary>
    /// <param name="words">Its bits.</param>
    /// <param name="rows">Its place.</param>
    /// <param name="atoms">Atom of each place; empty where all are in atom 0.</param>
    /// <param name="bits">Bits of a row.</param>
    /// <param name="ids">Group of each combination.</param>
    /// <param name="groups">Takes them.</param>
    public static void Find(ReadOnlySpan<byte> words, ReadOnlySpan<long> rows, ReadOnlySpan<int> atoms, int bits, ReadOnlySpan<int> ids, Span<int> groups)
    {
        for (var at = 0; at < groups.Length; at++)
        {
            groups[at] = ids[Place(words, rows, atoms, bits, at)];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(ReadOnlySpan<byte> words, ReadOnlySpan<long> rows, ReadOnlySpan<int> atoms, int bits, int at) =>
        unchecked(((atoms.IsEmpty ? 0 : atoms[(int)rows[at]]) << bits) + words[at]);
}
