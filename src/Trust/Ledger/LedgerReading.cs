namespace Sandbox.Trust;

public sealed partial class Ledger
{
    private const int ReadingPage = 4096;

    /// <summary>Every entry that can still be read, in order: sealed periods out of their files, then the database. <c>ledger verify</c> holds both against the signed head; this only reads.</summary>
    /// <param name="archiveFolder">Where sealed periods lie.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-1: an entry cannot be read.</exception>
    public IEnumerable<LedgerRecord> Everything(string archiveFolder)
    {
        foreach (var archive in Archives())
        {
            if (!Readable(archive, archiveFolder))
            {
                continue;
            }

            using var file = new FileStream(Path.Combine(archiveFolder, archive.File), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var index = archive.First;
            foreach (var (line, whole) in EntryLines.Read(file))
            {
                yield return whole && EntryForm.Read(line) is { } record && record.Index == index++ ? record : throw new TrustException(TrustRules.LedgerBroken);
            }
        }

        long next = 0;
        while (Entries(next, ReadingPage) is { Count: > 0 } page)
        {
            foreach (var record in page)
            {
                yield return record;
            }

            next = page[^1].Index + 1;
        }
    }

    /// <summary>The first index from which on every entry can be read: later than 0 where sealed periods have expired or are not at hand.</summary>
    public long WholeFrom(string archiveFolder) => Archives().Where(archive => !Readable(archive, archiveFolder)).Select(archive => archive.End).DefaultIfEmpty(0).Max();

    private static bool Readable(LedgerArchive archive, string folder) => archive.Dropped is null && File.Exists(Path.Combine(folder, archive.File));
}
