using System.Runtime.CompilerServices;
using Sandbox.Vault.Arrow.Flat;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Gathers one column's vectors into a batch's buffers. Rows without a value are written as zeros: what lies there in the engine is nobody's business.</summary>
internal abstract class ColumnEncoder(ArrowField field, int capacityRows)
{
    private readonly ValidityBits _validity = new(capacityRows);

    internal ArrowField Field { get; } = field;

    internal int Rows { get; private set; }

    /// <summary>Bytes gathered so far, roughly.</summary>
    internal abstract int Bytes { get; }

    internal void Append(DuckDbVector vector, int rows)
    {
        _validity.Append(vector.Validity, rows);
        AppendValues(vector, rows);
        Rows += rows;
    }

    /// <summary>Adds the rows of another encoder of the same column.</summary>
    internal void Absorb(ColumnEncoder other)
    {
        _validity.Append(other._validity);
        AbsorbValues(other);
        Rows += other.Rows;
    }

    /// <summary>Adds node and buffers; they stay valid until <see cref="Clear"/>.</summary>
    internal void AddTo(BatchParts parts)
    {
        parts.AddNode(Rows, _validity.Missing);
        parts.AddBuffer(_validity.Memory);
        AddValues(parts);
    }

    internal void Clear()
    {
        Rows = 0;
        _validity.Clear();
        ClearValues();
    }

    protected abstract void AppendValues(DuckDbVector vector, int rows);

    protected abstract void AbsorbValues(ColumnEncoder other);

    protected abstract void AddValues(BatchParts parts);

    protected abstract void ClearValues();

    /// <summary>Sets the values of missing rows to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void ZeroMissing<T>(DuckDbVector vector, Span<T> values)
        where T : unmanaged
    {
        if (vector.Validity.IsEmpty)
        {
            return;
        }

        for (var row = 0; row < values.Length; row++)
        {
            if (vector.IsNull(row))
            {
                values[row] = default;
            }
        }
    }
}
