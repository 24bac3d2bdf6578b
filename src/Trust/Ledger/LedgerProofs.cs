using System.Data.Common;
using System.Numerics;

namespace Sandbox.Trust;

/// <summary>That an entry stands in a tree of a given size.</summary>
public sealed record InclusionProof(long Index, long Size, byte[] LeafHash, IReadOnlyList<byte[]> Path, byte[] Root);

/// <summary>That a tree of one size begins with the tree of another.</summary>
public sealed record ConsistencyProof(long Size1, long Size2, byte[] Root1, byte[] Root2, IReadOnlyList<byte[]> Path);

/// <summary>Computes proofs (RFC 9162, 2.1.3.1 and 2.1.4.1) from stored leaf hashes and tiles; reads them in runs of 16 and keeps them for this one object.</summary>
internal sealed class LedgerProofs(DbConnection connection, DbTransaction? transaction, TreeHasher hasher, string? archiveFolder = null)
{
    private const int Run = 1 << LedgerTables.TileHeight;
    private readonly Dictionary<(int Level, long Run), byte[][]> _runs = [];
    private readonly long _archived = LedgerArchives.End(connection, transaction);

    public byte[] Root(long size) => size == 0 ? hasher.Empty() : Subtree(0, size);

    public byte[] Leaf(long index) => Node(0, index);

    /// <summary>Tiles of the lowest level, for storing.</summary>
    public IEnumerable<(int Level, long Index, byte[] Hash)> Lowest(long from, long end)
    {
        for (var index = from; index < end; index++)
        {
            yield return (1, index, Node(1, index));
        }
    }

    public List<byte[]> Inclusion(long index, long size)
    {
        var path = new List<byte[]>();
        for (var (start, end) = (0L, size); end - start > 1;)
        {
            var split = start + Split(end - start);
            if (index < split)
            {
                path.Add(Subtree(split, end));
                end = split;
            }
            else
            {
                path.Add(Subtree(start, split));
                start = split;
            }
        }

        path.Reverse();
        return path;
    }

    public List<byte[]> Consistency(long size1, long size2)
    {
        var path = new List<byte[]>();
        if (size1 == size2 || size1 == 0)
        {
            return path;
        }

        // SUBPROOF: the first tree's own root is left out as long as it is one whole subtree of the second.
        var (start, end, whole) = (0L, size2, true);
        while (size1 != end)
        {
            var split = start + Split(end - start);
            if (size1 <= split)
            {
                path.Add(Subtree(split, end));
                end = split;
            }
            else
            {
                path.Add(Subtree(start, split));
                start = split;
                whole = false;
            }
        }

        if (!whole)
        {
            path.Add(Subtree(start, end));
        }

        path.Reverse();
        return path;
    }

    private static long Split(long count) => (long)(BitOperations.RoundUpToPowerOf2((ulong)count) >> 1);

    /// <summary>Root of the leaves from start to end, which must be a subtree.</summary>
    public byte[] Subtree(long start, long end)
    {
        var count = end - start;
        if (BitOperations.IsPow2(count) && BitOperations.Log2((ulong)count) % LedgerTables.TileHeight == 0)
        {
            return Node(BitOperations.Log2((ulong)count) / LedgerTables.TileHeight, start / count);
        }

        var split = start + Split(count);
        return hasher.Node(Subtree(start, split), Subtree(split, end));
    }

    private byte[] Node(int level, long index)
    {
        var key = (level, index / Run);
        if (!_runs.TryGetValue(key, out var run))
        {
            _runs[key] = run = Read(level, key.Item2 * Run);
        }

        return run[index % Run] ??= level == 1 ? Lowest(index) : throw new TrustException(TrustRules.LedgerBroken);
    }

    /// <summary>A tile of the lowest level that is not stored yet.</summary>
    private byte[] Lowest(long index)
    {
        var nodes = Enumerable.Range(0, Run).Select(at => Node(0, (index * Run) + at)).ToArray();
        for (var count = Run / 2; count > 0; count /= 2)
        {
            for (var i = 0; i < count; i++)
            {
                nodes[i] = hasher.Node(nodes[2 * i], nodes[(2 * i) + 1]);
            }
        }

        return nodes[0];
    }

    private byte[][] Read(int level, long first)
    {
        if (level == 0 && first < _archived)
        {
            return [.. LedgerArchives.Entries(connection, transaction, archiveFolder, first, first + Run).Select(entry => hasher.Leaf(entry))];
        }

        var sql = level == 0
            ? "SELECT idx, leaf FROM trust_ledger WHERE idx >= @first AND idx < @end"
            : "SELECT idx, hash FROM trust_ledger_tiles WHERE level = @level AND idx >= @first AND idx < @end";
        using var command = KeyTables.Command(connection, transaction, sql, ("@first", first), ("@end", first + Run));
        if (level > 0)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@level";
            parameter.Value = level;
            command.Parameters.Add(parameter);
        }

        using var reader = command.ExecuteReader();
        var run = new byte[Run][];
        while (reader.Read())
        {
            run[reader.GetInt64(0) - first] = reader.GetValue(1) is byte[] { Length: Suite.HashLength } hash ? hash : throw new TrustException(TrustRules.LedgerBroken);
        }

        return run;
    }
}
