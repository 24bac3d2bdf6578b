using System.Text.Unicode;
using Sandbox.Vault.Workers;

namespace Sandbox.Vault.Loading;

/// <summary>What a source is, and where it is to be read: text in another encoding has become a UTF-8 file.</summary>
internal sealed record SourceForm(LoadFormat Format, LoadFiles Files, SourceEncoding? Encoding = null);

/// <summary>Tells from a file's bytes what it is. Runs in the child, over the hostile source.</summary>
internal static class SourceInspection
{
    /// <param name="files">The files of the load.</param>
    /// <param name="wanted">Format that is expected.</param>
    /// <param name="encoding">Encoding that is expected.</param>
    /// <param name="most">Bytes of a text in another encoding that are converted at most.</param>
    /// <exception cref="WorkerRefusedException">It is none of the formats, or not the wanted one.</exception>
    internal static SourceForm Inspect(LoadFiles files, LoadFormat wanted, SourceEncoding encoding, long most = long.MaxValue)
    {
        byte[] head;
        using (var file = TextSource.OpenRead(files.Source))
        {
            if (file.Length == 0)
            {
                throw new WorkerRefusedException(LoadRules.Empty);
            }

            head = TextSource.ReadHead(file);
            if (wanted == LoadFormat.Arrow || (wanted == LoadFormat.Auto && !IsUtf16(head) && ArrowSource.Looks(head)))
            {
                return new SourceForm(LoadFormat.Arrow, files);
            }

            var tail = new byte[(int)Math.Min(file.Length, 4)];
            file.Position = file.Length - tail.Length;
            file.ReadExactly(tail);
            if ((IsParquetMark(head) || IsParquetMark(tail)) && wanted is LoadFormat.Auto or LoadFormat.Parquet)
            {
                CheckParquet(head, tail);
                return new SourceForm(LoadFormat.Parquet, files);
            }
        }

        if (wanted == LoadFormat.Xlsx || (wanted == LoadFormat.Auto && head.AsSpan().StartsWith("PK\x03\x04"u8)))
        {
            return new SourceForm(LoadFormat.Xlsx, files);
        }

        if (wanted == LoadFormat.Parquet)
        {
            throw new WorkerRefusedException(LoadRules.Parquet);
        }

        return Text(files, wanted, encoding, head, most);
    }

    /// <summary>The first byte of a UTF-8 text that is no blank, behind a mark of its encoding; null where there is none.</summary>
    internal static byte? Starts(ReadOnlySpan<byte> head)
    {
        var content = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        var first = content.TrimStart(" \t\r\n"u8);
        return first.IsEmpty ? null : first[0];
    }

    private static SourceForm Text(LoadFiles files, LoadFormat wanted, SourceEncoding encoding, byte[] head, long most)
    {
        if (!IsUtf16(head))
        {
            CheckBinary(head);
        }

        var (path, found) = TextSource.Open(files, encoding, most);
        if (path != files.Source)
        {
            head = TextSource.ReadHead(path);
        }

        if (Starts(head) is not { } first)
        {
            throw new WorkerRefusedException(LoadRules.Empty);
        }

        CheckBinary(head);
        var json = first is (byte)'{' or (byte)'[';
        if ((json && wanted == LoadFormat.Csv) || (!json && wanted == LoadFormat.JsonLines) || first == (byte)'<')
        {
            throw new WorkerRefusedException(LoadRules.NotCsv);
        }

        return new SourceForm(json ? LoadFormat.JsonLines : LoadFormat.Csv, files with { Source = path }, found);
    }

    private static bool IsUtf16(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);

    /// <summary>Whether bytes begin like Parquet, encrypted or not.</summary>
    internal static bool IsParquetMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("PAR1"u8) || bytes.StartsWith("PARE"u8);

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

    // Forms that would otherwise pass as text of one column; many control characters where the bytes are not UTF-8 are no text either.
    private static void CheckBinary(ReadOnlySpan<byte> head)
    {
        if (head.Contains((byte)0) || head.StartsWith("%PDF"u8) || head.StartsWith("PK\x03\x04"u8)
            || (!Utf8.IsValid(head) && TextEncoding.Find(head) is null && HasControl(head)))
        {
            throw new WorkerRefusedException(LoadRules.NotCsv);
        }
    }

    private static bool HasControl(ReadOnlySpan<byte> text) => text.ContainsAnyInRange((byte)1, (byte)8) || text.ContainsAnyInRange((byte)14, (byte)26);
}
