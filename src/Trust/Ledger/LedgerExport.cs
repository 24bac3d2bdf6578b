namespace Sandbox.Trust;

/// <summary>A ledger as three files: one canonical entry a line, the signed head, the public key.</summary>
internal static class LedgerExport
{
    public const string EntriesFile = "entries.ndjson";
    public const string CheckpointFile = "checkpoint.txt";
    public const string KeyFile = "key.txt";

    private const int Page = 4096;

    public static LedgerHead Write(Ledger ledger, string folder, IReadOnlyList<LedgerArchive> archives, string? archiveFolder, System.Data.Common.DbTransaction? transaction)
    {
        // The head is read first: entries that others append meanwhile stay out of this export.
        var head = ledger.Head(transaction);
        Directory.CreateDirectory(folder);
        using (var file = File.Create(Path.Combine(folder, EntriesFile)))
        {
            foreach (var archive in archives)
            {
                var path = archiveFolder is null ? null : Path.Combine(archiveFolder, archive.File);
                if (path is null || !File.Exists(path))
                {
                    throw new TrustException(TrustRules.LedgerArchived);
                }

                using var sealedRun = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
                sealedRun.CopyTo(file);
            }

            Copy(ledger, file, archives.Count == 0 ? 0 : archives[^1].End, head.Size, transaction);
            file.Flush(true);
        }

        File.WriteAllText(Path.Combine(folder, CheckpointFile), head.Note);
        File.WriteAllText(Path.Combine(folder, KeyFile), ledger.Key + "\n");
        return head;
    }

    /// <summary>Writes a run of entries under a name that nothing has, durably.</summary>
    public static string WriteRun(Ledger ledger, string folder, string name, long from, long end, System.Data.Common.DbTransaction? transaction)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        var staged = path + ".new";
        using (var file = File.Create(staged))
        {
            Copy(ledger, file, from, end, transaction);
            file.Flush(true);
        }

        // A file that an interrupted archiving left under this name holds the same entries.
        File.Move(staged, path, overwrite: true);
        FolderSync.Sync(folder);
        return path;
    }

    public static LedgerReport Verify(string folder, PublicKey key, ReadOnlySpan<string> earlierCheckpoints)
    {
        try
        {
            using var entries = new FileStream(Path.Combine(folder, EntriesFile), FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            return Verify(entries, File.ReadAllText(Path.Combine(folder, CheckpointFile)), key, earlierCheckpoints);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.Unreadable, "A file of the export is missing or cannot be read.", "导出文件缺失或无法读取。");
        }
    }

    public static LedgerReport Verify(Stream entries, string note, PublicKey key, ReadOnlySpan<string> earlierCheckpoints)
    {
        var earlier = new List<LedgerHead>();
        foreach (var checkpoint in earlierCheckpoints)
        {
            earlier.Add(LedgerHead.Verify(CosignedCheckpoint.Bare(checkpoint), key));
        }

        LedgerHead head;
        try
        {
            head = LedgerHead.Verify(CosignedCheckpoint.Bare(note), key);
        }
        catch (TrustException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.HeadForged, "The signed head is changed or signed by another key.", "签名头被改动或由其他密钥签名。");
        }

        var hasher = new TreeHasher(key.Suite);
        var check = new TreeCheck(hasher, head, earlier);
        foreach (var (line, whole) in EntryLines.Read(entries))
        {
            if (check.Fault is not null)
            {
                break;
            }

            if (!whole)
            {
                check.Fail(check.Size, LedgerFault.EntryChanged, $"Entry {check.Size} was cut.", $"第 {check.Size} 条被截断。");
            }
            else
            {
                check.Add(line, hasher.Leaf(line));
            }
        }

        return check.Finish();
    }

    private static void Copy(Ledger ledger, Stream target, long from, long end, System.Data.Common.DbTransaction? transaction)
    {
        for (var at = from; at < end;)
        {
            var page = ledger.Entries(at, (int)Math.Min(Page, end - at), transaction);
            if (page.Count == 0 || page[0].Index != at || page[^1].Index != at + page.Count - 1)
            {
                throw new TrustException(TrustRules.LedgerBroken);
            }

            foreach (var record in page)
            {
                target.Write(record.Bytes.Span);
                target.WriteByte((byte)'\n');
            }

            at += page.Count;
        }
    }
}
