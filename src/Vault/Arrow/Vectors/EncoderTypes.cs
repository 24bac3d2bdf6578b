using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Arrow.Vectors;

/// <summary>Which Arrow type an engine type becomes.</summary>
internal static class EncoderTypes
{
    /// <summary>Whether a column of that type can be written as it is; others are to be cast to text in the statement.</summary>
    internal static bool Takes(DuckDbTypeId id) => id is
        DuckDbTypeId.Boolean or DuckDbTypeId.TinyInt or DuckDbTypeId.SmallInt or DuckDbTypeId.Integer or DuckDbTypeId.BigInt
        or DuckDbTypeId.UTinyInt or DuckDbTypeId.USmallInt or DuckDbTypeId.UInteger or DuckDbTypeId.UBigInt or DuckDbTypeId.Float or DuckDbTypeId.Double
        or DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs or DuckDbTypeId.TimestampNs or DuckDbTypeId.TimestampTz
        or DuckDbTypeId.Date or DuckDbTypeId.Time or DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt or DuckDbTypeId.Varchar or DuckDbTypeId.Blob
        or DuckDbTypeId.Decimal or DuckDbTypeId.Enum;

    /// <param name="name">Column name.</param>
    /// <param name="type">Engine type.</param>
    /// <param name="capacity">Rows of a batch.</param>
    /// <param name="dictionaries">Takes up the dictionary of an enum column.</param>
    /// <exception cref="EngineException">The type is not taken.</exception>
    internal static ColumnEncoder Create(string name, DuckDbType type, int capacity, List<(long Id, ArrowColumn Values)> dictionaries)
    {
        ArrowField Field(ArrowKind kind) => new(name, new ArrowType(kind));
        ArrowField Time(ArrowKind kind, ArrowUnit unit, string? zone = null) => new(name, new ArrowType(kind) { Unit = unit, TimeZone = zone });
        return type.Id switch
        {
            DuckDbTypeId.Boolean => new BoolEncoder(Field(ArrowKind.Bool), capacity),
            DuckDbTypeId.TinyInt => new FixedEncoder<sbyte>(Field(ArrowKind.Int8), capacity),
            DuckDbTypeId.SmallInt => new FixedEncoder<short>(Field(ArrowKind.Int16), capacity),
            DuckDbTypeId.Integer => new FixedEncoder<int>(Field(ArrowKind.Int32), capacity),
            DuckDbTypeId.BigInt => new FixedEncoder<long>(Field(ArrowKind.Int64), capacity),
            DuckDbTypeId.UTinyInt => new FixedEncoder<byte>(Field(ArrowKind.UInt8), capacity),
            DuckDbTypeId.USmallInt => new FixedEncoder<ushort>(Field(ArrowKind.UInt16), capacity),
            DuckDbTypeId.UInteger => new FixedEncoder<uint>(Field(ArrowKind.UInt32), capacity),
            DuckDbTypeId.UBigInt => new FixedEncoder<ulong>(Field(ArrowKind.UInt64), capacity),
            DuckDbTypeId.Float => new FixedEncoder<float>(Field(ArrowKind.Float32), capacity),
            DuckDbTypeId.Double => new FixedEncoder<double>(Field(ArrowKind.Float64), capacity),
            DuckDbTypeId.Date => new FixedEncoder<int>(Field(ArrowKind.Date32), capacity),
            DuckDbTypeId.Time => new FixedEncoder<long>(Time(ArrowKind.Time64, ArrowUnit.Microsecond), capacity),
            DuckDbTypeId.Timestamp => new FixedEncoder<long>(Time(ArrowKind.Timestamp, ArrowUnit.Microsecond), capacity),
            DuckDbTypeId.TimestampTz => new FixedEncoder<long>(Time(ArrowKind.Timestamp, ArrowUnit.Microsecond, "UTC"), capacity),
            DuckDbTypeId.TimestampS => new FixedEncoder<long>(Time(ArrowKind.Timestamp, ArrowUnit.Second), capacity),
            DuckDbTypeId.TimestampMs => new FixedEncoder<long>(Time(ArrowKind.Timestamp, ArrowUnit.Millisecond), capacity),
            DuckDbTypeId.TimestampNs => new FixedEncoder<long>(Time(ArrowKind.Timestamp, ArrowUnit.Nanosecond), capacity),
            DuckDbTypeId.HugeInt => new FixedEncoder<Int128>(Decimal(name, 38, 0), capacity),
            DuckDbTypeId.UHugeInt => new FixedEncoder<UInt128>(new ArrowField(name, new ArrowType(ArrowKind.FixedBinary) { ByteWidth = 16 }), capacity),
            DuckDbTypeId.Varchar => new TextEncoder(Field(ArrowKind.Utf8), capacity),
            DuckDbTypeId.Blob => new TextEncoder(Field(ArrowKind.Binary), capacity),
            DuckDbTypeId.Decimal => CreateDecimal(Decimal(name, type.DecimalWidth, type.DecimalScale), type.StorageId, capacity),
            DuckDbTypeId.Enum => CreateEnum(name, type, capacity, dictionaries),
            _ => throw new EngineException(EngineFault.NotSupported),
        };
    }

    private static ArrowField Decimal(string name, int precision, int scale) =>
        new(name, new ArrowType(ArrowKind.Decimal128) { Precision = precision, Scale = scale });

    private static ColumnEncoder CreateDecimal(ArrowField field, DuckDbTypeId storage, int capacity) => storage switch
    {
        DuckDbTypeId.SmallInt => new DecimalEncoder<short>(field, capacity),
        DuckDbTypeId.Integer => new DecimalEncoder<int>(field, capacity),
        DuckDbTypeId.BigInt => new DecimalEncoder<long>(field, capacity),
        DuckDbTypeId.HugeInt => new FixedEncoder<Int128>(field, capacity),
        _ => throw new EngineException(EngineFault.NotSupported),
    };

    private static ColumnEncoder CreateEnum(string name, DuckDbType type, int capacity, List<(long Id, ArrowColumn Values)> dictionaries)
    {
        long id = dictionaries.Count;
        dictionaries.Add((id, ArrowColumns.OfText(name, type.EnumEntries())));
        var (storage, index) = type.StorageId switch
        {
            DuckDbTypeId.UTinyInt => (1, ArrowKind.UInt8),
            DuckDbTypeId.USmallInt => (2, ArrowKind.UInt16),
            _ => (4, ArrowKind.UInt32),
        };
        var field = new ArrowField(name, new ArrowType(ArrowKind.Utf8)) { Dictionary = new ArrowDictionaryEncoding(id, index) };
        return storage switch
        {
            1 => new FixedEncoder<byte>(field, capacity),
            2 => new FixedEncoder<ushort>(field, capacity),
            _ => new FixedEncoder<uint>(field, capacity),
        };
    }
}
