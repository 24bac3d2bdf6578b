using System.Text.Json;

namespace Sandbox.Vault.Queries;

/// <summary>Following the members of a node by their slot.</summary>
internal sealed partial class TreeWalk
{
    private void Member(JsonElement value, Slot slot)
    {
        switch (slot)
        {
            case Slot.Nothing or Slot.Plain or Slot.Location:
                return;
            case Slot.Expression:
                Expression(value);
                return;
            case Slot.Expressions:
                Each(value, Expression);
                return;
            case Slot.ExpressionGrid:
                Each(value, row => Each(row, Expression));
                return;
            case Slot.Orders:
                Each(value, Order);
                return;
            case Slot.OrderModifier or Slot.Modifiers:
                if (slot == Slot.Modifiers)
                {
                    Each(value, modifier => Walk(modifier, NodeShapes.Modifiers, "type"));
                }
                else
                {
                    Walk(value, NodeShapes.Modifiers, "type");
                }

                return;
            case Slot.Table:
                Walk(value, NodeShapes.Tables, "type");
                return;
            case Slot.Query:
                Walk(value, NodeShapes.Queries, "type");
                return;
            case Slot.Statement:
                Statement(value);
                return;
            case Slot.CaseChecks:
                Each(value, check => Only(check, ("when_expr", Expression), ("then_expr", Expression)));
                return;
            case Slot.Replacements:
                Each(value, entry => Only(entry, ("key", Ignore), ("value", Expression)));
                return;
            case Slot.PivotColumns:
                Each(value, column => Only(column, ("pivot_expressions", list => Each(list, Expression)), ("unpivot_names", Ignore), ("entries", list => Each(list, PivotEntry)), ("pivot_enum", Nothing)));
                return;
            case Slot.CastType:
                CastType(value, 0);
                return;
            default:
                throw Stop(GuardRefusals.UnknownForm);
        }
    }

    private void Expression(JsonElement value) => Walk(value, NodeShapes.Expressions, "class");

    private void Order(JsonElement value) => Only(value, ("type", Ignore), ("null_order", Ignore), ("expression", Expression));

    private void PivotEntry(JsonElement value) => Only(value, ("values", Ignore), ("star_expr", Nothing), ("alias", Ignore));

    private void Statement(JsonElement value)
    {
        // What stands in the map is judged where the statement uses it.
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("named_param_map", out var named) && !IsEmpty(named) && parameters.Count == 0)
        {
            throw Stop(GuardRefusals.Parameter);
        }

        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("node", out var query) || query.ValueKind != JsonValueKind.Object)
        {
            throw Stop(GuardRefusals.UnknownForm);
        }

        Only(value, ("node", node => Walk(node, NodeShapes.Queries, "type")), ("named_param_map", Ignore));
    }

    private void CommonTables(JsonElement value) => Only(value, ("map", map => Each(map, entry =>
    {
        // A later common table may use an earlier one; its own name inside itself still means whatever it meant outside.
        var name = Text(entry, "key");
        Only(entry, ("key", Ignore), ("value", body => Only(body, ("aliases", Ignore), ("query", Statement), ("materialized", Ignore), ("key_targets", list => Each(list, Expression)))));
        _commonTables.Push(name);
    })));

    private void CastType(JsonElement value, int level)
    {
        if (level > 16 || value.ValueKind != JsonValueKind.Object)
        {
            throw Stop(GuardRefusals.CastType);
        }

        var id = Text(value, "id");
        var info = value.TryGetProperty("type_info", out var found) ? found : default;
        if (id == "UNBOUND")
        {
            // JSON is the one named type that a statement may ask for.
            if (!string.Equals(Text(info, "name"), "json", StringComparison.OrdinalIgnoreCase)
                || Text(info, "catalog").Length + Text(info, "schema").Length > 0
                || !info.TryGetProperty("user_type_modifiers", out var modifiers) || !IsEmpty(modifiers))
            {
                throw Stop(GuardRefusals.CastType);
            }

            return;
        }

        if (!NodeShapes.CastTypes.Contains(id))
        {
            throw Stop(GuardRefusals.CastType);
        }

        if (info.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in info.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type" or "width" or "scale" or "size":
                    break;
                case "alias" or "extension_info":
                    Nothing(member.Value);
                    break;
                case "child_type":
                    CastType(member.Value, level + 1);
                    break;
                case "child_types":
                    Each(member.Value, child => Only(child, ("first", Ignore), ("second", part => CastType(part, level + 1))));
                    break;
                default:
                    throw Stop(GuardRefusals.CastType);
            }
        }
    }

    private static void Ignore(JsonElement value)
    {
    }

    private void Nothing(JsonElement value)
    {
        if (!IsEmpty(value))
        {
            throw Stop(GuardRefusals.UnknownForm);
        }
    }

    private void Each(JsonElement list, Action<JsonElement> visit)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw Stop(GuardRefusals.UnknownForm);
        }

        foreach (var entry in list.EnumerateArray())
        {
            visit(entry);
        }
    }

    private void Only(JsonElement value, params ReadOnlySpan<(string Name, Action<JsonElement> Visit)> members)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Stop(GuardRefusals.UnknownForm);
        }

        foreach (var member in value.EnumerateObject())
        {
            var known = false;
            foreach (var (name, visit) in members)
            {
                if (member.NameEquals(name))
                {
                    visit(member.Value);
                    known = true;
                    break;
                }
            }

            if (!known)
            {
                throw Stop(GuardRefusals.UnknownForm);
            }
        }
    }
}
