namespace Sandbox.Vault.Loading;

/// <summary>Declared types that <see cref="TextReading"/> does not read. The engine's own casts round and guess (<c>'1.5'::BIGINT</c> is 2), so a form is demanded before each.</summary>
internal static class CsvTyping
{
    /// <summary>SQL of a text as its declared type; nothing where it is not of it.</summary>
    /// <exception cref="Workers.WorkerRefusedException">Text can't hold that type.</exception>
    internal static string Read(string text, StoredType type)
    {
        var form = type.Kind switch
        {
            >= StoredKind.Whole8 and <= StoredKind.Natural64 => "[+-]?[0-9]+",
            StoredKind.Exact => type.Scale == 0 ? "[+-]?[0-9]+" : $"[+-]?[0-9]*(\\.[0-9]{{0,{type.Scale}}})?",
            _ => throw new Workers.WorkerRefusedException(LoadRules.Declared),
        };
        return $"CASE WHEN regexp_full_match({text}, '{form}') THEN try_cast({text} AS {StoredTypes.DeclaredSql(type)}) END";
    }
}
