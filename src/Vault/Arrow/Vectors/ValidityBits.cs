using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Gathers validity bits of a batch; stays empty while nothing is missing.</summary>
internal sealed class ValidityBits(int capacityRows)
{
    private readonly ulong[] _words = new ulong[(capacityRows + 63) / 64];
    private int _rows;

    internal int Missing { get; private set; }

    internal ReadOnlyMemory<byte> Memory => Missing == 0 ? default : MemoryMarshal.AsBytes(_words.AsSpan(0, (_rows + 63) / 64))[..((_rows + 7) / 8)].ToArray();

    internal void Clear()
    {
        _rows = 0;
        Missing = 0;
    }

    /// <param name="bits">The engine's bits, set = present; empty when all are present.</param>
    /// <param name="rows">How many rows they are for; bits beyond are ignored.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Append(ReadOnlySpan<ulong> bits, int rows)
    {
        for (var done = 0; done < rows; done += 64)
        {
            var count = Math.Min(64, rows - done);
            var mask = count == 64 ? ulong.MaxValue : (1UL << count) - 1;
            var word = bits.IsEmpty ? mask : bits[done >> 6] & mask;
            Missing += count - BitOperations.PopCount(word);
            Put(word, count);
        }
    }

    internal void Append(ValidityBits other) => Append(other._words, other._rows);

    private void Put(ulong word, int count)
    {
        var (at, shift) = (_rows >> 6, _rows & 63);
        _words[at] = shift == 0 ? word : (_words[at] & ((1UL << shift) - 1)) | (word << shift);
        if (shift + count > 64)
        {
            _words[at + 1] = word >> (64 - shift);
        }

        _rows += count;
    }
}
