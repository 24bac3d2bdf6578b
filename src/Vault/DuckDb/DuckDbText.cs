using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Sandbox.Vault.DuckDb;

/// <summary>
/// <c>duckdb_string_t</c>: 4 bytes of length, then either up to 12 bytes in place or a 4-byte prefix and a pointer.
/// Only to be read where it lies (through a pointer into the vector): a copy's in-place bytes would die with the copy.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct DuckDbText
{
    internal const int InlineBytes = 12;

    [FieldOffset(0)]
    internal uint Length;

    [FieldOffset(4)]
    internal fixed byte Inline[InlineBytes];

    [FieldOffset(8)]
    internal byte* Pointer;

    /// <summary>The text's bytes; valid as long as the vector.</summary>
    [UnscopedRef]
    internal readonly ReadOnlySpan<byte> AsSpan()
    {
        if (Length > InlineBytes)
        {
            return new ReadOnlySpan<byte>(Pointer, checked((int)Length));
        }

        fixed (byte* start = Inline)
        {
            return new ReadOnlySpan<byte>(start, (int)Length);
        }
    }

    /// <summary>Writes all bytes that lie in place, whichever of them belong to the text: a copy of fixed length is several times as fast as one of a few bytes. For texts of at most <see cref="InlineBytes"/>.</summary>
    /// <param name="room">At least <see cref="InlineBytes"/>.</param>
    internal readonly void CopyInlineTo(Span<byte> room)
    {
        fixed (byte* start = Inline)
        {
            new ReadOnlySpan<byte>(start, InlineBytes).CopyTo(room);
        }
    }
}
