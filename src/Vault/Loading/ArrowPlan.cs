using System.Globalization;
using System.Runtime.CompilerServices;
using Sandbox.Vault.Arrow;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Puts one value into a vector of the plan's engine type.</summary>
internal delegate void ArrowPut(DuckDbVector vector, int at, ArrowCell cell);

/// <summary>How a column of an Arrow source is taken over, value for value.</summary>
/// <param name="Sql">Engine type of the table's column.</param>
/// <param name="Create">The same, for chunks.</param>
/// <param name="Type">What it is stored as.</param>
/// <param name="Put">Puts one value.</param>
internal sealed record ArrowPlan(string Sql, Func<DuckDbType> Create, StoredType Type, ArrowPut Put)
{
    private const long DayMicroseconds = 86_400_000_000;

    // The engine's infinities and what lies beyond its calendar.
    private const long MostMicroseconds = 9_223_372_022_400_000_000;
    private const int MostDays = int.MaxValue - 2;

    /// <summary>SQL over the column (<c>{0}</c>), with its type, that is used when <see cref="When"/> holds for all rows.</summary>
    internal (string When, string Expression, StoredType Type)? Better { get; init; }

    /// <param name="field">The column.</param>
    /// <param name="json">Writes nested values.</param>
    /// <param name="digits">For decimals: most digits of any value.</param>
    internal static ArrowPlan Of(ArrowField field, NestedJson json, int digits)
    {
        var type = ArrowCell.Meaning(field).Type;
        return type.Kind switch
        {
            ArrowKind.Null => Plain("INTEGER", DuckDbTypeId.Integer, StoredKind.Whole32, static (_, _, _) => throw new ArrowValueException()),
            ArrowKind.Bool => Plain("BOOLEAN", DuckDbTypeId.Boolean, StoredKind.Boolean, static (vector, at, cell) => vector.Writable<byte>()[at] = cell.Column.GetBool(cell.Row) ? (byte)1 : (byte)0),
            ArrowKind.Int8 => Fixed<sbyte>("TINYINT", DuckDbTypeId.TinyInt, StoredKind.Whole8),
            ArrowKind.Int16 => Fixed<short>("SMALLINT", DuckDbTypeId.SmallInt, StoredKind.Whole16),
            ArrowKind.Int32 or ArrowKind.IntervalMonths => Fixed<int>("INTEGER", DuckDbTypeId.Integer, StoredKind.Whole32),
            ArrowKind.Int64 or ArrowKind.Duration => Fixed<long>("BIGINT", DuckDbTypeId.BigInt, StoredKind.Whole64),
            ArrowKind.UInt8 => Fixed<byte>("UTINYINT", DuckDbTypeId.UTinyInt, StoredKind.Natural8),
            ArrowKind.UInt16 => Fixed<ushort>("USMALLINT", DuckDbTypeId.USmallInt, StoredKind.Natural16),
            ArrowKind.UInt32 => Fixed<uint>("UINTEGER", DuckDbTypeId.UInteger, StoredKind.Natural32),
            ArrowKind.UInt64 => Fixed<ulong>("UBIGINT", DuckDbTypeId.UBigInt, StoredKind.Natural64),
            ArrowKind.Float16 => Plain("FLOAT", DuckDbTypeId.Float, StoredKind.Floating32, static (vector, at, cell) => vector.Writable<float>()[at] = (float)cell.Column.GetDouble(cell.Row)!.Value),
            ArrowKind.Float32 => Fixed<float>("FLOAT", DuckDbTypeId.Float, StoredKind.Floating32),
            ArrowKind.Float64 => Fixed<double>("DOUBLE", DuckDbTypeId.Double, StoredKind.Floating64),
            ArrowKind.Utf8 or ArrowKind.LargeUtf8 or ArrowKind.Utf8View => Text(StoredKind.Text, static (vector, at, cell) => vector.SetText(at, cell.Bytes)),
            ArrowKind.Binary or ArrowKind.LargeBinary or ArrowKind.BinaryView or ArrowKind.FixedBinary =>
                Plain("BLOB", DuckDbTypeId.Blob, StoredKind.Binary, static (vector, at, cell) => vector.SetText(at, cell.Bytes)),
            ArrowKind.Date32 => Plain("DATE", DuckDbTypeId.Date, StoredKind.Date, static (vector, at, cell) => vector.Writable<int>()[at] = (int)Within(cell.Whole, -MostDays, MostDays)),
            ArrowKind.Date64 => Moments("TIMESTAMP", DuckDbTypeId.Timestamp, StoredKind.Timestamp, 1000) with
            {
                Better = ("epoch_us({0}) % 86400000000 = 0", "CAST({0} AS DATE)", StoredType.Date),
            },
            ArrowKind.Time32 or ArrowKind.Time64 when type.Unit != ArrowUnit.Nanosecond => Times(PerUnit(type.Unit)),
            ArrowKind.Time64 => Fixed<long>("BIGINT", DuckDbTypeId.BigInt, StoredKind.Whole64),
            ArrowKind.Timestamp when type.Unit == ArrowUnit.Nanosecond => Fixed<long>("BIGINT", DuckDbTypeId.BigInt, StoredKind.Whole64) with
            {
                Better = ("abs({0}::HUGEINT) < 9223372036854775807", "make_timestamp_ns({0})", new StoredType(type.TimeZone is null ? StoredKind.Timestamp : StoredKind.Moment)),
            },
            ArrowKind.Timestamp when type.TimeZone is null => Moments("TIMESTAMP", DuckDbTypeId.Timestamp, StoredKind.Timestamp, PerUnit(type.Unit)),
            ArrowKind.Timestamp => Moments("TIMESTAMPTZ", DuckDbTypeId.TimestampTz, StoredKind.Moment, PerUnit(type.Unit)),
            ArrowKind.Decimal32 or ArrowKind.Decimal64 or ArrowKind.Decimal128 or ArrowKind.Decimal256 => Decimals(type, digits),
            _ => Text(StoredKind.Nested, (vector, at, cell) => vector.SetText(at, json.Write(cell))),
        };
    }

