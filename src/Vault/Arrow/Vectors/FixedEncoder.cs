using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sandbox.Vault.Arrow.Flat;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Values that lie in the engine as they do in Arrow: copied.</summary>
internal sealed class FixedEncoder<T>(ArrowField field, int capacityRows) : ColumnEncoder(field, capacityRows)
    where T : unmanaged
{
    private readonly GrowingBytes _values = new(capacityRows * Marshal.SizeOf<T>());

    internal override int Bytes => _values.Length;

    protected override void AppendValues(DuckDbVector vector, int rows)
    {
        var room = _values.Take<T>(rows);
        vector.Values<T>()[..rows].CopyTo(room);
        ZeroMissing(vector, room);
    }

    protected override void AbsorbValues(ColumnEncoder other)
    {
        var values = ((FixedEncoder<T>)other)._values.Memory.Span;
        values.CopyTo(_values.Take(values.Length));
    }

    protected override void AddValues(BatchParts parts) => parts.AddBuffer(_values.Memory);

    protected override void ClearValues() => _values.Clear();
}

/// <summary>Decimals that the engine keeps in a narrower integer, widened to 128 bits.</summary>
internal sealed class DecimalEncoder<T>(ArrowField field, int capacityRows) : ColumnEncoder(field, capacityRows)
    where T : unmanaged, System.Numerics.IBinaryInteger<T>
{
    private readonly GrowingBytes _values = new(capacityRows * 16);

    internal override int Bytes => _values.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void AppendValues(DuckDbVector vector, int rows)
    {
        var room = _values.Take<Int128>(rows);
        var values = vector.Values<T>();
        for (var row = 0; row < rows; row++)
        {
            room[row] = Int128.CreateTruncating(values[row]);
        }

        ZeroMissing(vector, room);
    }

    protected override void AbsorbValues(ColumnEncoder other)
    {
        var values = ((DecimalEncoder<T>)other)._values.Memory.Span;
        values.CopyTo(_values.Take(values.Length));
    }

    protected override void AddValues(BatchParts parts) => parts.AddBuffer(_values.Memory);

    protected override void ClearValues() => _values.Clear();
}

/// <summary>Booleans: a byte each in the engine, a bit each in Arrow.</summary>
internal sealed class BoolEncoder(ArrowField field, int capacityRows) : ColumnEncoder(field, capacityRows)
{
    private readonly byte[] _packed = new byte[(capacityRows + 7) / 8];

    internal override int Bytes => Rows / 8;

    protected override void AppendValues(DuckDbVector vector, int rows)
    {
        var values = vector.Values<byte>();
        for (var row = 0; row < rows; row++)
        {
            var at = Rows + row;
            var bit = (byte)(1 << (at & 7));
            if (values[row] == 1 && !vector.IsNull(row))
            {
                _packed[at >> 3] |= bit;
            }
        }
    }

    protected override void AbsorbValues(ColumnEncoder other)
    {
        var packed = ((BoolEncoder)other)._packed;
        for (var row = 0; row < other.Rows; row++)
        {
            if ((packed[row >> 3] & (1 << (row & 7))) != 0)
            {
                var at = Rows + row;
                _packed[at >> 3] |= (byte)(1 << (at & 7));
            }
        }
    }

    protected override void AddValues(BatchParts parts) => parts.AddBuffer(_packed.AsMemory(0, (Rows + 7) / 8));

    protected override void ClearValues() => Array.Clear(_packed);
}
