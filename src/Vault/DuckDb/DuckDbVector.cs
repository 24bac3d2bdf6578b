using System.Runtime.CompilerServices;
using System.Text;
using Sandbox.Vault.DuckDb.Native;

namespace Sandbox.Vault.DuckDb;

/// <summary>
/// A view into one column of a chunk, in the engine's memory. It dies when its chunk is disposed, reset or, inside a scalar function,
/// when the callback returns: a <c>ref struct</c> so that it can't be kept.
/// </summary>
internal readonly unsafe ref struct DuckDbVector
{
    private readonly nint _vector;
    private readonly nint _data;
    private readonly ulong* _validity;

    /// <param name="vector">Native vector.</param>
    /// <param name="rows">How many rows spans may cover.</param>
    internal DuckDbVector(nint vector, int rows)
    {
        _vector = vector;
        Rows = rows;
        _data = DuckDbNative.VectorData(vector);
        _validity = (ulong*)DuckDbNative.VectorValidity(vector);
    }

    internal int Rows { get; }

    /// <summary>One bit a row, set = present; empty when every row is present.</summary>
    internal ReadOnlySpan<ulong> Validity => _validity is null ? default : new(_validity, (Rows + 63) / 64);

    /// <summary>The column's type; the caller owns it.</summary>
    internal DuckDbType Type => DuckDbType.Own(DuckDbNative.VectorType(_vector));

    internal bool IsNull(int row)
    {
        CheckRow(row);
        return _validity is not null && (_validity[row >> 6] & (1UL << (row & 63))) == 0;
    }

    /// <summary>The values as they lie there; <typeparamref name="T"/> must have the width of the storage type. Missing rows hold anything.</summary>
    internal ReadOnlySpan<T> Values<T>()
        where T : unmanaged => new((void*)_data, Rows);

    /// <summary>The bytes of a VARCHAR or BLOB row, valid as long as this view. A missing row must not be asked for.</summary>
    internal ReadOnlySpan<byte> Bytes(int row)
    {
        CheckRow(row);
        return ((DuckDbText*)_data)[row].AsSpan();
    }

    internal string Text(int row) => Encoding.UTF8.GetString(Bytes(row));

    /// <summary>The child vector of a LIST column with its own length; entries are (offset, length) pairs of 64 bits in the parent.</summary>
    internal DuckDbVector ListChild() => new(DuckDbNative.ListChild(_vector), checked((int)DuckDbNative.ListChildSize(_vector)));

    internal DuckDbVector StructChild(int index) => new(DuckDbNative.StructChild(_vector, (ulong)index), Rows);

    /// <summary>The values for writing.</summary>
    internal Span<T> Writable<T>()
        where T : unmanaged => new((void*)_data, Rows);

    /// <summary>The values for writing, as bytes of <paramref name="width"/> a row.</summary>
    internal Span<byte> WritableBytes(int width) => new((void*)_data, checked(Rows * width));

    /// <summary>Marks a row as missing.</summary>
    internal void SetNull(int row)
    {
        CheckRow(row);
        DuckDbNative.VectorEnsureValidityWritable(_vector);
        var validity = (ulong*)DuckDbNative.VectorValidity(_vector);
        validity[row >> 6] &= ~(1UL << (row & 63));
    }

    /// <summary>Takes back <see cref="SetNull"/>.</summary>
    internal void SetPresent(int row)
    {
        CheckRow(row);
        var validity = (ulong*)DuckDbNative.VectorValidity(_vector);
        if (validity is not null)
        {
            validity[row >> 6] |= 1UL << (row & 63);
        }
    }

    /// <summary>Copies UTF-8 text into a VARCHAR row.</summary>
    internal void SetText(int row, ReadOnlySpan<byte> utf8)
    {
        CheckRow(row);
        fixed (byte* text = utf8)
        {
            byte nothing = 0;
            DuckDbNative.VectorAssignText(_vector, (ulong)row, text is null ? &nothing : text, (ulong)utf8.Length);
        }
    }

    internal void SetText(int row, string text)
    {
        Span<byte> buffer = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(text, buffer, out var written))
        {
            SetText(row, buffer[..written]);
        }
        else
        {
            SetText(row, Encoding.UTF8.GetBytes(text));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckRow(int row) => ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
}
