using System.Text;
using Xunit.Abstractions;

namespace Sandbox.Trust.Tests;

/// <summary>
/// A ledger of 1,000 entries as bytes, changed in every way that whoever holds it without the signing key can, verified whole each time with an earlier checkpoint: none may pass.
/// In the short run a part of the single-byte changes, drawn anew each time; in the long run every byte of every entry.
/// </summary>
public sealed class MutationTests(ITestOutputHelper log) : IDisposable
{
    private const int Entries = 1000;
    private const int Earlier = 900;
    private readonly SigningKey _key = Suite.Nist.GenerateSigningKey();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Changed_moved_removed_doubled_cut_and_rolled_back_entries_are_all_found() => Assert.Equal(0, Run(everyByte: false));

    [Fact]
    [Trait("Category", "Long")]
    public void Not_one_of_all_single_byte_changes_and_moves_passes() => Assert.Equal(0, Run(everyByte: true));

    private long Run(bool everyByte)
    {
        var (lines, checkpoint, earlier, older) = Make();
        Assert.IsType<LedgerReport.Intact>(Verify(Join(lines), checkpoint, earlier));
        var draw = new Random(System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue));
        var whole = Join(lines);
        var changes = new List<Func<byte[]>>();
        var bytes = everyByte ? Enumerable.Range(0, whole.Length) : Enumerable.Range(0, 3000).Select(_ => draw.Next(whole.Length));
        foreach (var at in bytes)
        {
            var bit = (byte)(1 << draw.Next(8));
            changes.Add(() => With(whole, at, (byte)(whole[at] ^ bit)));
        }

        var times = everyByte ? 4000 : 200;
        for (var i = 0; i < times; i++)
        {
            var (one, other) = (draw.Next(Entries), draw.Next(Entries - 1));
            other += other >= one ? 1 : 0;
            changes.Add(() => Join(Swapped(lines, one, other)));
            changes.Add(() => Join([.. lines[..one], .. lines[(one + 1)..]]));
            changes.Add(() => Join([.. lines[..one], lines[other], .. lines[one..]]));
            changes.Add(() => Join([.. lines[..one], lines[other], .. lines[(one + 1)..]]));
            var cut = draw.Next(whole.Length);
            changes.Add(() => whole[..cut]);
        }

        long missed = 0;
        Parallel.ForEach(changes, change =>
        {
            if (Verify(change(), checkpoint, earlier) is LedgerReport.Intact)
            {
                Interlocked.Increment(ref missed);
            }
        });

        // Whole older copies with their own genuine heads, and a second history with a genuine head: one of the two checkpoints tells.
        long copies = 0;
        foreach (var (size, note) in older.Where(copy => copy.Size < Earlier))
        {
            copies++;
            missed += Verify(Join(lines[..size]), note, earlier) is LedgerReport.Intact ? 1 : 0;
        }

        var (fork, forkHead, _, _) = Make();
        missed += Verify(Join(fork), forkHead, earlier) is LedgerReport.Intact ? 1 : 0;
        missed += Verify(whole, checkpoint, forkHead) is LedgerReport.Intact ? 1 : 0;
        log.WriteLine($"{changes.Count + copies + 2} mutations, {missed} missed");
        return missed;
    }

    private LedgerReport Verify(byte[] entries, string checkpoint, string earlier)
    {
        using var stream = new MemoryStream(entries, writable: false);
        return LedgerVerifier.VerifyEntries(stream, checkpoint, _key.Public, earlier);
    }

    private (byte[][] Lines, string Checkpoint, string Earlier, List<(int Size, string Note)> Older) Make()
    {
        using var registry = new Registry();
        var ledger = registry.Write(t => Ledger.Create(registry.Connection, t, _key, "sandbox.test/one", new FixedTime()));
        var older = new List<(int, string)>();
        var salt = Guid.CreateVersion7().ToString("N");
        for (var i = 0; i < Entries; i += 10)
        {
            registry.Write(t => ledger.Append(t, [.. Enumerable.Range(i, 10).Select(n => new LedgerEntry("run.finished", "user-2", new Facts { ["run"] = salt, ["rows"] = n }))]));
            older.Add((i + 10, ledger.Head().Note));
        }

        return ([.. ledger.Entries(0, Entries).Select(record => record.Bytes.ToArray())], ledger.Head().Note, older.First(copy => copy.Item1 == Earlier).Item2, older);
    }

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] = value;
        return changed;
    }

    private static byte[][] Swapped(byte[][] lines, int one, int other)
    {
        var changed = (byte[][])lines.Clone();
        (changed[one], changed[other]) = (changed[other], changed[one]);
        return changed;
    }

    private static byte[] Join(byte[][] lines)
    {
        using var bytes = new MemoryStream();
        foreach (var line in lines)
        {
            bytes.Write(line);
            bytes.Write(Encoding.ASCII.GetBytes("\n"));
        }

        return bytes.ToArray();
    }
}
