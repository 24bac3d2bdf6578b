using System.Text.Unicode;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>Tells from a file's bytes what it is. Runs in the child, over the hostile source.</summary>
internal static class SourceInspection
{
    private const int Head = 1024 * 1024;

    /// <exception cref="WorkerRefusedException">It is neither format, or not the wanted one.</exception>
    internal static LoadFormat Inspect(string path, LoadFormat wanted)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        if (file.Length == 0)
        {
            throw new WorkerRefusedException(LoadRules.Empty);
        }

        var head = new byte[(int)Math.Min(file.Length, Head)];
        file.ReadExactly(head);
        var tail = new byte[(int)Math.Min(file.Length, 4)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var looksParquet = IsParquetMark(head) || IsParquetMark(tail);
        if (looksParquet && wanted != LoadFormat.Csv)
        {
            CheckParquet(head, tail);
            return LoadFormat.Parquet;
        }

        if (wanted == LoadFormat.Parquet)
        {
            throw new WorkerRefusedException(LoadRules.Parquet);
        }

        CheckText(head);
        return LoadFormat.Csv;
    }

    private static bool IsParquetMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PAR1"u8) || bytes.StartsWith("PARE"u8);

    private static void CheckParquet(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        if (head.StartsWith("PARE"u8) || tail.SequenceEqual("PARE"u8))
        {
            throw new WorkerRefusedException(LoadRules.ParquetEncrypted);
        }

        if (!head.StartsWith("PAR1"u8) || !tail.SequenceEqual("PAR1"u8))
        {
            throw new WorkerRefusedException(LoadRules.Parquet);
        }
    }

    private static void CheckText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new WorkerRefusedException(LoadRules.NotUtf8);
        }

        var content = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        var first = content.TrimStart(" \t\r\n"u8);
        if (first.IsEmpty)
        {
            throw new WorkerRefusedException(LoadRules.Empty);
        }

        // Forms that would otherwise pass as text of one column.
        if (content.Contains((byte)0) || first[0] is (byte)'{' or (byte)'[' or (byte)'<' || first.StartsWith("%PDF"u8) || first.StartsWith("PK\x03\x04"u8))
        {
            throw new WorkerRefusedException(LoadRules.NotCsv);
        }

        if (BrokenLines(content) > 1.0 / 3)
        {
            throw new WorkerRefusedException(HasControl(content) ? LoadRules.NotCsv : LoadRules.NotUtf8);
        }
    }

    // Single bad rows go to the quarantine; text in another encoding has them everywhere.
    private static double BrokenLines(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return 0;
        }

        var (lines, broken) = (0, 0);
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.IsEmpty || (end < 0 && lines > 0))
            {
                // The last line of the part that was read may be cut in the middle of a character.
                continue;
            }

            lines++;
            broken += Utf8.IsValid(line) ? 0 : 1;
        }

        return lines == 0 ? 1 : (double)broken / lines;
    }

    private static bool HasControl(ReadOnlySpan<byte> text) => text.ContainsAnyInRange((byte)1, (byte)8) || text.ContainsAnyInRange((byte)14, (byte)26);
}
