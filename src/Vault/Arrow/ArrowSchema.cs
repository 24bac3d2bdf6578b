namespace Sandbox.Vault.Arrow;

/// <summary>One column: its name, the type of its (decoded) values, and how they are encoded.</summary>
/// <param name="Name">Name as in the schema; may be empty and need not be unique.</param>
/// <param name="Type">Type of the values; for a dictionary column the type of the dictionary's values.</param>
/// <param name="Nullable">Whether values may be missing.</param>
public sealed record ArrowField(string Name, ArrowType Type, bool Nullable = true)
{
    /// <summary>Set when the column holds indices into a dictionary.</summary>
    public ArrowDictionaryEncoding? Dictionary { get; init; }

    /// <summary>What a nested value is made of (of the dictionary's values for a dictionary column).</summary>
    public IReadOnlyList<ArrowField> Children { get; init; } = [];

    /// <summary>For unions: the tag of each child.</summary>
    public IReadOnlyList<int> Tags { get; init; } = [];

    /// <summary>Name of the extension type whose storage this is, or null.</summary>
    public string? Extension { get; init; }

    /// <summary>Whether values of both have the same form, whatever they are called.</summary>
    internal bool SameForm(ArrowField other) =>
        Type == other.Type && Tags.SequenceEqual(other.Tags) && Children.Count == other.Children.Count
        && Children.Zip(other.Children).All(pair => pair.First.Dictionary == pair.Second.Dictionary && pair.First.SameForm(pair.Second));
}

/// <summary>How a dictionary column points to its dictionary.</summary>
/// <param name="Id">Number of the dictionary in its stream.</param>
/// <param name="Index">Integer type of the indices.</param>
/// <param name="Ordered">Whether the order of the dictionary means something.</param>
public sealed record ArrowDictionaryEncoding(long Id, ArrowKind Index, bool Ordered = false);

/// <summary>The columns of a stream in order.</summary>
public sealed record ArrowSchema(IReadOnlyList<ArrowField> Fields)
{
    /// <summary>Index of the first column of that name, or -1.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Fields.Count; i++)
        {
            if (string.Equals(Fields[i].Name, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
