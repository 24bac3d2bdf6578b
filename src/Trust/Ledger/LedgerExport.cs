namespace Sandbox.Trust;

/// <summary>A ledger as three files: one canonical entry a line, the signed head, the public key.</summary>
internal static class LedgerExport
{
    public const string EntriesFile = "entries.ndjson";
    public const string CheckpointFile = "checkpoint.txt";
    public const string KeyFile = "key.txt";

    private const int Page = 4096;

    public static LedgerHead Write(Ledger ledger, string folder, System.Data.Common.DbTransaction? transaction)
    {
        // The head is read first: entries that others append meanwhile stay out of this export.
        var head = ledger.Head(transaction);
        Directory.CreateDirectory(folder);
        using (var file = File.Create(Path.Combine(folder, EntriesFile)))
        {
            for (var at = 0L; at < head.Size;)
            {
                var page = ledger.Entries(at, (int)Math.Min(Page, head.Size - at), transaction);
                if (page.Count == 0)
                {
                    throw new TrustException(TrustRules.LedgerBroken);
                }

                foreach (var record in page)
                {
                    file.Write(record.Bytes.Span);
                    file.WriteByte((byte)'\n');
                }

                at += page.Count;
            }

            file.Flush(true);
        }

        File.WriteAllText(Path.Combine(folder, CheckpointFile), head.Note);
        File.WriteAllText(Path.Combine(folder, KeyFile), ledger.Key + "\n");
        return head;
    }

    public static LedgerReport Verify(string folder, PublicKey key, ReadOnlySpan<string> earlierCheckpoints)
    {
        var earlier = new List<LedgerHead>();
        foreach (var note in earlierCheckpoints)
        {
            earlier.Add(LedgerHead.Verify(note, key));
        }

        try
        {
            var head = LedgerHead.Verify(File.ReadAllText(Path.Combine(folder, CheckpointFile)), key);
            var hasher = new TreeHasher(key.Suite);
            var check = new TreeCheck(hasher, head, earlier);
            foreach (var (line, whole) in Lines(Path.Combine(folder, EntriesFile)))
            {
                if (check.Fault is not null)
                {
                    break;
                }

                if (!whole || EntryForm.Read(line) is not { } record || record.Index != check.Size)
                {
                    check.Fail(check.Size, LedgerFault.EntryChanged, $"Entry {check.Size} was changed.", $"第 {check.Size} 条被改动。");
                }
                else
                {
                    check.Add(hasher.Leaf(line));
                }
            }

            return check.Finish();
        }
        catch (TrustException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.HeadForged, "The signed head is changed or signed by another key.", "签名头被改动或由其他密钥签名。");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LedgerReport.Broken(-1, LedgerFault.Unreadable, "A file of the export is missing or cannot be read.", "导出文件缺失或无法读取。");
        }
    }

    /// <summary>Lines as exact bytes; false with the last one where it has no line feed. A line is at most 64 KiB.</summary>
    private static IEnumerable<(byte[] Line, bool Whole)> Lines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var line = new MemoryStream();
        for (var b = file.ReadByte(); b >= 0; b = file.ReadByte())
        {
            if (b == '\n')
            {
                yield return (line.ToArray(), true);
                line.SetLength(0);
            }
            else if (line.Length > 1 << 16)
            {
                yield break;
            }
            else
            {
                line.WriteByte((byte)b);
            }
        }

        if (line.Length > 0)
        {
            yield return (line.ToArray(), false);
        }
    }
}
