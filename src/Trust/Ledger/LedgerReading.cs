namespace Sandbox.Trust;

public sealed partial class Ledger
{
    private const int ReadingPage = 4096;

    /// <summary>Every entry that can still be read, in order: sealed periods out of their files, then the database. <c>ledger verify</c> holds both against the signed head; this only reads.</summary>
    /// <param name="archiveFolder">Where sealed periods lie.</param>
    /// <param name="from">Index of the first entry wanted.</param>
    /// <exception cref="TrustException">TRUST-LEDGER-1: an entry cannot be read.</exception>
    public IEnumerable<LedgerRecord> Everything(string archiveFolder, long from = 0)
    {
        foreach (var archive in Archives())
        {
            if (archive.End <= from || !Readable(archive, archiveFolder))
            {
                continue;
            }

            using var file = new FileStream(Path.Combine(archiveFolder, archive.File), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var index = archive.First;
            foreach (var (line, whole) in EntryLines.Read(file))
            {
                var record = whole && EntryForm.Read(line) is { } read && read.Index == index++ ? read : throw new TrustException(TrustRules.LedgerBroken);
                if (record.Index >= from)
                {
                    yield return record;
                }
            }

            if (index != archive.End)
            {
                throw new TrustException(TrustRules.LedgerBroken);
            }
        }

        var next = from;
        while (Entries(next, ReadingPage) is { Count: > 0 } page)
        {
            foreach (var record in page)
            {
                yield return record;
            }

            next = page[^1].Index + 1;
        }
    }

    /// <summary>The entries of one sealed period, once its file was found to give the tree that was signed when it was sealed.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-1: the file was changed. TRUST-LEDGER-6: it is not at hand.</exception>
    public IReadOnlyList<LedgerRecord> SealedPeriod(LedgerArchive archive, string archiveFolder)
    {
        ArgumentNullException.ThrowIfNull(archive);
        if (!Readable(archive, archiveFolder))
        {
            throw new TrustException(TrustRules.LedgerArchived);
        }

        var proofs = new LedgerProofs(_connection, null, _hasher, archiveFolder);
        var frontier = archive.First == 0 ? new Frontier(_hasher) : Frontier.Of(_hasher, archive.First, proofs.Subtree);
        var records = new List<LedgerRecord>();
        using var file = new FileStream(Path.Combine(archiveFolder, archive.File), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        foreach (var (line, whole) in EntryLines.Read(file))
        {
            records.Add(whole && EntryForm.Read(line) is { } read && read.Index == archive.First + records.Count ? read : throw new TrustException(TrustRules.LedgerBroken));
            frontier.Append(_hasher.Leaf(line));
        }

        return frontier.Size == archive.End && frontier.Root().AsSpan().SequenceEqual(archive.Head.Root) ? records : throw new TrustException(TrustRules.LedgerBroken);
    }

    /// <summary>The first index from which on every entry can be read: later than 0 where sealed periods have expired or are not at hand.</summary>
    public long WholeFrom(string archiveFolder) => Archives().Where(archive => !Readable(archive, archiveFolder)).Select(archive => archive.End).DefaultIfEmpty(0).Max();

    private static bool Readable(LedgerArchive archive, string folder) => archive.Dropped is null && File.Exists(Path.Combine(folder, archive.File));
}
