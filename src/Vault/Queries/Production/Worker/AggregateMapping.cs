using System.Text.Json;

namespace Sandbox.Vault.Queries;

/// <summary>Maps a parsed SELECT to the closed aggregate request. What is not known here has no closed form: nothing is skipped and nothing is guessed.</summary>
internal sealed partial class AggregateMapping(IReadOnlyList<GrantedTable> tables)
{
    private readonly List<string> _qualifiers = [];
    private GrantedTable _table = new("", "", []);

    /// <summary>The whole answer of <c>json_serialize_sql</c>.</summary>
    /// <exception cref="GuardStop">It has no closed form.</exception>
    public WireAggregate Root(JsonElement root)
    {
        var statements = TreeWalk.Statements(root);
        if (statements is not [var statement])
        {
            throw new GuardStop(statements.Length == 0 ? GuardRefusals.Empty : GuardRefusals.OneStatement, null);
        }

        var select = statement.GetProperty("node");
        if (!IsEmpty(statement.GetProperty("named_param_map")))
        {
            throw new GuardStop(GuardRefusals.Parameter, null);
        }

        Require(Is(select, "type", "SELECT_NODE"), AggregateRefusals.Form, select);
        Require(IsEmpty(select.GetProperty("cte_map").GetProperty("map")), AggregateRefusals.OneTable, select);
        foreach (var part in new[] { "having", "sample", "qualify" })
        {
            Require(IsEmpty(select.GetProperty(part)), AggregateRefusals.Form, select.GetProperty(part));
        }

        Table(select.GetProperty("from_table"));
        JsonElement[] list = [.. select.GetProperty("select_list").EnumerateArray()];
        AggregateItem[] items = [.. list.Select(Item)];
        string[] dimensions = Is(select, "aggregate_handling", "FORCE_AGGREGATES")
            ? [.. items.Where(item => item.Kind == AggregateKind.Dimension).Select(item => item.Column!).Distinct(StringComparer.Ordinal)]
            : Dimensions(select, list, items);
        for (var at = 0; at < items.Length; at++)
        {
            Require(items[at].Kind != AggregateKind.Dimension || dimensions.Contains(items[at].Column!, StringComparer.Ordinal), AggregateRefusals.RawRows, list[at]);
        }

        Require(items.Any(item => item.Kind != AggregateKind.Dimension), AggregateRefusals.RawRows, list[0]);
        Require(dimensions.Length <= 4 && items.Length <= 16, AggregateRefusals.Group, select);
        var conditions = new List<WireCondition>();
        if (select.GetProperty("where_clause") is { ValueKind: JsonValueKind.Object } where)
        {
            Conjunction(where, conditions, 0);
        }

        Require(conditions.Count <= 16, AggregateRefusals.Condition, select);
        var (order, limit) = Modifiers(select.GetProperty("modifiers"), list, items);
        return new WireAggregate(_table.Name, dimensions, items, conditions, order, limit);
    }

    private void Table(JsonElement from)
    {
        Require(Is(from, "type", "BASE_TABLE") && IsEmpty(from.GetProperty("sample")) && IsEmpty(from.GetProperty("column_name_alias")) && IsEmpty(from.GetProperty("at_clause")), AggregateRefusals.OneTable, from);
        var (catalog, schema, name) = (Text(from, "catalog_name"), Text(from, "schema_name"), Text(from, "table_name"));
        var reaches = (catalog.Length == 0 && (schema.Length == 0 || Same(schema, GrantedTable.DefaultSchema) || Same(schema, GrantedTable.Catalog)))
            || (Same(catalog, GrantedTable.Catalog) && Same(schema, GrantedTable.DefaultSchema));
        _table = (reaches ? tables.FirstOrDefault(table => Same(table.Name, name)) : null) ?? throw Stop(GuardRefusals.Table, from);
        _qualifiers.Add(Text(from, "alias") is { Length: > 0 } alias ? alias : _table.Name);
    }

