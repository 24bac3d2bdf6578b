using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Evidence;

/// <summary>
/// Whether each subject has one row among some rows, so that a row is a contribution and nothing need be grouped by subject: most registers are of that kind, and grouping millions of
/// subjects costs a hundred times what the figures cost.
/// </summary>
/// <remarks>
/// Held by 64-bit hashes of the subjects' text. Equal subjects have equal hashes, so where no hash stands twice no subject does; two subjects with one hash (one chance in a hundred thousand
/// at ten million) only lead to the slower way. Rows without a subject count as one subject, as they do there.
/// </remarks>
internal static class SubjectUniqueness
{
    /// <summary>Most rows that are looked at: 256 MiB of hashes.</summary>
    public const long Most = 1L << 25;

    private const int Parts = 256;

    /// <param name="rows">A SELECT with a column <c>s</c>.</param>
    public static bool OneEach(DuckDbConnection connection, string rows)
    {
        // In parts by the highest byte: each then fits the processor's cache while it is searched.
        var parts = new ulong[Parts][];
        var lengths = new int[Parts];
        long seen = 0;
        using (var result = connection.Stream($"SELECT hash(s)::UBIGINT FROM ({rows})"))
        {
            while (result.Fetch() is { } chunk)
            {
                using (chunk)
                {
                    if ((seen += chunk.Rows) > Most)
                    {
                        return false;
                    }

                    foreach (var hash in chunk[0].Values<ulong>())
                    {
                        var part = (int)(hash >> 56);
                        var at = lengths[part]++;
                        var list = parts[part] ??= new ulong[64];
                        if (at == list.Length)
                        {
                            Array.Resize(ref parts[part], at * 2);
                            list = parts[part];
                        }

                        list[at] = hash;
                    }
                }
            }
        }

        ulong[] table = [];
        for (var part = 0; part < Parts; part++)
        {
            if (lengths[part] > 1 && Twice(parts[part].AsSpan(0, lengths[part]), ref table))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a value stands twice. Zero marks a free place, so it is counted apart.</summary>
    private static bool Twice(ReadOnlySpan<ulong> hashes, ref ulong[] table)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)hashes.Length * 2);
        if (table.Length < size)
        {
            table = new ulong[size];
        }

        var places = table.AsSpan(0, size);
        places.Clear();
        var zeros = 0;
        foreach (var hash in hashes)
        {
            if (hash == 0 && ++zeros > 1)
            {
                return true;
            }

            // The low bits: the high ones are alike within a part.
            for (var at = (int)(hash & (ulong)(size - 1)); hash != 0; at = (at + 1) & (size - 1))
            {
                if (places[at] == 0)
                {
                    places[at] = hash;
                    break;
                }

                if (places[at] == hash)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
