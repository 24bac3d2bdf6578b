using System.Buffers.Binary;
using Microsoft.Data.Sqlite;

namespace Sandbox.Sandbox.Tests.Killing;

/// <summary>
/// What a power cut can leave of a database that a killed process wrote: the write-ahead log cut, zeroed or garbled behind the last transaction that was acknowledged
/// (up to there it had been synchronised), and pages of the main file garbled that the log still holds (a copy back was under way).
/// </summary>
internal static class TornLog
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;

    /// <param name="acknowledged">Entries that the ledger must still have afterwards.</param>
    /// <returns>What was done.</returns>
    public static string Tear(string database, long acknowledged, Random draw)
    {
        var path = database + "-wal";
        var log = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var (commits, frames, pageSize) = Read(log);
        if (commits.Count == 0)
        {
            return "nothing in the log to tear";
        }

        // At most the last transaction in the log is not synchronised yet.
        var safe = commits[^1];
        if (commits.Count > 1 && Entries(database, log.AsSpan(0, commits[^2])) >= acknowledged)
        {
            safe = commits[^2];
        }

        var done = "";
        if (safe < log.Length)
        {
            var at = safe + draw.Next(log.Length - safe);
            var way = draw.Next(3);
            switch (way)
            {
                case 0:
                    log = log[..at];
                    break;
                case 1:
                    log.AsSpan(at).Clear();
                    break;
                default:
                    draw.NextBytes(log.AsSpan(at, Math.Min(512 * (1 + draw.Next(16)), log.Length - at)));
                    break;
            }

            File.WriteAllBytes(path, log);
            done = $"log {(way switch { 0 => "cut", 1 => "zeroed", _ => "garbled" })} at {at - safe} bytes behind the last sure commit; ";
        }

        using var file = new FileStream(database, FileMode.Open, FileAccess.ReadWrite);
        var garbage = new byte[pageSize];
        foreach (var (page, _) in frames.Where(frame => frame.End <= safe).DistinctBy(frame => frame.Page).OrderBy(_ => draw.Next()).Take(draw.Next(3)))
        {
            if (page * pageSize <= file.Length)
            {
                draw.NextBytes(garbage);
                file.Seek((page - 1) * pageSize, SeekOrigin.Begin);
                file.Write(garbage, 0, draw.Next(1, pageSize));
                done += $"page {page} of the main file garbled; ";
            }
        }

        // The index of the log lives in memory only.
        File.Delete(database + "-shm");
        return done;
    }

    /// <summary>Valid frames by the log's own salts and checksums (sqlite.org/fileformat2.html, section 4).</summary>
    private static (List<int> Commits, List<(long Page, int End)> Frames, int PageSize) Read(byte[] log)
    {
        var (commits, frames) = (new List<int>(), new List<(long, int)>());
        if (log.Length < HeaderLength)
        {
            return (commits, frames, 0);
        }

        var big = (BinaryPrimitives.ReadUInt32BigEndian(log) & 1) == 1;
        var pageSize = (int)BinaryPrimitives.ReadUInt32BigEndian(log.AsSpan(8));
        var sum = Sum(log.AsSpan(0, 24), big, (0, 0));
        for (var at = HeaderLength; pageSize > 0 && at + FrameHeaderLength + pageSize <= log.Length; at += FrameHeaderLength + pageSize)
        {
            var header = log.AsSpan(at, FrameHeaderLength);
            sum = Sum(log.AsSpan(at + FrameHeaderLength, pageSize), big, Sum(header[..8], big, sum));
            if (!header.Slice(8, 8).SequenceEqual(log.AsSpan(16, 8)) || BinaryPrimitives.ReadUInt32BigEndian(header[16..]) != sum.One || BinaryPrimitives.ReadUInt32BigEndian(header[20..]) != sum.Two)
            {
                break;
            }

            var end = at + FrameHeaderLength + pageSize;
            frames.Add((BinaryPrimitives.ReadUInt32BigEndian(header), end));
            if (BinaryPrimitives.ReadUInt32BigEndian(header[4..]) != 0)
            {
                commits.Add(end);
            }
        }

        return (commits, frames, pageSize);
    }

    private static (uint One, uint Two) Sum(ReadOnlySpan<byte> bytes, bool big, (uint One, uint Two) sum)
    {
        unchecked
        {
            for (var i = 0; i < bytes.Length; i += 8)
            {
                sum.One += (big ? BinaryPrimitives.ReadUInt32BigEndian(bytes[i..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[i..])) + sum.Two;
                sum.Two += (big ? BinaryPrimitives.ReadUInt32BigEndian(bytes[(i + 4)..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i + 4)..])) + sum.One;
            }
        }

        return sum;
    }

    /// <summary>Entries that a copy of the database has with only a part of its log.</summary>
    private static long Entries(string database, ReadOnlySpan<byte> log)
    {
        var folder = Directory.CreateTempSubdirectory("sandbox-torn-").FullName;
        try
        {
            var copy = Path.Combine(folder, "copy.db");
            File.Copy(database, copy);
            File.WriteAllBytes(copy + "-wal", log);
            using var connection = new SqliteConnection($"Data Source={copy};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM trust_ledger";
            return (long)command.ExecuteScalar()!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
