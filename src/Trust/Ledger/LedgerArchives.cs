using System.Data.Common;
using System.Globalization;

namespace Sandbox.Trust;

/// <summary>A run of entries that was sealed, written to a file of its own and taken out of the database.</summary>
/// <param name="First">Index of its first entry.</param>
/// <param name="End">Index behind its last entry; a multiple of 16.</param>
/// <param name="File">Name of its file: one canonical entry a line.</param>
/// <param name="Head">The signed head of the tree of <paramref name="End"/> entries.</param>
/// <param name="LastTime">Time of its last entry.</param>
/// <param name="Dropped">When its file was removed because its retention had run out; null while it is kept.</param>
public sealed record LedgerArchive(long First, long End, string File, LedgerHead Head, string LastTime, string? Dropped);

/// <summary>The archives of a ledger. They follow one another from the first entry on; tiles above them stay in the database, so that proofs go on.</summary>
internal static class LedgerArchives
{
    public static long End(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT coalesce(max(size), 0) FROM trust_ledger_archives");
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static string? LastTime(DbConnection connection, DbTransaction? transaction)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT last_time FROM trust_ledger_archives ORDER BY size DESC LIMIT 1");
        return command.ExecuteScalar() as string;
    }

    /// <exception cref="TrustException">TRUST-LEDGER-4: a signed head does not verify. TRUST-LEDGER-1: they don't follow one another.</exception>
    public static List<LedgerArchive> All(DbConnection connection, DbTransaction? transaction, PublicKey key)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT first, size, file, note, last_time, dropped FROM trust_ledger_archives ORDER BY size");
        using var reader = command.ExecuteReader();
        var archives = new List<LedgerArchive>();
        while (reader.Read())
        {
            var head = LedgerHead.Verify(reader.GetString(3), key);
            var archive = new LedgerArchive(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), head, reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5));
            var follows = archive.First == (archives.Count == 0 ? 0 : archives[^1].End) && archive.End > archive.First && head.Size == archive.End && archive.File == FileName(archive.First, archive.End);
            archives.Add(follows ? archive : throw new TrustException(TrustRules.LedgerBroken));
        }

        return archives;
    }

    public static string FileName(long first, long end) => string.Create(CultureInfo.InvariantCulture, $"ledger-{first:D12}-{end:D12}.ndjson");

    /// <summary>The bytes of one archived entry.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-3 never was, TRUST-LEDGER-6 its file is not at hand.</exception>
    public static byte[] Entry(DbConnection connection, DbTransaction? transaction, string? folder, long index) => Entries(connection, transaction, folder, index, index + 1)[0];

    /// <summary>The bytes of archived entries that lie in one archive.</summary>
    public static List<byte[]> Entries(DbConnection connection, DbTransaction? transaction, string? folder, long from, long end)
    {
        using var command = KeyTables.Command(connection, transaction, "SELECT first, size, file FROM trust_ledger_archives WHERE first <= @from AND size > @from", ("@from", from));
        long first;
        string file;
        using (var reader = command.ExecuteReader())
        {
            if (!reader.Read())
            {
                throw new TrustException(TrustRules.LedgerRange);
            }

            (first, file) = (reader.GetInt64(0), reader.GetString(2));
        }

        var path = folder is null ? null : Path.Combine(folder, Path.GetFileName(file));
        if (path is null || !File.Exists(path))
        {
            throw new TrustException(TrustRules.LedgerArchived);
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var found = EntryLines.Read(stream).Skip((int)(from - first)).Take((int)(end - from)).Where(line => line.Whole).Select(line => line.Line).ToList();
        return found.Count == end - from ? found : throw new TrustException(TrustRules.LedgerArchived);
    }
}
