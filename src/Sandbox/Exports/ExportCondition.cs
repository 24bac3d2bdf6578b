using Sandbox.Vault.Zones;

namespace Sandbox.Host.Exports;

/// <summary>
/// A condition of a table's range. Exactly one of: a span (<paramref name="From"/> and <paramref name="To"/>, both included, one may be left out), a list, a list of what the value may not be
/// (a missing value passes), or <paramref name="Any"/> of several conditions. Values are texts, read in the column's own type.
/// </summary>
public sealed record ExportCondition(
    string? Column = null, string? From = null, string? To = null, IReadOnlyList<string>? OneOf = null, IReadOnlyList<string>? NoneOf = null, IReadOnlyList<ExportCondition>? Any = null)
{
    private const int LongestValue = 200;

    /// <summary>Whether it is one of the forms and within its limits.</summary>
    internal bool IsWhole
    {
        get
        {
            var forms = (From is null && To is null ? 0 : 1) + (OneOf is null ? 0 : 1) + (NoneOf is null ? 0 : 1) + (Any is null ? 0 : 1);
            return forms == 1
                && (Any is null) == (Column is not null)
                && (Any?.All(condition => condition.Any is null && condition.IsWhole) ?? true)
                && new[] { From, To }.OfType<string>().Concat(OneOf ?? []).Concat(NoneOf ?? []).All(value => value.Length <= LongestValue && !value.Contains('\0', StringComparison.Ordinal))
                && ToFilter().IsWhole;
        }
    }

    internal RowFilter ToFilter() => this switch
    {
        { Any: { } any } => new RowFilter.AnyOf([.. any.Select(condition => condition.ToFilter())]),
        { OneOf: { } values } => new RowFilter.OneOf(Column!, values),
        { NoneOf: { } values } => new RowFilter.NoneOf(Column!, values),
        _ => new RowFilter.Between(Column!, From, To),
    };
}
