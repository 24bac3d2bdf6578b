namespace Sandbox.Vault.Queries;

/// <summary>Names as the engine compares them: ASCII letters without case, everything else exactly.</summary>
internal sealed class Identifier : IEqualityComparer<string>
{
    public static Identifier Comparer { get; } = new();

    public static string Fold(string name) => string.Create(name.Length, name, (span, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        }
    });

    public bool Equals(string? x, string? y) => x is null || y is null ? x is null && y is null : Fold(x) == Fold(y);

    public int GetHashCode(string obj) => StringComparer.Ordinal.GetHashCode(Fold(obj));

    /// <summary>A name in double quotes for SQL that we write.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
