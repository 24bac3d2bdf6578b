#pragma warning disable CA1720 // The members have the format's own names.

namespace Sandbox.Vault.Arrow;

/// <summary>The column types that are taken: flat ones only.</summary>
public enum ArrowKind
{
    /// <summary>No type; never in a valid schema.</summary>
    None = 0,

    /// <summary>All values missing, no buffers.</summary>
    Null,

    /// <summary>One bit a value.</summary>
    Bool,

    /// <summary>8-bit signed integer.</summary>
    Int8,

    /// <summary>16-bit signed integer.</summary>
    Int16,

    /// <summary>32-bit signed integer.</summary>
    Int32,

    /// <summary>64-bit signed integer.</summary>
    Int64,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64,

    /// <summary>16-bit floating point.</summary>
    Float16,

    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>64-bit floating point.</summary>
    Float64,

    /// <summary>UTF-8 text with 32-bit offsets.</summary>
    Utf8,

    /// <summary>UTF-8 text with 64-bit offsets.</summary>
    LargeUtf8,

    /// <summary>Bytes with 32-bit offsets.</summary>
    Binary,

    /// <summary>Bytes with 64-bit offsets.</summary>
    LargeBinary,

    /// <summary>Bytes of <see cref="ArrowType.ByteWidth"/> each.</summary>
    FixedBinary,

    /// <summary>Days since 1970-01-01, 32 bits.</summary>
    Date32,

    /// <summary>Milliseconds since 1970-01-01, 64 bits.</summary>
    Date64,

    /// <summary>Time of day in seconds or milliseconds, 32 bits.</summary>
    Time32,

    /// <summary>Time of day in microseconds or nanoseconds, 64 bits.</summary>
    Time64,

    /// <summary>Time since 1970-01-01 in <see cref="ArrowType.Unit"/>, 64 bits.</summary>
    Timestamp,

    /// <summary>A span of time in <see cref="ArrowType.Unit"/>, 64 bits.</summary>
    Duration,

    /// <summary>Decimal of <see cref="ArrowType.Precision"/> and <see cref="ArrowType.Scale"/> in a 128-bit integer.</summary>
    Decimal128,
}

/// <summary>Unit of times, in the format's own order.</summary>
public enum ArrowUnit
{
    /// <summary>Seconds.</summary>
    Second = 0,

    /// <summary>Milliseconds.</summary>
    Millisecond,

    /// <summary>Microseconds.</summary>
    Microsecond,

    /// <summary>Nanoseconds.</summary>
    Nanosecond,
}

/// <summary>A column's type with the parameters its kind has.</summary>
public sealed record ArrowType(ArrowKind Kind)
{
    /// <summary>For times, timestamps and durations.</summary>
    public ArrowUnit Unit { get; init; }

    /// <summary>For timestamps: the zone they are to be shown in, or null.</summary>
    public string? TimeZone { get; init; }

    /// <summary>For decimals: digits in all, 1…38.</summary>
    public int Precision { get; init; }

    /// <summary>For decimals: digits after the point.</summary>
    public int Scale { get; init; }

    /// <summary>For <see cref="ArrowKind.FixedBinary"/>: bytes a value.</summary>
    public int ByteWidth { get; init; }

    /// <summary>Bytes of one value in the values buffer; 0 for bits, texts and <see cref="ArrowKind.Null"/>.</summary>
    public int ValueBytes => Kind switch
    {
        ArrowKind.Int8 or ArrowKind.UInt8 => 1,
        ArrowKind.Int16 or ArrowKind.UInt16 or ArrowKind.Float16 => 2,
        ArrowKind.Int32 or ArrowKind.UInt32 or ArrowKind.Float32 or ArrowKind.Date32 or ArrowKind.Time32 => 4,
        ArrowKind.Int64 or ArrowKind.UInt64 or ArrowKind.Float64 or ArrowKind.Date64 or ArrowKind.Time64 or ArrowKind.Timestamp or ArrowKind.Duration => 8,
        ArrowKind.Decimal128 => 16,
        ArrowKind.FixedBinary => ByteWidth,
        _ => 0,
    };

    /// <summary>Bytes of one offset; 0 for types without offsets.</summary>
    public int OffsetBytes => Kind switch
    {
        ArrowKind.Utf8 or ArrowKind.Binary => 4,
        ArrowKind.LargeUtf8 or ArrowKind.LargeBinary => 8,
        _ => 0,
    };

    /// <summary>Whether the values are text.</summary>
    public bool IsText => Kind is ArrowKind.Utf8 or ArrowKind.LargeUtf8;

    /// <summary>Whether the values are whole numbers of up to 64 bits.</summary>
    public bool IsInteger => Kind is >= ArrowKind.Int8 and <= ArrowKind.UInt64;
}
