namespace Sandbox.Vault.Loading;

/// <summary>What a stored column holds: a closed set of our own words, no engine text.</summary>
public enum StoredKind
{
    /// <summary>Not known; no use of such a column is allowed.</summary>
    Unknown = 0,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Whole number of 8 bits.</summary>
    Whole8,

    /// <summary>Whole number of 16 bits.</summary>
    Whole16,

    /// <summary>Whole number of 32 bits.</summary>
    Whole32,

    /// <summary>Whole number of 64 bits.</summary>
    Whole64,

    /// <summary>Whole number of 128 bits.</summary>
    Whole128,

    /// <summary>Non-negative whole number of 8 bits.</summary>
    Natural8,

    /// <summary>Non-negative whole number of 16 bits.</summary>
    Natural16,

    /// <summary>Non-negative whole number of 32 bits.</summary>
    Natural32,

    /// <summary>Non-negative whole number of 64 bits.</summary>
    Natural64,

    /// <summary>Non-negative whole number of 128 bits.</summary>
    Natural128,

    /// <summary>Floating number of 32 bits.</summary>
    Floating32,

    /// <summary>Floating number of 64 bits.</summary>
    Floating64,

    /// <summary>Exact decimal of <see cref="StoredType.Precision"/> digits, <see cref="StoredType.Scale"/> of them after the point.</summary>
    Exact,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>Calendar date.</summary>
    Date,

    /// <summary>Time of day.</summary>
    Time,

    /// <summary>Date and time without a zone.</summary>
    Timestamp,

    /// <summary>A moment, kept in UTC.</summary>
    Moment,

    /// <summary>128-bit identifier.</summary>
    Uuid,

    /// <summary>A list, structure or map; kept as it came, read as JSON text.</summary>
    Nested,

    /// <summary>Anything else; kept as it came, read as text.</summary>
    Other,
}

/// <summary>A stored column's type.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Precision">Digits in all, for <see cref="StoredKind.Exact"/>.</param>
/// <param name="Scale">Digits after the point, for <see cref="StoredKind.Exact"/>.</param>
public sealed record StoredType(StoredKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>64-bit whole numbers.</summary>
    public static StoredType Whole { get; } = new(StoredKind.Whole64);

    /// <summary>64-bit floating numbers.</summary>
    public static StoredType Floating { get; } = new(StoredKind.Floating64);

    /// <summary>Text.</summary>
    public static StoredType Text { get; } = new(StoredKind.Text);

    /// <summary>Dates.</summary>
    public static StoredType Date { get; } = new(StoredKind.Date);

    /// <summary>Timestamps.</summary>
    public static StoredType Timestamp { get; } = new(StoredKind.Timestamp);

    /// <summary>Booleans.</summary>
    public static StoredType Boolean { get; } = new(StoredKind.Boolean);

    /// <summary>Exact decimals.</summary>
    public static StoredType Exact(int precision, int scale) => new(StoredKind.Exact, precision, scale);
}
