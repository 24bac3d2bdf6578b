using System.Globalization;
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
    private readonly int _number;
    private readonly long[] _counts;
    private readonly int[] _ids;
    private int _functions;

    private BitGroups(DuckDbConnection connection, AtomSql sql, AtomStream[] streams, string? present, int number, int places)
    {
        (_connection, _sql, _streams, _present, _number) = (connection, sql, streams, present, number);
        _counts = new long[places];
        var parts = new List<BitCounts>();
        Run(new ScalarFunction
        {
            Name = Name(),
            Parameters = sql.Atoms.Length == 0 ? [DuckDbTypeId.UTinyInt] : [DuckDbTypeId.UTinyInt, DuckDbTypeId.BigInt],
            Result = DuckDbTypeId.Boolean,
            Volatile = true,
            ThreadState = () =>
            {
                var own = new BitCounts(places, streams.Length);
                lock (parts)
                {
                    parts.Add(own);
                }

                return own;
            },
            Body = (input, output, own) =>
            {
                ((BitCounts)own!).Add(input[0].Values<byte>(), sql.Atoms.Length == 0 ? [] : input[1].Values<long>(), sql.Atoms);
                output.Writable<byte>().Clear();
            },
        });
        foreach (var own in parts)
        {
            own.AddTo(_counts);
        }

        _ids = new int[places];
        var groups = 0;
        for (var at = 0; at < places; at++)
        {
            _ids[at] = _counts[at] == 0 ? -1 : groups++;
        }
    }

    /// <returns>Null when the streams have dimensions, or there are too many of them or of atoms.</returns>
    public static BitGroups? Of(DuckDbConnection connection, AtomSql sql, AtomStream[] streams, int atoms, string? present, int number) =>
        streams.Length > MostBits || streams.Any(stream => stream.Form.Dimensions.Count > 0) || (long)atoms << streams.Length > MostPlaces
            ? null
            : new BitGroups(connection, sql, streams, present, number, atoms << streams.Length);

    public override IEnumerable<(int Atom, string[] Keys, long Rows)> All() =>
        _counts.Index().Where(place => place.Item > 0).Select(place => (
            place.Index >> _streams.Length,
            Enumerable.Range(0, _streams.Length).Select(bit => (place.Index & (1 << bit)) != 0 ? AtomStream.WholeKey : "").ToArray(),
            place.Item));

    public override void EachRow(long most, long row, RowReading read) => Run(new ScalarFunction
    {
        Name = Name(),
        Parameters = [DuckDbTypeId.UTinyInt, DuckDbTypeId.BigInt],
        Result = DuckDbTypeId.Boolean,
        Volatile = true,
        ThreadState = () => new int[DuckDbDatabase.VectorSize],
        Body = (input, output, state) =>
        {
            var places = input[1].Values<long>();
            var groups = ((int[])state!).AsSpan(0, places.Length);
            BitCounts.Find(input[0].Values<byte>(), places, _sql.Atoms, _streams.Length, _ids, groups);
            read(places, groups);
            output.Writable<byte>().Clear();
        },
    });

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"bits{_number}_{_functions++}");

    private void Run(ScalarFunction function)
    {
        ScalarFunctionHost.Register(_connection, function);
        _connection.Execute($"SELECT bool_or(system.main.{function.Name}(w0{(function.Parameters.Count > 1 ? ", p" : "")})) FROM ({_sql.Rows(_streams, _present)})");
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
            if (atoms.IsEmpty)
            {
                for (; at + 1 < words.Length; at += 2)
                {
                    _even[words[at]]++;
                    _odd[words[at + 1]]++;
                }

                if (at < words.Length)
                {
                    _even[words[at]]++;
                }

                return;
            }

            for (; at + 1 < words.Length; at += 2)
            {
                _even[(atoms[(int)rows[at]] << bits) + words[at]]++;
                _odd[(atoms[(int)rows[at + 1]] << bits) + words[at + 1]]++;
            }

            if (at < words.Length)
            {
                _even[(atoms[(int)rows[at]] << bits) + words[at]]++;
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
            groups[at] = ids[((atoms.IsEmpty ? 0 : atoms[(int)rows[at]]) << bits) + words[at]];
        }
    }
}
