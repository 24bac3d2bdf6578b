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
    // Classes as values, and no frozen collection: code of the base library over our own structs would be compiled anew in every child, and freezing takes longer than a child ever looks up.
    private readonly Dictionary<string, Entry> _names = new(StringComparer.Ordinal);
    private readonly List<Entry> _refusedPrefixes = [];

    private FunctionList(IEnumerable<string> lines)
    {
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

                _refusedPrefixes.Add(new Entry(fields[0][..^1], use, fields[2]));
            }
            else
            {
                _names.Add(fields[0], new Entry(fields[0], use, fields[2]));
            }
        }
    }

    /// <summary>The list that is built into this assembly.</summary>
    public static FunctionList BuiltIn { get; } = Read();

    /// <summary>Use of <paramref name="name"/> and the reason; the reason is null for a name that the list does not know at all.</summary>
    public (FunctionUse Use, string? Reason) Find(string name)
    {
        var folded = Identifier.Fold(name);
        if (_names.TryGetValue(folded, out var entry) || _names.TryGetValue(name, out entry))
        {
            return (entry.Use, entry.Reason);
        }

        foreach (var beginning in _refusedPrefixes)
        {
            if (folded.StartsWith(beginning.Name, StringComparison.Ordinal))
            {
                return (FunctionUse.Refused, beginning.Reason);
            }
        }

        return (FunctionUse.Refused, null);
    }

    /// <summary>Whether the list has the name itself, not only its beginning.</summary>
    public bool Names(string name) => _names.ContainsKey(name) || _names.ContainsKey(Identifier.Fold(name));

    private sealed record Entry(string Name, FunctionUse Use, string Reason);

    private static FunctionList Read()
    {
        using var stream = typeof(FunctionList).Assembly.GetManifestResourceStream("Sandbox.Vault.Queries.functions.tsv")
            ?? throw new InvalidOperationException("The function list is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return new FunctionList(reader.ReadToEnd().Split('\n'));
    }
}
