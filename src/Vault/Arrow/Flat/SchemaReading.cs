namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Reads a schema table into <see cref="ArrowSchema"/>; anything outside the flat types is refused.</summary>
internal static class SchemaReading
{
    internal static ArrowSchema Read(FlatTable schema, ArrowLimits limits)
    {
        if (schema.Int16(0) != 0)
        {
            throw ArrowFormatException.NotSupported("Big-endian data is not taken.");
        }

        var count = schema.VectorLength(1, 4);
        if (count > limits.Columns)
        {
            throw ArrowFormatException.TooLarge("There are more columns than are taken.");
        }

        var fields = new ArrowField[count];
        for (var i = 0; i < count; i++)
        {
            fields[i] = ReadField(schema.TableAt(1, i));
        }

        return new ArrowSchema(fields);
    }

    private static ArrowField ReadField(FlatTable field)
    {
        if (field.VectorLength(5, 4) != 0)
        {
            throw ArrowFormatException.NotSupported("Nested columns are not taken.");
        }

        if (!field.Table(3, out var type))
        {
            throw ArrowFormatException.Malformed("A column has no type.");
        }

        var result = new ArrowField(field.Text(0) ?? "", ReadType(field.Byte(2), type), field.Bool(1));
        return field.Table(4, out var dictionary) ? result with { Dictionary = ReadEncoding(dictionary) } : result;
    }

    private static ArrowDictionaryEncoding ReadEncoding(FlatTable dictionary)
    {
        if (dictionary.Int16(3) != 0)
        {
            throw ArrowFormatException.NotSupported("Only dense dictionaries are taken.");
        }

        // Without a type the format means 32-bit signed.
        var index = dictionary.Table(1, out var type) ? ReadInt(type).Kind : ArrowKind.Int32;
        return new ArrowDictionaryEncoding(dictionary.Int64(0), index, dictionary.Bool(2));
    }

    private static ArrowType ReadType(byte tag, FlatTable type) => tag switch
    {
        ArrowFormat.TypeNull => new ArrowType(ArrowKind.Null),
        ArrowFormat.TypeInt => ReadInt(type),
        ArrowFormat.TypeFloat => type.Int16(0) switch
        {
            0 => new ArrowType(ArrowKind.Float16),
            1 => new ArrowType(ArrowKind.Float32),
            2 => new ArrowType(ArrowKind.Float64),
            _ => throw BadType(),
        },
        ArrowFormat.TypeBinary => new ArrowType(ArrowKind.Binary),
        ArrowFormat.TypeUtf8 => new ArrowType(ArrowKind.Utf8),
        ArrowFormat.TypeLargeBinary => new ArrowType(ArrowKind.LargeBinary),
        ArrowFormat.TypeLargeUtf8 => new ArrowType(ArrowKind.LargeUtf8),
        ArrowFormat.TypeBool => new ArrowType(ArrowKind.Bool),
        ArrowFormat.TypeDecimal => ReadDecimal(type),
        ArrowFormat.TypeDate => type.Int16(0, 1) switch
        {
            0 => new ArrowType(ArrowKind.Date32),
            1 => new ArrowType(ArrowKind.Date64),
            _ => throw BadType(),
        },
        ArrowFormat.TypeTime => ReadTime(ReadUnit(type.Int16(0, 1)), type.Int32(1, 32)),
        ArrowFormat.TypeTimestamp => new ArrowType(ArrowKind.Timestamp) { Unit = ReadUnit(type.Int16(0)), TimeZone = type.Text(1) },
        ArrowFormat.TypeDuration => new ArrowType(ArrowKind.Duration) { Unit = ReadUnit(type.Int16(0, 1)) },
        ArrowFormat.TypeFixedBinary => type.Int32(0) is > 0 and <= 1024 * 1024 and var width ? new ArrowType(ArrowKind.FixedBinary) { ByteWidth = width } : throw BadType(),
        _ => throw ArrowFormatException.NotSupported("A column's type is not taken."),
    };

    private static ArrowType ReadInt(FlatTable type) => new((type.Int32(0), type.Bool(1)) switch
    {
        (8, true) => ArrowKind.Int8,
        (16, true) => ArrowKind.Int16,
        (32, true) => ArrowKind.Int32,
        (64, true) => ArrowKind.Int64,
        (8, false) => ArrowKind.UInt8,
        (16, false) => ArrowKind.UInt16,
        (32, false) => ArrowKind.UInt32,
        (64, false) => ArrowKind.UInt64,
        _ => throw BadType(),
    });

    private static ArrowType ReadDecimal(FlatTable type)
    {
        var (precision, scale) = (type.Int32(0), type.Int32(1));
        return type.Int32(2, 128) != 128
            ? throw ArrowFormatException.NotSupported("Only decimals of 128 bits are taken.")
            : precision is >= 1 and <= 38 && scale >= -38 && scale <= 38
                ? new ArrowType(ArrowKind.Decimal128) { Precision = precision, Scale = scale }
                : throw BadType();
    }

    private static ArrowType ReadTime(ArrowUnit unit, int bits) => (unit, bits) switch
    {
        (ArrowUnit.Second or ArrowUnit.Millisecond, 32) => new ArrowType(ArrowKind.Time32) { Unit = unit },
        (ArrowUnit.Microsecond or ArrowUnit.Nanosecond, 64) => new ArrowType(ArrowKind.Time64) { Unit = unit },
        _ => throw BadType(),
    };

    private static ArrowUnit ReadUnit(short unit) => unit is >= 0 and <= 3 ? (ArrowUnit)unit : throw BadType();

    private static ArrowFormatException BadType() => ArrowFormatException.Malformed("A column's type is damaged.");
}
