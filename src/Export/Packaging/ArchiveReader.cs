using System.Text;

namespace Sandbox.Export.Packaging;

/// <summary>What an archive holds, or what is wrong with it.</summary>
internal abstract record ArchiveContent
{
    private ArchiveContent()
    {
    }

    public sealed record Read(IReadOnlyList<ArchiveFile> Files) : ArchiveContent;

    public sealed record Faulty(PackageFault Fault) : ArchiveContent;
}

/// <summary>
/// Reads a release archive that anybody may have made. Only the bytes that <see cref="ArchiveLayout.Pack"/> would have written are accepted: the header of
/// every file is written anew and compared, so that no field, no padding and no order is left in which something could be changed or hidden.
/// </summary>
internal static class ArchiveReader
{
    public static ArchiveContent FromUntrusted(ReadOnlyMemory<byte> archive)
    {
        if (archive.Length > ArchiveLayout.MaxLength)
        {
            return Fault(PackageFault.TooLarge);
        }

        var files = new List<ArchiveFile>();
        var at = 0;
        string? last = null;
        while (true)
        {
            if (archive.Length - at < ArchiveLayout.Block)
            {
                return Fault(PackageFault.CutOff);
            }

            var header = archive.Span.Slice(at, ArchiveLayout.Block);
            if (!header.ContainsAnyExcept((byte)0))
            {
                return End(archive.Span[at..], files);
            }

            if (HeaderFault(header, at, last, out var path, out var length) is { } fault)
            {
                return Fault(fault);
            }

            at += ArchiveLayout.Block;
            var padded = length + ArchiveLayout.Padding(length);
            if (padded > archive.Length - at)
            {
                return Fault(PackageFault.CutOff);
            }

            files.Add(new ArchiveFile(path, archive.Slice(at, (int)length)));
            if (archive.Span[(at + (int)length)..(at + (int)padded)].ContainsAnyExcept((byte)0))
            {
                return Fault(PackageFault.Padding(path));
            }

            at += (int)padded;
            last = path;
        }
    }

    private static ArchiveContent End(ReadOnlySpan<byte> rest, List<ArchiveFile> files) =>
        rest.Length < 2 * ArchiveLayout.Block ? Fault(PackageFault.CutOff)
        : rest.Length > 2 * ArchiveLayout.Block || rest.ContainsAnyExcept((byte)0) ? Fault(PackageFault.Trailing)
        : new ArchiveContent.Read(files);

    private static PackageFault? HeaderFault(ReadOnlySpan<byte> header, int at, string? last, out string path, out long length)
    {
        length = 0;
        path = "";
        var name = header[..100];
        var end = name.IndexOf((byte)0);
        if (end <= 0 || name[..end].ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
        {
            return PackageFault.Header(at);
        }

        path = Encoding.ASCII.GetString(name[..end]);
        if (!ArchiveLayout.IsPath(path))
        {
            return PackageFault.Path(at);
        }

        foreach (var digit in header.Slice(124, 11))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return PackageFault.Header(at);
            }

            length = (length << 3) | (uint)(digit - '0');
        }

        if (!header.SequenceEqual(ArchiveLayout.Header(path, length)))
        {
            return PackageFault.Header(at);
        }

        return string.CompareOrdinal(path, last) switch
        {
            0 => PackageFault.Twice(path),
            < 0 => PackageFault.Order(path),
            _ => null,
        };
    }

    private static ArchiveContent.Faulty Fault(PackageFault fault) => new(fault);
}
