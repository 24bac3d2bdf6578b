using System.Buffers.Binary;

namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Reads a schema table into <see cref="ArrowSchema"/>. Nested and the newer types are refused unless the limits take all types; how deep and how many fields is bounded.</summary>
internal ref struct SchemaReading
{
    private const string ExtensionKey = "ARROW:extension:name";

    private readonly ArrowLimits _limits;
    private int _fieldsLeft;

    private SchemaReading(ArrowLimits limits)
    {
        _limits = limits;
        _fieldsLeft = ArrowFormat.FieldsMost;
    }

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

        var reading = new SchemaReading(limits);
        var fields = new ArrowField[count];
        for (var i = 0; i < count; i++)
        {
            fields[i] = reading.ReadField(schema.TableAt(1, i), 0);
        }

        return new ArrowSchema(fields);
    }

    private ArrowField ReadField(FlatTable field, int depth)
    {
        var count = field.VectorLength(5, 4);
        if (count != 0 && !_limits.AllTypes)
        {
            throw ArrowFormatException.NotSupported("Nested columns are not taken.");
        }

        if (depth > ArrowFormat.DepthMost || (_fieldsLeft -= count) < 0)
        {
            throw ArrowFormatException.TooLarge("The columns are nested deeper or wider than is taken.");
        }

        if (!field.Table(3, out var type))
        {
            throw ArrowFormatException.Malformed("A column has no type.");
        }

        ArrowField[] children = count == 0 ? [] : new ArrowField[count];
        for (var i = 0; i < count; i++)
        {
            children[i] = ReadField(field.TableAt(5, i), depth + 1);
        }

        var tag = field.Byte(2);
        var result = new ArrowField(field.Text(0) ?? "", ReadType(tag, type), field.Bool(1))
        {
            Children = children,
            Tags = tag == ArrowFormat.TypeUnion ? ReadTags(type, count) : [],
            Extension = _limits.AllTypes ? ReadExtension(field) : null,
        };
        CheckChildren(result);
        return field.Table(4, out var dictionary) ? result with { Dictionary = ReadEncoding(dictionary) } : result;
    }

    private static void CheckChildren(ArrowField field)
    {
        var children = field.Children;
        var holds = field.Type.Kind switch
        {
            ArrowKind.List or ArrowKind.LargeList or ArrowKind.ListView or ArrowKind.LargeListView or ArrowKind.FixedList => children.Count == 1,
            ArrowKind.Map => children is [{ Type.Kind: ArrowKind.Struct, Dictionary: null, Children.Count: 2 }],
            ArrowKind.RunEnds => children is [{ Type.Kind: ArrowKind.Int16 or ArrowKind.Int32 or ArrowKind.Int64, Dictionary: null }, _],
            ArrowKind.Struct => true,
            ArrowKind.SparseUnion or ArrowKind.DenseUnion => field.Tags.Count == children.Count && field.Tags.Distinct().Count() == children.Count,
            _ => children.Count == 0,
        };
        if (!holds)
        {
            throw ArrowFormatException.Malformed("A nested column has other parts than its type.");
        }
    }

    private static string? ReadExtension(FlatTable field)
    {
        var count = field.VectorLength(6, 4);
        for (var i = 0; i < count; i++)
        {
            var pair = field.TableAt(6, i);
            if (pair.Text(0) == ExtensionKey)
            {
                return pair.Text(1);
            }
        }

        return null;
    }

    private static int[] ReadTags(FlatTable type, int children)
    {
        var listed = type.Structs(1, 4);
        if (listed.IsEmpty)
        {
            return [.. Enumerable.Range(0, children)];
        }

        var tags = new int[listed.Length / 4];
        for (var i = 0; i < tags.Length; i++)
        {
            tags[i] = BinaryPrimitives.ReadInt32LittleEndian(listed[(4 * i)..]);
            if (tags[i] is < 0 or > sbyte.MaxValue)
            {
                throw BadType();
            }
        }

        return tags;
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

    private readonly ArrowType ReadType(byte tag, FlatTable type) => tag switch
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
        _ when _limits.AllTypes => ReadWideType(tag, type),
        _ => throw ArrowFormatException.NotSupported("A column's type is not taken."),
    };

    private static ArrowType ReadWideType(byte tag, FlatTable type) => tag switch
    {
        ArrowFormat.TypeInterval => type.Int16(0) switch
        {
            0 => new ArrowType(ArrowKind.IntervalMonths),
            1 => new ArrowType(ArrowKind.IntervalDayTime),
            2 => new ArrowType(ArrowKind.IntervalMonthDayNano),
            _ => throw BadType(),
        },
        ArrowFormat.TypeList => new ArrowType(ArrowKind.List),
        ArrowFormat.TypeLargeList => new ArrowType(ArrowKind.LargeList),
        ArrowFormat.TypeListView => new ArrowType(ArrowKind.ListView),
        ArrowFormat.TypeLargeListView => new ArrowType(ArrowKind.LargeListView),
        ArrowFormat.TypeFixedList => type.Int32(0) is >= 0 and <= 1024 * 1024 and var size ? new ArrowType(ArrowKind.FixedList) { ListSize = size } : throw BadType(),
        ArrowFormat.TypeStruct => new ArrowType(ArrowKind.Struct),
        ArrowFormat.TypeMap => new ArrowType(ArrowKind.Map),
        ArrowFormat.TypeUnion => type.Int16(0) switch
        {
            0 => new ArrowType(ArrowKind.SparseUnion),
            1 => new ArrowType(ArrowKind.DenseUnion),
            _ => throw BadType(),
        },
        ArrowFormat.TypeRunEnds => new ArrowType(ArrowKind.RunEnds),
        ArrowFormat.TypeBinaryView => new ArrowType(ArrowKind.BinaryView),
        ArrowFormat.TypeUtf8View => new ArrowType(ArrowKind.Utf8View),
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

    private readonly ArrowType ReadDecimal(FlatTable type)
    {
        var (precision, scale, bits) = (type.Int32(0), type.Int32(1), type.Int32(2, 128));
        if (bits != 128 && !_limits.AllTypes)
        {
            throw ArrowFormatException.NotSupported("Only decimals of 128 bits are taken.");
        }

        var (kind, most) = bits switch
        {
            32 => (ArrowKind.Decimal32, 9),
            64 => (ArrowKind.Decimal64, 18),
            128 => (ArrowKind.Decimal128, 38),
            256 => (ArrowKind.Decimal256, 76),
            _ => throw BadType(),
        };
        return precision >= 1 && precision <= most && scale >= -most && scale <= most
            ? new ArrowType(kind) { Precision = precision, Scale = scale }
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
