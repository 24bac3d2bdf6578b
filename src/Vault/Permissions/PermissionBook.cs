using System.Buffers.Binary;
using Sandbox.Trust;

namespace Sandbox.Vault.Permissions;

/// <summary>
/// The permissions of one data set for one scenario, with all that ever stood in it, so that what was told at an earlier time can be put together with what is asked now.
/// Bytes: <c>SBPB</c>, version 1, three zeros; then 32 bytes an entry in strict order: mark (16, big-endian), from, until, given, ended (4 each, little-endian). No identifier stands in it.
/// </summary>
public static class PermissionBook
{
    /// <summary>Kind of the sealed object.</summary>
    public const string ObjectKind = "permissions";

    /// <summary>Most entries of a book.</summary>
    public const int MostEntries = 16_000_000;

    /// <summary>What the marks' key is derived for.</summary>
    internal const string MarkLabel = "data-set/permission-marks";

    internal const int HeadLength = 8;
    internal const int EntryLength = 32;

    private const int Piece = 4096 * EntryLength;

    internal static ReadOnlySpan<byte> Head => "SBPB\u0001\0\0\0"u8;

    /// <summary>The entries in order, read as they are asked for.</summary>
    /// <exception cref="TrustException">TRUST-OBJECT-3: not a book.</exception>
    public static IEnumerable<PermissionEntry> Read(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var head = new byte[HeadLength];
        if (source.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) != HeadLength || !head.AsSpan().SequenceEqual(Head))
        {
            throw new TrustException(TrustRules.ObjectDamaged);
        }

        var piece = new byte[Piece];
        PermissionEntry? before = null;
        for (int got; (got = source.ReadAtLeast(piece, Piece, throwOnEndOfStream: false)) > 0;)
        {
            if (got % EntryLength != 0)
            {
                throw new TrustException(TrustRules.ObjectDamaged);
            }

            for (var at = 0; at < got; at += EntryLength)
            {
                var entry = Entry(piece.AsSpan(at, EntryLength));
                if (!entry.IsWhole || (before is { } last && last >= entry))
                {
                    throw new TrustException(TrustRules.ObjectDamaged);
                }

                before = entry;
                yield return entry;
            }
        }
    }

    /// <summary>Writes entries, which come in order.</summary>
    public static void Write(Stream target, IEnumerable<PermissionEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(entries);
        target.Write(Head);
        var piece = new byte[Piece];
        var used = 0;
        foreach (var entry in entries)
        {
            var bytes = piece.AsSpan(used, EntryLength);
            BinaryPrimitives.WriteUInt128BigEndian(bytes, entry.Mark);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], entry.From);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], entry.Until);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], entry.Given);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], entry.Ended);
            if ((used += EntryLength) == Piece)
            {
                target.Write(piece);
                used = 0;
            }
        }

        target.Write(piece.AsSpan(0, used));
    }

    /// <summary>Puts new entries, sorted, between those of a book. One that says what a standing one says already is left out.</summary>
    public static IEnumerable<PermissionEntry> Merge(IEnumerable<PermissionEntry> book, IReadOnlyList<PermissionEntry> added)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(added);
        // Of entries with the same mark and term the last is the one that may stand.
        PermissionEntry? last = null;
        var at = 0;
        foreach (var entry in book)
        {
            for (; at < added.Count && added[at] < entry; at++)
            {
                if (!Said(last, added[at]))
                {
                    yield return added[at];
                    last = added[at];
                }
            }

            yield return entry;
            last = entry;
        }

        for (; at < added.Count; at++)
        {
            if (!Said(last, added[at]))
            {
                yield return added[at];
                last = added[at];
            }
        }
    }

    /// <summary>Ends, from a state on, every standing entry of some marks.</summary>
    /// <param name="found">Gets the marks that had one.</param>
    public static IEnumerable<PermissionEntry> End(IEnumerable<PermissionEntry> book, IReadOnlySet<UInt128> marks, int state, ISet<UInt128> found)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(marks);
        ArgumentNullException.ThrowIfNull(found);
        foreach (var entry in book)
        {
            if (entry.Ended == 0 && marks.Contains(entry.Mark))
            {
                found.Add(entry.Mark);
                yield return entry with { Ended = state };
            }
            else
            {
                yield return entry;
            }
        }
    }

    /// <summary>Keyed commitments to subjects: HMAC under a key derived from the data set's, cut to 128 bits.</summary>
    public static SubjectMarks Marks(DataKey dataKey)
    {
        ArgumentNullException.ThrowIfNull(dataKey);
        using var key = dataKey.Derive(MarkLabel);
        return new SubjectMarks(dataKey.Suite.CreateKeyedHash(key.Bytes));
    }

    internal static PermissionEntry Entry(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt128BigEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]));

    private static bool Said(PermissionEntry? last, PermissionEntry added) => last is { Ended: 0 } stands && stands.Mark == added.Mark && stands.From == added.From && stands.Until == added.Until;
}
