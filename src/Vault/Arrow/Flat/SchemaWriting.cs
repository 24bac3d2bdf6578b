namespace Sandbox.Vault.Arrow.Flat;

/// <summary>Writes a schema message's flatbuffer.</summary>
internal static class SchemaWriting
{
    internal static int Write(FlatBuilder builder, ArrowSchema schema)
    {
        var fields = new int[schema.Fields.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = WriteField(builder, schema.Fields[i]);
        }

        var list = builder.Offsets(fields);
        builder.StartTable();
        builder.Offset(1, list);
        builder.Int16(0, 0);
        return builder.EndTable();
    }

    private static int WriteField(FlatBuilder builder, ArrowField field)
    {
        var name = builder.Text(field.Name);
        var children = builder.Offsets([]);
        var (tag, type) = WriteType(builder, field.Type);
        var dictionary = field.Dictionary is { } encoding ? WriteEncoding(builder, encoding) : 0;
        builder.StartTable();
        builder.Offset(0, name);
        builder.Offset(3, type);
        builder.Offset(5, children);
        if (dictionary != 0)
        {
            builder.Offset(4, dictionary);
        }

        builder.Byte(1, field.Nullable ? (byte)1 : (byte)0);
        builder.Byte(2, tag);
        return builder.EndTable();
    }

    private static int WriteEncoding(FlatBuilder builder, ArrowDictionaryEncoding encoding)
    {
        var (_, index) = WriteType(builder, new ArrowType(encoding.Index));
        builder.StartTable();
        builder.Int64(0, encoding.Id);
        builder.Offset(1, index);
        builder.Byte(2, encoding.Ordered ? (byte)1 : (byte)0);
        return builder.EndTable();
    }

    private static (byte Tag, int Offset) WriteType(FlatBuilder builder, ArrowType type)
    {
        var zone = type.TimeZone is null ? 0 : builder.Text(type.TimeZone);
        builder.StartTable();
        var tag = Fill(builder, type, zone);
        return (tag, builder.EndTable());
    }

    private static byte Fill(FlatBuilder builder, ArrowType type, int zone)
    {
        switch (type.Kind)
        {
            case ArrowKind.Null:
                return ArrowFormat.TypeNull;
            case ArrowKind.Bool:
                return ArrowFormat.TypeBool;
            case >= ArrowKind.Int8 and <= ArrowKind.UInt64:
                builder.Int32(0, type.ValueBytes * 8);
                builder.Byte(1, type.Kind <= ArrowKind.Int64 ? (byte)1 : (byte)0);
                return ArrowFormat.TypeInt;
            case ArrowKind.Float16 or ArrowKind.Float32 or ArrowKind.Float64:
                builder.Int16(0, (short)(type.Kind - ArrowKind.Float16));
                return ArrowFormat.TypeFloat;
            case ArrowKind.Utf8:
                return ArrowFormat.TypeUtf8;
            case ArrowKind.LargeUtf8:
                return ArrowFormat.TypeLargeUtf8;
            case ArrowKind.Binary:
                return ArrowFormat.TypeBinary;
            case ArrowKind.LargeBinary:
                return ArrowFormat.TypeLargeBinary;
            case ArrowKind.FixedBinary:
                builder.Int32(0, type.ByteWidth);
                return ArrowFormat.TypeFixedBinary;
            case ArrowKind.Date32 or ArrowKind.Date64:
                builder.Int16(0, type.Kind == ArrowKind.Date32 ? (short)0 : (short)1);
                return ArrowFormat.TypeDate;
            case ArrowKind.Time32 or ArrowKind.Time64:
                builder.Int32(1, type.ValueBytes * 8);
                builder.Int16(0, (short)type.Unit);
                return ArrowFormat.TypeTime;
            case ArrowKind.Timestamp:
                if (zone != 0)
                {
                    builder.Offset(1, zone);
                }

                builder.Int16(0, (short)type.Unit);
                return ArrowFormat.TypeTimestamp;
            case ArrowKind.Duration:
                builder.Int16(0, (short)type.Unit);
                return ArrowFormat.TypeDuration;
            case ArrowKind.Decimal128:
                builder.Int32(0, type.Precision);
                builder.Int32(1, type.Scale);
                builder.Int32(2, 128);
                return ArrowFormat.TypeDecimal;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), "The column has no type.");
        }
    }
}
