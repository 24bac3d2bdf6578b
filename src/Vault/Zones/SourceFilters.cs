namespace Sandbox.Vault.Zones;

/// <summary>The wire form of <see cref="RowFilter"/>.</summary>
internal static class SourceFilters
{
    public static SourceFilter Of(RowFilter filter) => filter switch
    {
        RowFilter.Between between => new SourceFilter(between.Column, between.From, between.To, null),
        RowFilter.OneOf list => new SourceFilter(list.Column, null, null, list.Values),
        RowFilter.NoneOf list => new SourceFilter(list.Column, null, null, null, list.Values),
        RowFilter.AnyOf any => new SourceFilter("", null, null, null, null, [.. any.Conditions.Select(Of)]),
        _ => throw new ArgumentException("An unknown kind of condition.", nameof(filter)),
    };
}