    private AggregateItem Item(JsonElement expression)
    {
        var alias = Text(expression, "alias");
        if (Is(expression, "class", "COLUMN_REF"))
        {
            var column = Column(expression);
            return new AggregateItem(alias.Length > 0 ? alias : column, AggregateKind.Dimension, column, null);
        }

        Require(!Is(expression, "class", "STAR"), AggregateRefusals.RawRows, expression);
        Require(Is(expression, "class", "FUNCTION"), AggregateRefusals.Measure, expression);
        var name = Identifier.Fold(Text(expression, "function_name"));
        JsonElement[] arguments = [.. expression.GetProperty("children").EnumerateArray()];
        Require(
            Text(expression, "schema").Length == 0 && Text(expression, "catalog").Length == 0 && IsEmpty(expression.GetProperty("filter")) && IsEmpty(expression.GetProperty("distinct"))
                && IsEmpty(expression.GetProperty("order_bys").GetProperty("orders")) && IsEmpty(expression.GetProperty("export_state")),
            AggregateRefusals.Measure, expression);
        if (name == "round")
        {
            Require(arguments is [{ } inner, ..] && Is(inner, "class", "FUNCTION") && !IsNamed(inner, "round") && arguments.Length <= 2, AggregateRefusals.Measure, expression);
            var decimals = arguments.Length == 1 ? 0 : Whole(arguments[1]);
            Require(decimals is >= 0 and <= 12, AggregateRefusals.Measure, expression);
            var measure = Item(arguments[0]);
            return measure with { Name = alias.Length > 0 ? alias : $"round({measure.Name})", Decimals = decimals };
        }

        switch (name, arguments)
        {
            case ("count_star", []):
                return new AggregateItem(alias.Length > 0 ? alias : "count", AggregateKind.Count, null, null);
            case ("count", [{ } one]) when Is(one, "class", "CONSTANT") && Whole(one) is not null:
                return new AggregateItem(alias.Length > 0 ? alias : "count", AggregateKind.Count, null, null);
            case ("count" or "sum" or "avg" or "mean", [{ } one]) when Is(one, "class", "COLUMN_REF"):
                var column = Column(one);
                return new AggregateItem(alias.Length > 0 ? alias : $"{name}({column})", name switch { "count" => AggregateKind.Count, "sum" => AggregateKind.Sum, _ => AggregateKind.Mean }, column, null);
            default:
                throw Stop(AggregateRefusals.Measure, expression);
        }
    }

    private string[] Dimensions(JsonElement select, JsonElement[] list, AggregateItem[] items)
    {
        Require(Is(select, "aggregate_handling", "STANDARD_HANDLING"), AggregateRefusals.Group, select);
        JsonElement[] groups = [.. select.GetProperty("group_expressions").EnumerateArray()];
        JsonElement[] sets = [.. select.GetProperty("group_sets").EnumerateArray()];
        Require(sets.Length <= 1 && (groups.Length == 0 || (sets.Length == 1 && sets[0].GetArrayLength() == groups.Length)), AggregateRefusals.Group, groups.Length > 0 ? groups[0] : select);
        var dimensions = new List<string>();
        foreach (var group in groups)
        {
            string column;
            if (Is(group, "class", "CONSTANT"))
            {
                column = Whole(group) is { } place && place >= 1 && place <= items.Length && items[place - 1] is { Kind: AggregateKind.Dimension, Column: { } of } ? of : throw Stop(AggregateRefusals.Group, group);
            }
            else
            {
                Require(Is(group, "class", "COLUMN_REF"), AggregateRefusals.Group, group);

                // A heading is no column, but may stand for one of the list.
                string[] parts = Parts(group);
                column = parts is [var heading] && !_table.Columns.Contains(heading, Identifier.Comparer) && Array.Find(items, item => Same(item.Name, heading)) is { Kind: AggregateKind.Dimension, Column: { } of } ? of : Column(group);
            }

            if (!dimensions.Contains(column, StringComparer.Ordinal))
            {
                dimensions.Add(column);
            }
        }

        return [.. dimensions];
    }

    private (IReadOnlyList<AggregateOrder> Order, int? Limit) Modifiers(JsonElement modifiers, JsonElement[] list, AggregateItem[] items)
    {
        var order = new List<AggregateOrder>();
        int? limit = null;
        foreach (var modifier in modifiers.EnumerateArray())
        {
            switch (Text(modifier, "type"))
            {
                case "ORDER_MODIFIER":
                    foreach (var by in modifier.GetProperty("orders").EnumerateArray())
                    {
                        var expression = by.GetProperty("expression");
                        Require(Text(by, "null_order") == "ORDER_DEFAULT", AggregateRefusals.Order, expression);
                        order.Add(new AggregateOrder(Place(expression, items), Is(by, "type", "DESCENDING")));
                    }

                    break;
                case "LIMIT_MODIFIER":
                    Require(IsEmpty(modifier.GetProperty("offset")), AggregateRefusals.Form, modifier.GetProperty("offset"));
                    limit = Whole(modifier.GetProperty("limit")) is { } most and >= 0 ? most : throw Stop(AggregateRefusals.Order, modifier.GetProperty("limit"));
                    break;
                default:
                    throw Stop(AggregateRefusals.Form, list[0]);
            }
        }

        return (order, limit);
    }

    private int Place(JsonElement expression, AggregateItem[] items)
    {
        var at = -1;
        if (Is(expression, "class", "CONSTANT"))
        {
            at = Whole(expression) is { } place ? place - 1 : -1;
        }
        else if (Is(expression, "class", "COLUMN_REF"))
        {
            var parts = Parts(expression);
            at = parts is [var heading] ? Array.FindIndex(items, item => Same(item.Name, heading)) : -1;
            at = at >= 0 ? at : Array.FindIndex(items, item => item.Kind == AggregateKind.Dimension && item.Column == Column(expression));
        }
        else if (Is(expression, "class", "FUNCTION"))
        {
            var same = Item(expression);
            at = Array.FindIndex(items, item => item.Kind == same.Kind && item.Column == same.Column);
        }

        return at >= 0 && at < items.Length ? at : throw Stop(AggregateRefusals.Order, expression);
    }
}
