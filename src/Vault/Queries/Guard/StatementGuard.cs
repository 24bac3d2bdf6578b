using System.Text.Json;

namespace Sandbox.Vault.Queries;

/// <summary>What the guard says about a statement.</summary>
internal abstract record GuardVerdict
{
    private GuardVerdict()
    {
    }

    /// <summary>May run.</summary>
    /// <param name="Tables">The granted tables that it reads.</param>
    /// <param name="Named">Folded names of columns in the statement; null when it asks for all that there are.</param>
    public sealed record Accepted(IReadOnlyList<GrantedTable> Tables, IReadOnlySet<string>? Named) : GuardVerdict
    {
        /// <summary>Whether the statement names a column of this name, or all.</summary>
        public bool Reads(string column) => Named?.Contains(Identifier.Fold(column)) ?? true;
    }

    /// <summary>May not run.</summary>
    public sealed record Refused(QueryRefusal Reason) : GuardVerdict;
}

/// <summary>
/// Allow-list over the engine's own syntax tree: one SELECT, known kinds of nodes with known members, listed functions, granted tables.
/// Whatever it does not know it refuses; it never looks at the catalogue, so a refusal says nothing about what exists.
/// </summary>
internal sealed class StatementGuard(IReadOnlyList<GrantedTable> granted, FunctionList functions, QueryLimits limits)
{
    // One level of the statement is at most four levels of JSON (list, entry, value, node).
    private const int JsonLevelsPerLevel = 5;

    /// <summary>The checks that need no parser: length, NUL, broken text. Null when they pass.</summary>
    public static QueryRefusal? CheckText(string sql, QueryLimits limits)
    {
        if (string.IsNullOrWhiteSpace(sql))
        {
            return new(GuardRefusals.Empty, null);
        }

        if (sql.Length > limits.TextCharacters)
        {
            return new(GuardRefusals.TooLong(limits.TextCharacters), null);
        }

        for (var i = 0; i < sql.Length; i++)
        {
            var c = sql[i];
            var paired = char.IsHighSurrogate(c) && i + 1 < sql.Length && char.IsLowSurrogate(sql[i + 1]);
            if (paired)
            {
                i++;
            }
            else if (char.IsSurrogate(c) || (char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            {
                return new(GuardRefusals.BadCharacter, Position(sql, i));
            }
        }

        return null;
    }

    /// <summary>Judges <paramref name="sql"/> by <paramref name="serialized"/>, the engine's <c>json_serialize_sql</c> of the same text.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="serialized">Its tree.</param>
    /// <param name="parameters">Names that values were given for.</param>
    public GuardVerdict Check(string sql, string serialized, IReadOnlyCollection<string>? parameters = null)
    {
        if (CheckText(sql, limits) is { } broken)
        {
            return new GuardVerdict.Refused(broken);
        }

        try
        {
            using var tree = JsonDocument.Parse(serialized, new JsonDocumentOptions { MaxDepth = (limits.Depth + 2) * JsonLevelsPerLevel });
            var walk = new TreeWalk(granted, functions, limits, parameters ?? []);
            walk.Root(tree.RootElement);
            return new GuardVerdict.Accepted([.. walk.Tables], walk.AllColumns ? null : walk.Named);
        }
        catch (JsonException)
        {
            return new GuardVerdict.Refused(new(GuardRefusals.TooDeep(limits.Depth), null));
        }
        catch (GuardStop stop)
        {
            return new GuardVerdict.Refused(new(stop.Refusal, stop.Utf8Offset is { } offset ? TextPosition.OfUtf8(sql, offset) : null));
        }
    }

    private static TextPosition Position(string sql, int index)
    {
        var before = sql.AsSpan(0, index);
        return new(index, before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }
}

/// <summary>Ends a walk with a refusal; never leaves the guard.</summary>
#pragma warning disable CA1032, CA1064 // carries its refusal and is caught inside the guard only
internal sealed class GuardStop(Policy.Refusal refusal, ulong? utf8Offset) : Exception
{
    public Policy.Refusal Refusal { get; } = refusal;

    public ulong? Utf8Offset { get; } = utf8Offset;
}
#pragma warning restore CA1032, CA1064
