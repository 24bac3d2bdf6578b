using System.Collections.Frozen;

namespace Sandbox.Vault.Queries;

/// <summary>What the list says about a function. Refused is 0: a name that is not listed is refused.</summary>
internal enum FunctionUse
{
    Refused = 0,
    Expression,
    ExpressionAndTable,
}

/// <summary>The functions that a query may call, with a reason each, from the data file <c>functions.tsv</c>.</summary>
internal sealed class FunctionList
{
    private readonly FrozenDictionary<string, (FunctionUse Use, string Reason)> _names;
    private readonly (string Prefix, string Reason)[] _refusedPrefixes;

    private FunctionList(IEnumerable<string> lines)
    {
        var names = new Dictionary<string, (FunctionUse, string)>(StringComparer.Ordinal);
        var prefixes = new List<(string, string)>();
        foreach (var line in lines)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var fields = line.Split('\t');
            if (fields.Length != 3 || fields[2].Length == 0)
            {
                throw new InvalidDataException("A line of the function list has not got name, use and reason.");
            }

            var use = fields[1] switch
            {
                "allow" => FunctionUse.Expression,
                "allow+table" => FunctionUse.ExpressionAndTable,
                "refuse" => FunctionUse.Refused,
                _ => throw new InvalidDataException("A line of the function list has an unknown use."),
            };

            // The operator names * and ** are whole names; a star stands for "any ending" only after a letter or underscore.
            if (fields[0].Length > 1 && fields[0][^1] == '*' && (char.IsAsciiLetter(fields[0][^2]) || fields[0][^2] == '_'))
            {
                if (use != FunctionUse.Refused)
                {
                    throw new InvalidDataException("A beginning of names may only be refused.");
                }

                prefixes.Add((fields[0][..^1], fields[2]));
            }
            else
            {
                names.Add(fields[0], (use, fields[2]));
            }
        }

        _names = names.ToFrozenDictionary(StringComparer.Ordinal);
        _refusedPrefixes = [.. prefixes];
    }

    /// <summary>The list that is built into this assembly.</summary>
    public static FunctionList BuiltIn { get; } = Read();

    /// <summary>Use of <paramref name="name"/> and the reason; the reason is null for a name that the list does not know at all.</summary>
    public (FunctionUse Use, string? Reason) Find(string name)
    {
        var folded = Identifier.Fold(name);
        if (_names.TryGetValue(folded, out var entry) || _names.TryGetValue(name, out entry))
        {
            return entry;
        }

        foreach (var (prefix, reason) in _refusedPrefixes)
        {
            if (folded.StartsWith(prefix, StringComparison.Ordinal))
            {
                return (FunctionUse.Refused, reason);
            }
        }

        return (FunctionUse.Refused, null);
    }

    /// <summary>Whether the list has the name itself, not only its beginning.</summary>
    public bool Names(string name) => _names.ContainsKey(name) || _names.ContainsKey(Identifier.Fold(name));

    private static FunctionList Read()
    {
        using var stream = typeof(FunctionList).Assembly.GetManifestResourceStream("Sandbox.Vault.Queries.functions.tsv")
            ?? throw new InvalidOperationException("The function list is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return new FunctionList(reader.ReadToEnd().Split('\n'));
    }
}