    /// <summary>Whether the Arrow buffer already holds what the vector wants.</summary>
    internal int CopyBytes { get; private init; }

    private static ArrowPlan Plain(string sql, DuckDbTypeId id, StoredKind kind, ArrowPut put) => new(sql, () => DuckDbType.Of(id), new StoredType(kind), put);

    private static ArrowPlan Text(StoredKind kind, ArrowPut put) => Plain("VARCHAR", DuckDbTypeId.Varchar, kind, put);

    private static ArrowPlan Fixed<T>(string sql, DuckDbTypeId id, StoredKind kind)
        where T : unmanaged =>
        Plain(sql, id, kind, static (vector, at, cell) => vector.Writable<T>()[at] = cell.Column.Values<T>()[cell.Row]) with { CopyBytes = Unsafe.SizeOf<T>() };

    private static ArrowPlan Moments(string sql, DuckDbTypeId id, StoredKind kind, long perUnit) =>
        Plain(sql, id, kind, (vector, at, cell) => vector.Writable<long>()[at] = Within(cell.Whole, -MostMicroseconds / perUnit, MostMicroseconds / perUnit) * perUnit);

    private static ArrowPlan Times(long perUnit) =>
        Plain("TIME", DuckDbTypeId.Time, StoredKind.Time, (vector, at, cell) => vector.Writable<long>()[at] = Within(cell.Whole, 0, DayMicroseconds / perUnit) * perUnit);

    private static ArrowPlan Decimals(ArrowType type, int digits)
    {
        if (ArrowDecimals.Engine(type, digits) is not var (precision, scale))
        {
            return Text(StoredKind.Text, static (vector, at, cell) => vector.SetText(at, ArrowDecimals.Text(cell)));
        }

        return new ArrowPlan(
            string.Create(CultureInfo.InvariantCulture, $"DECIMAL({precision},{scale})"),
            () => DuckDbType.Decimal(precision, scale),
            StoredType.Exact(precision, scale),
            precision switch
            {
                <= 4 => static (vector, at, cell) => vector.Writable<short>()[at] = (short)ArrowDecimals.Unscaled(cell),
                <= 9 => static (vector, at, cell) => vector.Writable<int>()[at] = (int)ArrowDecimals.Unscaled(cell),
                <= 18 => static (vector, at, cell) => vector.Writable<long>()[at] = (long)ArrowDecimals.Unscaled(cell),
                _ => static (vector, at, cell) => vector.Writable<Int128>()[at] = ArrowDecimals.Unscaled(cell),
            });
    }

    private static long PerUnit(ArrowUnit unit) => unit switch { ArrowUnit.Second => 1_000_000, ArrowUnit.Millisecond => 1000, _ => 1 };

    private static long Within(long value, long least, long most) => value >= least && value <= most ? value : throw new ArrowValueException();
}
