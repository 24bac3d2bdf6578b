using System.Globalization;
using System.Text.Json;

namespace Sandbox.Vault.Queries;

/// <summary>Conditions, values and names.</summary>
internal sealed partial class AggregateMapping
{
    private const int DeepestCondition = 20;

    private void Conjunction(JsonElement condition, List<WireCondition> into, int level)
    {
        Require(level < DeepestCondition, AggregateRefusals.Condition, condition);
        if (Is(condition, "type", "CONJUNCTION_AND"))
        {
            foreach (var part in condition.GetProperty("children").EnumerateArray())
            {
                Conjunction(part, into, level + 1);
            }

            return;
        }

        into.AddRange(Condition(condition));
    }

    /// <summary>One condition as one or more closed ones, all of which must hold.</summary>
    private IEnumerable<WireCondition> Condition(JsonElement condition)
    {
        switch (Text(condition, "type"))
        {
            case "CONJUNCTION_OR":
                return [WireCondition.Either([.. Alternatives(condition, 0)])];
            case "COMPARE_NOTEQUAL":
                var (column, _, value) = Comparison(condition);
                return [WireCondition.Not(column, [value]), Present(column, value)];
            case "COMPARE_LESSTHAN" or "COMPARE_GREATERTHAN":
                var (of, kind, border) = Comparison(condition);
                return [kind == "COMPARE_LESSTHAN" ? WireCondition.Span(of, null, border) : WireCondition.Span(of, border, null), WireCondition.Not(of, [border])];
            case "COMPARE_NOT_IN":
                var (name, values) = List(condition);
                return [WireCondition.Not(name, values), Present(name, values[0])];
            case "OPERATOR_NOT" when condition.GetProperty("children").EnumerateArray().ToArray() is [{ } flag] && Is(flag, "class", "COLUMN_REF"):
                return [WireCondition.List(Column(flag), ["false"])];
            default:
                return [Simple(condition)];
        }
    }

    private IEnumerable<WireCondition> Alternatives(JsonElement condition, int level)
    {
        Require(level < DeepestCondition, AggregateRefusals.Condition, condition);
        return condition.GetProperty("children").EnumerateArray().SelectMany(part => Is(part, "type", "CONJUNCTION_OR") ? Alternatives(part, level + 1) : [Simple(part)]);
    }

    /// <summary>The conditions that one closed condition expresses.</summary>
    private WireCondition Simple(JsonElement condition)
    {
        switch (Text(condition, "type"))
        {
            case "COLUMN_REF":
                return WireCondition.List(Column(condition), ["true"]);
            case "COMPARE_EQUAL" or "COMPARE_LESSTHANOREQUALTO" or "COMPARE_GREATERTHANOREQUALTO":
                var (column, kind, value) = Comparison(condition);
                return kind switch
                {
                    "COMPARE_EQUAL" => WireCondition.List(column, [value]),
                    "COMPARE_LESSTHANOREQUALTO" => WireCondition.Span(column, null, value),
                    _ => WireCondition.Span(column, value, null),
                };
            case "COMPARE_BETWEEN":
                Require(Is(condition.GetProperty("input"), "class", "COLUMN_REF"), AggregateRefusals.Condition, condition);
                return WireCondition.Span(Column(condition.GetProperty("input")), Value(condition.GetProperty("lower")), Value(condition.GetProperty("upper")));
            case "COMPARE_IN":
                var (name, values) = List(condition);
                return WireCondition.List(name, values);
            default:
                throw Stop(AggregateRefusals.Condition, condition);
        }
    }

    // A value at or on either side of a border is there at all.
    private static WireCondition Present(string column, string value) => WireCondition.Either([WireCondition.Span(column, null, value), WireCondition.Span(column, value, null)]);

    private (string Column, string Kind, string Value) Comparison(JsonElement condition)
    {
        var (left, right, kind) = (condition.GetProperty("left"), condition.GetProperty("right"), Text(condition, "type"));
        if (Is(left, "class", "COLUMN_REF"))
        {
            return (Column(left), kind, Value(right));
        }

        Require(Is(right, "class", "COLUMN_REF"), AggregateRefusals.Condition, condition);
        return (Column(right), kind switch
        {
            "COMPARE_LESSTHAN" => "COMPARE_GREATERTHAN",
            "COMPARE_GREATERTHAN" => "COMPARE_LESSTHAN",
            "COMPARE_LESSTHANOREQUALTO" => "COMPARE_GREATERTHANOREQUALTO",
            "COMPARE_GREATERTHANOREQUALTO" => "COMPARE_LESSTHANOREQUALTO",
            _ => kind,
        }, Value(left));
    }

