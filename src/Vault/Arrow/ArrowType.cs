#pragma warning disable CA1720 // The members have the format's own names.

namespace Sandbox.Vault.Arrow;

/// <summary>The column types of the format. Those up to <see cref="Decimal128"/> are always taken, the others only under <see cref="ArrowLimits.AllTypes"/>.</summary>
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

    /// <summary>Decimal in a 32-bit integer.</summary>
    Decimal32,

    /// <summary>Decimal in a 64-bit integer.</summary>
    Decimal64,

    /// <summary>Decimal in a 256-bit integer.</summary>
    Decimal256,

    /// <summary>A number of months, 32 bits.</summary>
    IntervalMonths,

    /// <summary>Days and milliseconds, 32 bits each.</summary>
    IntervalDayTime,

    /// <summary>Months and days of 32 bits each and nanoseconds of 64 bits.</summary>
    IntervalMonthDayNano,

    /// <summary>UTF-8 text by views into several buffers.</summary>
    Utf8View,

    /// <summary>Bytes by views into several buffers.</summary>
    BinaryView,

    /// <summary>Lists with 32-bit offsets into one child.</summary>
    List,

    /// <summary>Lists with 64-bit offsets into one child.</summary>
    LargeList,

    /// <summary>Lists with 32-bit offsets and sizes in any order.</summary>
    ListView,

    /// <summary>Lists with 64-bit offsets and sizes in any order.</summary>
    LargeListView,

    /// <summary>Lists of <see cref="ArrowType.ListSize"/> items each.</summary>
    FixedList,

    /// <summary>One value of every child.</summary>
    Struct,

    /// <summary>Lists of key and value.</summary>
    Map,

    /// <summary>One of several children, all as long as the column.</summary>
    SparseUnion,

    /// <summary>One of several children at an offset of its own.</summary>
    DenseUnion,

    /// <summary>Runs of equal values: a child of run ends and one of values.</summary>
    RunEnds,
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

    /// <summary>For decimals: digits in all, 1…38 (76 for 256 bits).</summary>
    public int Precision { get; init; }

    /// <summary>For decimals: digits after the point.</summary>
    public int Scale { get; init; }

    /// <summary>For <see cref="ArrowKind.FixedBinary"/>: bytes a value.</summary>
    public int ByteWidth { get; init; }

    /// <summary>For <see cref="ArrowKind.FixedList"/>: items a value.</summary>
    public int ListSize { get; init; }

    /// <summary>Bytes of one value in the values buffer; 0 for bits, texts and <see cref="ArrowKind.Null"/>.</summary>
    public int ValueBytes => Kind switch
    {
        ArrowKind.Int8 or ArrowKind.UInt8 => 1,
        ArrowKind.Int16 or ArrowKind.UInt16 or ArrowKind.Float16 => 2,
        ArrowKind.Int32 or ArrowKind.UInt32 or ArrowKind.Float32 or ArrowKind.Date32 or ArrowKind.Time32
            or ArrowKind.Decimal32 or ArrowKind.IntervalMonths => 4,
        ArrowKind.Int64 or ArrowKind.UInt64 or ArrowKind.Float64 or ArrowKind.Date64 or ArrowKind.Time64 or ArrowKind.Timestamp or ArrowKind.Duration
            or ArrowKind.Decimal64 or ArrowKind.IntervalDayTime => 8,
        ArrowKind.Decimal128 or ArrowKind.IntervalMonthDayNano => 16,
        ArrowKind.Decimal256 => 32,
        ArrowKind.FixedBinary => ByteWidth,
        _ => 0,
    };

    /// <summary>Bytes of one offset; 0 for types without offsets.</summary>
    public int OffsetBytes => Kind switch
    {
        ArrowKind.Utf8 or ArrowKind.Binary or ArrowKind.List or ArrowKind.ListView or ArrowKind.Map => 4,
        ArrowKind.LargeUtf8 or ArrowKind.LargeBinary or ArrowKind.LargeList or ArrowKind.LargeListView => 8,
        _ => 0,
    };

    /// <summary>Whether the values are text.</summary>
    public bool IsText => Kind is ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Utf8View;

    /// <summary>Whether the values are decimals of any width.</summary>
    public bool IsDecimal => Kind is >= ArrowKind.Decimal128 and <= ArrowKind.Decimal256;

    /// <summary>Whether a value is a tree of other values.</summary>
    public bool IsNested => Kind >= ArrowKind.List;

    /// <summary>Whether the values are views into several buffers.</summary>
    internal bool IsView => Kind is ArrowKind.Utf8View or ArrowKind.BinaryView;

    /// <summary>Whether the values are whole numbers of up to 64 bits.</summary>
    public bool IsInteger => Kind is >= ArrowKind.Int8 and <= ArrowKind.UInt64;
}
