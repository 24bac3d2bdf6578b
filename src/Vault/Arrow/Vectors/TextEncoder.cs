using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sandbox.Vault.Arrow.Flat;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Texts and blobs: 32-bit offsets and the bytes.</summary>
internal sealed class TextEncoder : ColumnEncoder
{
    private readonly GrowingBytes _offsets;
    private readonly GrowingBytes _data;

    internal TextEncoder(ArrowField field, int capacityRows)
        : base(field, capacityRows)
    {
        _offsets = new GrowingBytes((capacityRows + 1) * 4);
        _data = new GrowingBytes(capacityRows * 16);
        ClearValues();
    }

    internal override int Bytes => _offsets.Length + _data.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AppendValues(DuckDbVector vector, int rows)
    {
        // Two passes: with the lengths known, the copies need no check of their own.
        var offsets = _offsets.Take<int>(rows);
        var texts = vector.Values<DuckDbText>();
        var allPresent = vector.Validity.IsEmpty;
        var start = _data.Length;
        long end = start;
        for (var row = 0; row < rows; row++)
        {
            end += allPresent || !vector.IsNull(row) ? texts[row].Length : 0;
            offsets[row] = checked((int)end);
        }

        var room = _data.Take(checked((int)end - start), DuckDbText.InlineBytes);
        var at = 0;
        for (var row = 0; row < rows; row++)
        {
            // Short ones with whatever lies behind them: the next text, or the slack, takes that place.
            var length = offsets[row] - start - at;
            if (length is > 0 and <= DuckDbText.InlineBytes)
            {
                texts[row].CopyInlineTo(room[at..]);
            }
            else if (length > 0)
            {
                texts[row].AsSpan().CopyTo(room.Slice(at, length));
            }

            at += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AbsorbValues(ColumnEncoder other)
    {
        var texts = (TextEncoder)other;
        var start = _data.Length;
        texts._data.Memory.Span.CopyTo(_data.Take(texts._data.Length));
        var theirs = MemoryMarshal.Cast<byte, int>(texts._offsets.Memory.Span)[1..];
        var offsets = _offsets.Take<int>(theirs.Length);
        for (var row = 0; row < theirs.Length; row++)
        {
            offsets[row] = checked(start + theirs[row]);
        }
    }

    protected override void AddValues(BatchParts parts)
    {
        parts.AddBuffer(_offsets.Memory);
        parts.AddBuffer(_data.Memory);
    }

    protected override void ClearValues()
    {
        _offsets.Clear();
        _data.Clear();
        _offsets.Take<int>(1)[0] = 0;
    }
}
