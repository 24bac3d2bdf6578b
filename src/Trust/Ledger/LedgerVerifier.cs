using System.Numerics;

namespace Sandbox.Trust;

/// <summary>Proof checks that need nothing but hashes (RFC 9162, sections 2.1.3.2 and 2.1.4.2, and the subtree forms of draft-ietf-plants-merkle-tree-certs).</summary>
public static partial class LedgerVerifier
{
    /// <summary>Hash of a leaf: H(0x00‖<paramref name="entry"/>).</summary>
    public static byte[] LeafHash(Suite suite, ReadOnlySpan<byte> entry) => new TreeHasher(suite).Leaf(entry);

    /// <summary>Root over whole leaves, computed afresh; the root of no leaves is the hash of nothing.</summary>
    public static byte[] Root(Suite suite, IEnumerable<byte[]> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        var hasher = new TreeHasher(suite);
        var frontier = new Frontier(hasher);
        foreach (var leaf in leaves)
        {
            frontier.Append(hasher.Leaf(leaf));
        }

        return frontier.Root();
    }

    /// <summary>Whether the leaf stands at <paramref name="index"/> of the tree of <paramref name="size"/> leaves with this root.</summary>
    public static bool VerifyInclusion(Suite suite, long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size || !WellFormed(proof) || leafHash.Length != Suite.HashLength)
        {
            return false;
        }

        var hasher = new TreeHasher(suite);
        var (fn, sn) = (index, size - 1);
        var r = leafHash.ToArray();
        foreach (var p in proof)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                r = hasher.Node(p, r);
                while ((fn & 1) == 0 && fn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                }
            }
            else
            {
                r = hasher.Node(r, p);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && root.SequenceEqual(r);
    }

    /// <summary>Whether the tree of <paramref name="size2"/> leaves begins with the tree of <paramref name="size1"/> leaves.</summary>
    /// <remarks>Two equal sizes need an empty proof; an empty first tree proves nothing and is refused.</remarks>
    public static bool VerifyConsistency(Suite suite, long size1, long size2, ReadOnlySpan<byte> root1, ReadOnlySpan<byte> root2, IReadOnlyList<byte[]> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (size1 < 0 || size2 < size1)
        {
            return false;
        }

        if (size1 == size2)
        {
            return proof.Count == 0 && root1.SequenceEqual(root2) && (size1 > 0 || root1.SequenceEqual(suite.Hash([])));
        }

        return size1 > 0 && VerifySubtreeConsistency(suite, 0, size1, size2, root1, root2, proof);
    }

    /// <summary>Whether [start, end) can be a subtree: start is a multiple of the smallest power of two that holds the subtree.</summary>
    public static bool IsSubtree(long start, long end) =>
        start >= 0 && end > start && (start & (long)(BitOperations.RoundUpToPowerOf2((ulong)(end - start)) - 1)) == 0;

    /// <summary>Whether the leaf stands at <paramref name="index"/> of the log, inside the subtree [start, end) with this root.</summary>
    public static bool VerifySubtreeInclusion(Suite suite, long index, long start, long end, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root) =>
        IsSubtree(start, end) && index >= start && index < end && VerifyInclusion(suite, index - start, end - start, leafHash, proof, root);

    /// <summary>Whether the tree of <paramref name="size"/> leaves holds the subtree [start, end). An empty subtree has the root of no leaves and stands in every tree.</summary>
    public static bool VerifySubtreeConsistency(Suite suite, long start, long end, long size, ReadOnlySpan<byte> subtreeRoot, ReadOnlySpan<byte> root, IReadOnlyList<byte[]> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (start < 0 || end > size || !WellFormed(proof))
        {
            return false;
        }

        var hasher = new TreeHasher(suite);
        if (start == end)
        {
            return proof.Count == 0 && subtreeRoot.SequenceEqual(hasher.Empty());
        }

        if (start == 0 && end == size)
        {
            return proof.Count == 0 && subtreeRoot.SequenceEqual(root);
        }

        if (!IsSubtree(start, end) || subtreeRoot.Length != Suite.HashLength)
        {
            return false;
        }

        var (fn, sn, tn) = (start, end - 1, size - 1);
        // Walk up to the largest whole subtree at the right end of [start, end): its hash starts both computations.
        while (sn == tn ? fn != sn : fn != sn && (sn & 1) == 1)
        {
            fn >>= 1;
            sn >>= 1;
            tn >>= 1;
        }

        var next = 0;
        if (fn != sn && proof.Count == 0)
        {
            return false;
        }

        var fr = fn == sn ? subtreeRoot.ToArray() : proof[next++];
        var sr = fr;
        for (; next < proof.Count; next++)
        {
            if (tn == 0)
            {
                return false;
            }

            if ((sn & 1) == 1 || sn == tn)
            {
                fr = fn < sn ? hasher.Node(proof[next], fr) : fr;
                sr = hasher.Node(proof[next], sr);
                while ((sn & 1) == 0 && sn != 0)
                {
                    fn >>= 1;
                    sn >>= 1;
                    tn >>= 1;
                }
            }
            else
            {
                sr = hasher.Node(sr, proof[next]);
            }

            fn >>= 1;
            sn >>= 1;
            tn >>= 1;
        }

        return tn == 0 && subtreeRoot.SequenceEqual(fr) && root.SequenceEqual(sr);
    }

    private static bool WellFormed(IReadOnlyList<byte[]> proof) => proof.Count <= 128 && proof.All(p => p.Length == Suite.HashLength);
}
