using System.Text;

namespace Sandbox.Export.Packaging;

/// <summary>
/// The one layout of a release archive: POSIX ustar (IEEE Std 1003.1), regular files only, in ordinal order of their paths, mode 0444, owner 0, time 0,
/// content padded with zeros to 512 bytes, and exactly two zero blocks at the end. A set of files has exactly one archive, so every other byte is a fault.
/// </summary>
public static class ArchiveLayout
{
    /// <summary>Bytes of a header and the unit of padding.</summary>
    public const int Block = 512;

    /// <summary>Most bytes of an archive that is read, 256 MiB.</summary>
    public const long MaxLength = 256L * 1024 * 1024;

    /// <summary>Lower-case letters, digits, <c>. _ -</c>, at most two levels, no part beginning with a dot, at most 99 bytes.</summary>
    public static bool IsPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var parts = path.Split('/');
        return path.Length <= 99 && parts.Length <= 2
            && parts.All(part => part.Length > 0 && part[0] is (>= 'a' and <= 'z') or (>= '0' and <= '9')
                && part.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-'));
    }

    /// <summary>The archive of the files.</summary>
    /// <exception cref="ArgumentException">A path is unusable or given twice.</exception>
    public static byte[] Pack(IEnumerable<ArchiveFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var target = new MemoryStream();
        string? last = null;
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            if (!IsPath(file.Path) || file.Path == last)
            {
                throw new ArgumentException("An archive path is unusable or given twice.", nameof(files));
            }

            last = file.Path;
            target.Write(Header(file.Path, file.Content.Length));
            target.Write(file.Content.Span);
            target.Write(new byte[Padding(file.Content.Length)]);
        }

        target.Write(new byte[2 * Block]);
        return target.ToArray();
    }

    /// <summary>Zero bytes that follow content of this length.</summary>
    internal static int Padding(long length) => (int)((Block - (length % Block)) % Block);

    /// <summary>The 512 bytes before a file.</summary>
    internal static byte[] Header(string path, long length)
    {
        var header = new byte[Block];
        Encoding.ASCII.GetBytes(path, header);
        Octal(header.AsSpan(100, 8), 0b100_100_100);
        Octal(header.AsSpan(108, 8), 0);
        Octal(header.AsSpan(116, 8), 0);
        Octal(header.AsSpan(124, 12), length);
        Octal(header.AsSpan(136, 12), 0);
        header[156] = (byte)'0';
        "ustar\0"u8.CopyTo(header.AsSpan(257));
        "00"u8.CopyTo(header.AsSpan(263));
        Octal(header.AsSpan(329, 8), 0);
        Octal(header.AsSpan(337, 8), 0);

        // The checksum counts its own field as blanks and is written as six digits, NUL, blank.
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Octal(header.AsSpan(148, 7), sum);
        return header;
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var at = field.Length - 2; at >= 0; at--)
        {
            field[at] = (byte)('0' + (value & 7));
            value >>= 3;
        }

        field[^1] = 0;
        if (value != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(value), "The number does not fit into its field.");
        }
    }
}
