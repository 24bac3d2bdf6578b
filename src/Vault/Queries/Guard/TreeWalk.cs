using System.Globalization;
using System.Text.Json;

namespace Sandbox.Vault.Queries;

/// <summary>One pass over a parsed statement. Every member of every node must be known to <see cref="NodeShapes"/>.</summary>
internal sealed partial class TreeWalk(IReadOnlyList<GrantedTable> granted, FunctionList functions, QueryLimits limits, IReadOnlyCollection<string> parameters)
{
    private readonly Stack<string> _commonTables = new();
    private ulong? _at;
    private int _depth;
    private int _parts;
    private bool _tableFunction;

    /// <summary>The granted tables that the statement reads.</summary>
    public HashSet<GrantedTable> Tables { get; } = [];

    /// <summary>Folded names that stand where a column may stand.</summary>
    public HashSet<string> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the statement asks for columns without naming them.</summary>
    public bool AllColumns { get; private set; }

    /// <summary>The whole answer of <c>json_serialize_sql</c>.</summary>
    public void Root(JsonElement root)
    {
        switch (Statements(root))
        {
            case []:
                throw Stop(GuardRefusals.Empty);
            case [var statement]:
                Statement(statement);
                return;
            case [_, var second, ..]:
                Locate(second);
                throw Stop(GuardRefusals.OneStatement);
        }
    }

    /// <summary>The statements of an answer of <c>json_serialize_sql</c>.</summary>
    /// <exception cref="GuardStop">The text could not be parsed.</exception>
    internal static JsonElement[] Statements(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("error", out var error))
        {
            throw new GuardStop(GuardRefusals.UnknownForm, null);
        }

        if (error.ValueKind != JsonValueKind.False)
        {
            throw ParserStop(root);
        }

        return root.TryGetProperty("statements", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToArray() : throw new GuardStop(GuardRefusals.UnknownForm, null);
    }

    private static GuardStop ParserStop(JsonElement root)
    {
        var kind = root.TryGetProperty("error_type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : "";
        ulong? at = root.TryGetProperty("position", out var position) && position.ValueKind == JsonValueKind.String
            && ulong.TryParse(position.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

        // The engine's own sentence stays here: it quotes the text and may quote more.
        return new GuardStop(kind == "not implemented" ? GuardRefusals.OnlySelect : at is null ? GuardRefusals.SyntaxSomewhere : GuardRefusals.Syntax, at);
    }

    private void Walk(JsonElement element, Dictionary<string, NodeShape> shapes, string kindMember)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (++_depth > limits.Depth)
        {
            throw Stop(GuardRefusals.TooDeep(limits.Depth));
        }

        if (++_parts > limits.Parts)
        {
            throw Stop(GuardRefusals.TooManyParts(limits.Parts));
        }

        var outer = _at;
        Locate(element);
        var kind = Text(element, kindMember);
        if (!shapes.TryGetValue(kind, out var shape) || (shape.Types.Length > 0 && Array.IndexOf(shape.Types, Text(element, "type")) < 0))
        {
            throw Stop(UnknownKind(kind));
        }

        foreach (var member in element.EnumerateObject())
        {
            if (!shape.Members.TryGetValue(member.Name, out var known) || (known.Slot == Slot.Nothing && !IsEmpty(member.Value)))
            {
                throw Stop(GuardRefusals.UnknownForm);
            }
        }

        Inspect(kind, element, ReferenceEquals(shapes, NodeShapes.Tables));

        // Common tables first: the rest of the node may use them.
        var scope = _commonTables.Count;
        if (element.TryGetProperty("cte_map", out var common) && shape.Members.TryGetValue("cte_map", out _))
        {
            CommonTables(common);
        }

        foreach (var member in element.EnumerateObject())
        {
            var slot = shape.Members[member.Name].Slot;
            if (slot != Slot.CommonTables)
            {
                // The recursive part, and only it, sees the table under construction.
                var recursive = kind == "RECURSIVE_CTE_NODE" && member.Name == "right";
                if (recursive)
                {
                    _commonTables.Push(Text(element, "cte_name"));
                }

                _tableFunction = kind == "TABLE_FUNCTION" && member.Name == "function";
                Member(member.Value, slot);
                if (recursive)
                {
                    _commonTables.Pop();
                }
            }
        }

        while (_commonTables.Count > scope)
        {
            _commonTables.Pop();
        }

        _at = outer;
        _depth--;
    }

    private static Policy.Refusal UnknownKind(string kind) => kind switch
    {
        "PARAMETER" => GuardRefusals.Parameter,
        _ => GuardRefusals.UnknownForm,
    };

    internal static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private string Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Stop(GuardRefusals.UnknownForm);

    private void Locate(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("query_location", out var at) && at.TryGetUInt64(out var offset) && offset != ulong.MaxValue)
        {
            _at = offset;
        }
    }

    private GuardStop Stop(Policy.Refusal refusal) => new(refusal, _at);
}
