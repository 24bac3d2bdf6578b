using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Queries;

/// <summary>A statement to be read, with names only.</summary>
internal sealed record AggregateQuestion(string Sql, IReadOnlyList<GrantedTable> Tables);

/// <summary>What was made of it; exactly one of the two is there.</summary>
internal sealed record AggregateReply(WireAggregate? Request, RefusedReply? Refused);

/// <summary>The request on the wire.</summary>
internal sealed record WireAggregate(
    string Table, IReadOnlyList<string> Dimensions, IReadOnlyList<AggregateItem> Items, IReadOnlyList<WireCondition> Filters, IReadOnlyList<AggregateOrder> Order, int? Limit)
{
    /// <summary>Null where something is missing that a list should hold.</summary>
    public AggregateRequest? ToRequest() =>
        Dimensions.Contains(null!) || Items.Contains(null!) || Order.Contains(null!) || Filters.Contains(null!) || Filters.Any(filter => filter.ToFilter() is null)
            ? null
            : new AggregateRequest(Table, Dimensions, Items, [.. Filters.Select(filter => filter.ToFilter()!)], Order, Limit);
}

/// <summary>A condition on the wire: a span, a list, a list of what may not be, or any of several.</summary>
internal sealed record WireCondition(string? Column, string? From, string? To, IReadOnlyList<string>? OneOf, IReadOnlyList<string>? NoneOf, IReadOnlyList<WireCondition>? Any)
{
    public static WireCondition Span(string column, string? from, string? to) => new(column, from, to, null, null, null);

    public static WireCondition List(string column, IReadOnlyList<string> values) => new(column, null, null, values, null, null);

    public static WireCondition Not(string column, IReadOnlyList<string> values) => new(column, null, null, null, values, null);

    public static WireCondition Either(IReadOnlyList<WireCondition> conditions) => new(null, null, null, null, null, conditions);

    public RowFilter? ToFilter() => this switch
    {
        { Any: { } any, Column: null } when !any.Contains(null!) && any.All(condition => condition.Any is null && condition.ToFilter() is not null) => new RowFilter.AnyOf([.. any.Select(condition => condition.ToFilter()!)]),
        { Column: { } column, OneOf: { } values } when !values.Contains(null!) => new RowFilter.OneOf(column, values),
        { Column: { } column, NoneOf: { } values } when !values.Contains(null!) => new RowFilter.NoneOf(column, values),
        { Column: { } column } => new RowFilter.Between(column, From, To),
        _ => null,
    };
}

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AggregateQuestion))]
[JsonSerializable(typeof(AggregateReply))]
internal sealed partial class AggregateJson : JsonSerializerContext;
