using System.Buffers;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Masking;

/// <summary>Keyed hashes of the texts of a vector, a run of rows at a time, so that the hash can work on several rows at once.</summary>
internal ref struct VectorHash(KeyedHash hash, DuckDbVector input)
{
    /// <summary>Most rows of a run.</summary>
    public const int Run = 256;

    private readonly DuckDbVector _input = input;
    private byte[] _texts = ArrayPool<byte>.Shared.Rent(Run * 32);

    /// <summary>Codes of some rows, 32 bytes each. The code of a missing row is that of nothing: the caller asks for the row first.</summary>
    /// <param name="from">First row.</param>
    /// <param name="rows">At most <see cref="Run"/>.</param>
    /// <param name="codes">32 bytes a row.</param>
    public void Compute(int from, int rows, scoped Span<byte> codes)
    {
        Span<int> ends = stackalloc int[Run];
        var length = 0;
        for (var i = 0; i < rows; i++)
        {
            if (!_input.IsNull(from + i))
            {
                var text = _input.Bytes(from + i);
                Reserve(length, text.Length);
                text.CopyTo(_texts.AsSpan(length));
                length += text.Length;
            }

            ends[i] = length;
        }

        hash.Compute(_texts.AsSpan(0, length), ends[..rows], codes);
    }

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_texts, clearArray: true);

    private void Reserve(int used, int more)
    {
        if (_texts.Length - used >= more)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(checked((used + more) * 2));
        _texts.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_texts, clearArray: true);
        _texts = larger;
    }
}