    private (string Column, string[] Values) List(JsonElement condition)
    {
        JsonElement[] children = [.. condition.GetProperty("children").EnumerateArray()];
        Require(children.Length is > 1 and <= 1001 && Is(children[0], "class", "COLUMN_REF"), AggregateRefusals.Condition, condition);
        return (Column(children[0]), [.. children.Skip(1).Select(Value)]);
    }

    /// <summary>A plain value as text: a number, a text, true, false, or a date or time literal.</summary>
    private static string Value(JsonElement expression)
    {
        if (Is(expression, "class", "CAST") && expression.GetProperty("child") is var inner && Is(inner, "class", "CONSTANT") && expression.GetProperty("cast_type") is var type
            && (Is(type, "id", "DATE") || Is(type, "id", "TIMESTAMP") || Is(type, "id", "TIME") || Is(type, "id", "BOOLEAN")) && inner.GetProperty("value") is var text && text.GetProperty("value").ValueKind == JsonValueKind.String)
        {
            var written = text.GetProperty("value").GetString()!;
            return Is(type, "id", "BOOLEAN") ? (written is "t" or "true" ? "true" : "false") : written;
        }

        Require(Is(expression, "class", "CONSTANT") && IsEmpty(expression.GetProperty("value").GetProperty("is_null")), AggregateRefusals.Condition, expression);
        var value = expression.GetProperty("value");
        var raw = value.GetProperty("value");
        return (Text(value.GetProperty("type"), "id"), raw.ValueKind) switch
        {
            ("INTEGER" or "BIGINT", JsonValueKind.Number) => raw.GetInt64().ToString(CultureInfo.InvariantCulture),
            ("DECIMAL", JsonValueKind.Number) => Decimal(raw.GetInt64(), value.GetProperty("type").GetProperty("type_info").GetProperty("scale").GetInt32()),
            ("DOUBLE", JsonValueKind.Number) => raw.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            ("VARCHAR", JsonValueKind.String) when raw.GetString() is { Length: <= 200 } text2 => text2,
            ("BOOLEAN", JsonValueKind.True) => "true",
            ("BOOLEAN", JsonValueKind.False) => "false",
            _ => throw Stop(AggregateRefusals.Condition, expression),
        };
    }

    private static string Decimal(long digits, int scale)
    {
        var text = new string('0', Math.Max(0, scale + 1 - digits.ToString(CultureInfo.InvariantCulture).TrimStart('-').Length)) + digits.ToString(CultureInfo.InvariantCulture).TrimStart('-');
        return (digits < 0 ? "-" : "") + (scale == 0 ? text : $"{text[..^scale]}.{text[^scale..]}");
    }

    private string Column(JsonElement reference)
    {
        string[] parts = Parts(reference);
        var name = parts.Length switch
        {
            1 => parts[0],
            2 when _qualifiers.Contains(parts[0], Identifier.Comparer) => parts[1],
            _ => throw Stop(AggregateRefusals.Column, reference),
        };
        return _table.Columns.FirstOrDefault(column => Same(column, name)) ?? throw Stop(AggregateRefusals.Column, reference);
    }

    private static string[] Parts(JsonElement reference) => [.. reference.GetProperty("column_names").EnumerateArray().Select(part => part.GetString() ?? "")];

    /// <summary>A whole number written in place; null for anything else.</summary>
    private static int? Whole(JsonElement expression) =>
        expression.ValueKind == JsonValueKind.Object && Is(expression, "class", "CONSTANT") && expression.GetProperty("value") is var value && Is(value.GetProperty("type"), "id", "INTEGER")
            && value.GetProperty("value").ValueKind == JsonValueKind.Number && value.GetProperty("value").TryGetInt32(out var number) ? number : null;

    private static bool IsNamed(JsonElement function, string name) => Same(Text(function, "function_name"), name);

    private static bool Is(JsonElement element, string member, string text) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static string Text(JsonElement element, string member) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Stop(AggregateRefusals.Form, element);

    private static bool IsEmpty(JsonElement value) => TreeWalk.IsEmpty(value);

    private static bool Same(string left, string right) => Identifier.Comparer.Equals(left, right);

    private static void Require(bool holds, Policy.Refusal refusal, JsonElement at)
    {
        if (!holds)
        {
            throw Stop(refusal, at);
        }
    }

    private static GuardStop Stop(Policy.Refusal refusal, JsonElement at) =>
        new(refusal, at.ValueKind == JsonValueKind.Object && at.TryGetProperty("query_location", out var location) && location.TryGetUInt64(out var offset) && offset != ulong.MaxValue ? offset : null);
}
