using System.Formats.Tar;
using System.Text;
using Sandbox.Export.Packaging;

namespace Sandbox.Export.Tests.Packaging;

public sealed class ArchiveLayoutTests
{
    private static readonly ArchiveFile[] Files =
    [
        new("manifest.json", "{}"u8.ToArray()),
        new("data/a.csv", new byte[512]),
        new("data/b.csv", Encoding.UTF8.GetBytes(new string('x', 700))),
        new("data/empty.csv", ReadOnlyMemory<byte>.Empty),
    ];

    [Fact]
    public void Another_tar_reader_finds_the_same_files()
    {
        using var reader = new TarReader(new MemoryStream(ArchiveLayout.Pack(Files)));
        var found = new Dictionary<string, byte[]>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            Assert.Equal(TarEntryType.RegularFile, entry.EntryType);
            Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime);
            using var copy = new MemoryStream();
            entry.DataStream?.CopyTo(copy);
            found.Add(entry.Name, copy.ToArray());
        }

        Assert.Equal(Files.ToDictionary(file => file.Path, file => file.Content.ToArray()), found);
    }

    [Fact]
    public void Files_in_any_order_give_the_same_bytes() =>
        Assert.Equal(ArchiveLayout.Pack(Files), ArchiveLayout.Pack(Files.Reverse()));

    [Fact]
    public void Reading_and_packing_again_gives_the_same_bytes()
    {
        var packed = ArchiveLayout.Pack(Files);
        Assert.Equal(packed, ArchiveLayout.Pack(Assert.IsType<ArchiveContent.Read>(ArchiveReader.FromUntrusted(packed)).Files));
    }

    [Fact]
    public void Every_flipped_bit_outside_the_content_is_found()
    {
        var packed = ArchiveLayout.Pack(Files);
        for (var at = 0; at < packed.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                packed[at] ^= (byte)(1 << bit);
                if (ArchiveReader.FromUntrusted(packed) is ArchiveContent.Read(var files))
                {
                    Assert.Equal(packed, ArchiveLayout.Pack(files));
                    Assert.Contains(files, file => !Files.Single(known => known.Path == file.Path).Content.Span.SequenceEqual(file.Content.Span));
                }

                packed[at] ^= (byte)(1 << bit);
            }
        }
    }

    [Fact]
    public void Every_cut_and_every_addition_is_found()
    {
        var packed = ArchiveLayout.Pack(Files);
        for (var length = 0; length < packed.Length; length++)
        {
            Assert.IsType<ArchiveContent.Faulty>(ArchiveReader.FromUntrusted(packed.AsMemory(0, length)));
        }

        foreach (var tail in new[] { 1, 511, 512, 1024, 10240 })
        {
            Assert.Equal("archive-trailing", Fault([.. packed, .. new byte[tail]]));
            Assert.Equal("archive-trailing", Fault([.. packed, .. Enumerable.Repeat((byte)1, tail)]));
        }
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("data/../x")]
    [InlineData("data/.hidden")]
    [InlineData("data//x")]
    [InlineData("data/x/")]
    [InlineData("a/b/c")]
    [InlineData("Data/x")]
    [InlineData("data\\x")]
    [InlineData("data/x y")]
    public void Paths_that_leave_or_hide_are_refused(string path)
    {
        Assert.False(ArchiveLayout.IsPath(path));
        Assert.Throws<ArgumentException>(() => ArchiveLayout.Pack([new ArchiveFile(path, default)]));
        Assert.Equal("archive-path", Fault([.. ArchiveLayout.Header(path, 0), .. new byte[1024]]));
    }

    [Fact]
    public void A_file_given_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ArchiveLayout.Pack([Files[0], Files[0]]));
        Assert.Equal("archive-twice", Fault([.. ArchiveLayout.Header("a", 0), .. ArchiveLayout.Header("a", 0), .. new byte[1024]]));
    }

    [Fact]
    public void Files_out_of_order_are_refused() =>
        Assert.Equal("archive-order", Fault([.. ArchiveLayout.Header("b", 0), .. ArchiveLayout.Header("a", 0), .. new byte[1024]]));

    [Theory]
    [InlineData((byte)'1')]
    [InlineData((byte)'2')]
    [InlineData((byte)'5')]
    [InlineData((byte)'x')]
    [InlineData((byte)'L')]
    [InlineData((byte)0)]
    public void Links_folders_and_extensions_are_refused(byte type)
    {
        var header = ArchiveLayout.Header("a", 0);
        header[156] = type;
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ", header.AsSpan(148, 8));
        Assert.Equal("archive-header", Fault([.. header, .. new byte[1024]]));
    }

    [Fact]
    public void A_length_beyond_the_end_is_refused() => Assert.Equal("archive-cut", Fault([.. ArchiveLayout.Header("a", 8_000_000_000), .. new byte[1024]]));

    [Fact]
    public void Random_bytes_never_crash_the_reader()
    {
        var seed = 1UL;
        var bytes = new byte[2048];
        for (var round = 0; round < 2000; round++)
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                seed = unchecked((seed * 6364136223846793005UL) + 1442695040888963407UL);
                bytes[at] = (byte)(seed >> 56);
            }

            Assert.IsType<ArchiveContent.Faulty>(ArchiveReader.FromUntrusted(bytes));
        }
    }

    private static string Fault(byte[] archive) => Assert.IsType<ArchiveContent.Faulty>(ArchiveReader.FromUntrusted(archive)).Fault.Rule;
}
