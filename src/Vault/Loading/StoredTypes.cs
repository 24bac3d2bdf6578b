using System.Globalization;
using Sandbox.Policy.Masking;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Loading;

/// <summary>Between engine types, our own and the policy room's.</summary>
internal static class StoredTypes
{
    internal static StoredType FromEngine(DuckDbType type) => type.Id switch
    {
        DuckDbTypeId.Boolean => new(StoredKind.Boolean),
        DuckDbTypeId.TinyInt => new(StoredKind.Whole8),
        DuckDbTypeId.SmallInt => new(StoredKind.Whole16),
        DuckDbTypeId.Integer => new(StoredKind.Whole32),
        DuckDbTypeId.BigInt => new(StoredKind.Whole64),
        DuckDbTypeId.HugeInt => new(StoredKind.Whole128),
        DuckDbTypeId.UTinyInt => new(StoredKind.Natural8),
        DuckDbTypeId.USmallInt => new(StoredKind.Natural16),
        DuckDbTypeId.UInteger => new(StoredKind.Natural32),
        DuckDbTypeId.UBigInt => new(StoredKind.Natural64),
        DuckDbTypeId.UHugeInt => new(StoredKind.Natural128),
        DuckDbTypeId.Float => new(StoredKind.Floating32),
        DuckDbTypeId.Double => new(StoredKind.Floating64),
        DuckDbTypeId.Decimal => StoredType.Exact(type.DecimalWidth, type.DecimalScale),
        DuckDbTypeId.Varchar => new(StoredKind.Text),
        DuckDbTypeId.Blob => new(StoredKind.Binary),
        DuckDbTypeId.Date => new(StoredKind.Date),
        DuckDbTypeId.Time => new(StoredKind.Time),
        DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs or DuckDbTypeId.TimestampNs => new(StoredKind.Timestamp),
        DuckDbTypeId.TimestampTz => new(StoredKind.Moment),
        DuckDbTypeId.Uuid => new(StoredKind.Uuid),
        DuckDbTypeId.List or DuckDbTypeId.Struct or DuckDbTypeId.Map or DuckDbTypeId.Array or DuckDbTypeId.Union => new(StoredKind.Nested),
        _ => new(StoredKind.Other),
    };

    /// <summary>SQL name of a type that a CSV column can be declared as; null for others.</summary>
    internal static string? DeclaredSql(StoredType type) => type.Kind switch
    {
        StoredKind.Boolean => "BOOLEAN",
        StoredKind.Whole8 => "TINYINT",
        StoredKind.Whole16 => "SMALLINT",
        StoredKind.Whole32 => "INTEGER",
        StoredKind.Whole64 => "BIGINT",
        StoredKind.Whole128 => "HUGEINT",
        StoredKind.Natural8 => "UTINYINT",
        StoredKind.Natural16 => "USMALLINT",
        StoredKind.Natural32 => "UINTEGER",
        StoredKind.Natural64 => "UBIGINT",
        StoredKind.Floating64 => "DOUBLE",
        StoredKind.Exact when type is { Precision: >= 1 and <= 38, Scale: >= 0 } && type.Scale <= type.Precision =>
            string.Create(CultureInfo.InvariantCulture, $"DECIMAL({type.Precision},{type.Scale})"),
        StoredKind.Text => "VARCHAR",
        StoredKind.Date => "DATE",
        StoredKind.Timestamp => "TIMESTAMP",
        _ => null,
    };

    /// <summary>SQL of a text as a declared type that <see cref="TextReading"/> does not read; nothing where it is not of it. The engine's own casts round and guess (<c>'1.5'::BIGINT</c> is 2), so a form is demanded before each.</summary>
    /// <exception cref="Workers.WorkerRefusedException">Text can't hold that type.</exception>
    internal static string DeclaredRead(string text, StoredType type)
    {
        var form = type.Kind switch
        {
            >= StoredKind.Whole8 and <= StoredKind.Natural64 => "[+-]?[0-9]+",
            StoredKind.Exact => type.Scale == 0 ? "[+-]?[0-9]+" : $"[+-]?[0-9]*(\\.[0-9]{{0,{type.Scale}}})?",
            _ => throw new Workers.WorkerRefusedException(LoadRules.Declared),
        };
        return $"CASE WHEN regexp_full_match({text}, '{form}') THEN try_cast({text} AS {DeclaredSql(type)}) END";
    }

    internal static MaskInput ToMaskInput(StoredType type) => type.Kind switch
    {
        StoredKind.Text => MaskInput.Text,
        StoredKind.Boolean => MaskInput.Flag,
        >= StoredKind.Whole8 and <= StoredKind.Natural128 => MaskInput.Whole,
        StoredKind.Floating32 or StoredKind.Floating64 => MaskInput.Floating,
        StoredKind.Exact => MaskInput.Exact,
        StoredKind.Date => MaskInput.Date,
        StoredKind.Timestamp or StoredKind.Moment => MaskInput.Timestamp,
        _ => MaskInput.Unknown,
    };
}
