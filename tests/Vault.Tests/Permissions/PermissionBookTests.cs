using Sandbox.Trust;
using Sandbox.Vault.Permissions;

namespace Sandbox.Vault.Tests.Permissions;

/// <summary>A book reads back what was written, changes as a plain list would, and bytes that are none are refused.</summary>
public sealed class PermissionBookTests
{
    [Fact]
    public void A_book_is_what_a_plain_list_of_permissions_would_be()
    {
        var draw = new Random(7);
        List<PermissionEntry> book = [];
        var list = new List<PermissionEntry>();
        for (var state = 1; state <= 40; state++)
        {
            if (draw.Next(3) > 0)
            {
                var added = Enumerable.Range(0, draw.Next(1, 60)).Select(_ => new PermissionEntry((UInt128)draw.Next(25), draw.Next(3), 3 + draw.Next(3), state, 0)).Order().ToArray();
                book = Stored(PermissionBook.Merge(book, added));
                foreach (var entry in added.Where(entry => !list.Any(known => known.Ended == 0 && known with { Given = state } == entry)).Distinct().ToArray())
                {
                    list.Add(entry);
                }
            }
            else
            {
                var marks = Enumerable.Range(0, 5).Select(_ => (UInt128)draw.Next(25)).ToHashSet();
                var found = new HashSet<UInt128>();
                book = Stored(PermissionBook.End(book, marks, state, found));
                Assert.Equal(list.Where(entry => entry.Ended == 0 && marks.Contains(entry.Mark)).Select(entry => entry.Mark).ToHashSet(), found);
                list = [.. list.Select(entry => entry.Ended == 0 && marks.Contains(entry.Mark) ? entry with { Ended = state } : entry)];
            }

            Assert.Equal(list.Order(), book);
        }

        Assert.Contains(list, entry => entry.Ended > 0);
    }

    [Theory]
    [InlineData(5, 1, 0, 3, 4, true)]
    [InlineData(5, 1, 0, 3, 2, false)]
    [InlineData(5, 1, 0, 3, 6, false)]
    [InlineData(5, 2, 0, 1, 4, false)]
    [InlineData(5, 1, 3, 2, 4, true)]
    [InlineData(5, 1, 3, 3, 4, false)]
    public void An_entry_holds_within_its_term_from_its_giving_to_its_end(int until, int given, int ended, int state, int day, bool holds) =>
        Assert.Equal(holds, new PermissionEntry(1, 3, until, given, ended).Holds(state, day));

    [Fact]
    public void Bytes_that_are_no_book_are_refused()
    {
        using var whole = new MemoryStream();
        PermissionBook.Write(whole, [new(1, 1, 2, 1, 0), new(2, 1, 2, 1, 0)]);
        var bytes = whole.ToArray();
        Assert.Equal(8 + 64, bytes.Length);
        byte[][] faulty = [[], bytes[..7], bytes[..^1], bytes[..40].Concat(bytes[8..40]).ToArray(), [.. bytes[..8], .. bytes[40..], .. bytes[8..40]], Changed(0, 7), Changed(24, 9), Changed(32, 0), Changed(36, 1)];
        Assert.All(faulty, hostile => Assert.Throws<TrustException>(() => PermissionBook.Read(new MemoryStream(hostile)).ToList()));

        byte[] Changed(int at, byte value) => [.. bytes[..at], value, .. bytes[(at + 1)..]];
    }

    private static List<PermissionEntry> Stored(IEnumerable<PermissionEntry> entries)
    {
        using var stream = new MemoryStream();
        PermissionBook.Write(stream, entries);
        stream.Position = 0;
        return [.. PermissionBook.Read(stream)];
    }
}
