using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Queries;

/// <summary>The closed form that a production query is mapped to. It holds no expression: the SQL over the vault is made by us from it.</summary>
/// <param name="Table">Table of the zone.</param>
/// <param name="Dimensions">Columns of the groups, at most four, each once.</param>
/// <param name="Items">What is shown, in the order of the select list, 1 to 16.</param>
/// <param name="Filters">The range; every filter must hold; at most 16.</param>
/// <param name="Order">How groups are ordered, by items; without it by the dimensions.</param>
/// <param name="Limit">Most groups that are shown; null for the display limit.</param>
public sealed record AggregateRequest(
    string Table, IReadOnlyList<string> Dimensions, IReadOnlyList<AggregateItem> Items, IReadOnlyList<RowFilter> Filters, IReadOnlyList<AggregateOrder> Order, int? Limit);

/// <summary>An item of the select list.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Column">Column; null for a count of rows only.</param>
/// <param name="Decimals">Decimals that it is rounded to, 0 to 12; null for as it is.</param>
public sealed record AggregateItem(string Name, AggregateKind Kind, string? Column, int? Decimals);

/// <summary>An item to order by.</summary>
/// <param name="Item">Its place in the select list, from 0.</param>
/// <param name="Descending">Largest first.</param>
public sealed record AggregateOrder(int Item, bool Descending);

/// <summary>Kinds of items. Nothing else is answered from a production zone.</summary>
public enum AggregateKind
{
    /// <summary>Not stated.</summary>
    Unknown = 0,

    /// <summary>A dimension.</summary>
    Dimension,

    /// <summary>Number of rows, or of values of a column.</summary>
    Count,

    /// <summary>Sum of a column.</summary>
    Sum,

    /// <summary>Mean of a column.</summary>
    Mean,
}

/// <summary>What the reader made of a statement.</summary>
public abstract record AggregateReading
{
    private AggregateReading()
    {
    }

    /// <summary>It has the closed form.</summary>
    public sealed record Mapped(AggregateRequest Request) : AggregateReading;

    /// <summary>It has not.</summary>
    public sealed record Refused(QueryRefusal Reason) : AggregateReading;
}
