using Sandbox.Policy.Masking;

namespace Sandbox.Vault.Masking;

/// <summary>Types of source columns as masking sees them.</summary>
internal static class MaskedColumn
{
    /// <summary>What Policy's rules take a column of this SQL type for.</summary>
    public static MaskInput InputOf(string sqlType) => sqlType switch
    {
        "VARCHAR" => MaskInput.Text,
        "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UTINYINT" or "USMALLINT" or "UINTEGER" => MaskInput.Whole,
        "FLOAT" or "DOUBLE" => MaskInput.Floating,
        "DATE" => MaskInput.Date,
        "BOOLEAN" => MaskInput.Flag,
        _ when sqlType.StartsWith("DECIMAL(", StringComparison.Ordinal) => MaskInput.Exact,
        _ when sqlType.StartsWith("TIMESTAMP", StringComparison.Ordinal) => MaskInput.Timestamp,
        _ when sqlType.StartsWith("ENUM(", StringComparison.Ordinal) => MaskInput.Text,
        _ => MaskInput.Unknown,
    };
}
