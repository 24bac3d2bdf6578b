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

    protected override void AppendValues(DuckDbVector vector, int rows)
    {
        var offsets = _offsets.Take<int>(rows);
        var allPresent = vector.Validity.IsEmpty;
        for (var row = 0; row < rows; row++)
        {
            if (allPresent || !vector.IsNull(row))
            {
                var bytes = vector.Bytes(row);
                bytes.CopyTo(_data.Take(bytes.Length));
            }

            offsets[row] = _data.Length;
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
