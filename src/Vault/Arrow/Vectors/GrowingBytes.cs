using System.Runtime.InteropServices;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>A byte buffer that grows and is reused from batch to batch.</summary>
internal sealed class GrowingBytes(int capacity)
{
    private byte[] _bytes = new byte[capacity];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    internal void Clear() => Length = 0;

    /// <summary>Room for <paramref name="count"/> more bytes at the end, to be filled by the caller at once.</summary>
    /// <param name="count">Bytes that count.</param>
    /// <param name="slack">Bytes behind them that may be written too; the next ones take their place.</param>
    internal Span<byte> Take(int count, int slack = 0)
    {
        var needed = checked(Length + count + slack);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        var room = _bytes.AsSpan(Length, count + slack);
        Length = needed - slack;
        return room;
    }

    internal Span<T> Take<T>(int count)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Take(checked(count * Marshal.SizeOf<T>())));
}
