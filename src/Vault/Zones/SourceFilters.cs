namespace Sandbox.Vault.Zones;

/// <summary>The wire form of <see cref="RowFilter"/>.</summary>
internal static class SourceFilters
{
    public static SourceFilter Of(RowFilter filter) => filter switch
    {
        RowFilter.Between between => new SourceFilter(between.Column, between.From, between.To, null),
        RowFilter.OneOf list => new SourceFilter(list.Column, null, null, list.Values),
        _ => throw new ArgumentException("An unknown kind of condition.", nameof(filter)),
    };
}
