using Sandbox.Export.Artefacts;
using Sandbox.Host.Domains;
using Sandbox.Vault.Evidence;

namespace Sandbox.Host.Exports;

/// <summary>How the author wants unsafe cells of a table mended. At least one of the three.</summary>
/// <param name="Withhold">Unsafe cells are withheld, and others that would give them away; we choose which.</param>
/// <param name="Round">Counts are rounded to multiples of this, 2 to 1000. It makes no unsafe cell safe.</param>
/// <param name="Merge">Categories that become one, top and bottom coding; the first that fits counts.</param>
public sealed record ExportMend(bool Withhold = false, int? Round = null, IReadOnlyList<ExportMerge>? Merge = null)
{
    private const int MostMerges = 64;
    private const int LeastRounding = 2;
    private const int MostRounding = 1000;

    /// <summary>Whether it is within its limits and can be done to this table.</summary>
    internal bool Fits(ExportTable table) =>
        (Withhold || Round is not null || Merge is { Count: > 0 })
        && Round is null or (>= LeastRounding and <= MostRounding)
        && (Merge?.Count ?? 0) <= MostMerges && (Merge ?? []).All(merge => merge.IsWhole && table.Dimensions.Contains(merge.Dimension, StringComparer.Ordinal))
        && table.Source is not null && table.Round is null
        && table.Measures.All(measure => measure.Kind is MeasureKind.Count or MeasureKind.Sum or MeasureKind.Mean);

    internal IReadOnlyList<ValueMerge> Of(string dimension) => [.. (Merge ?? []).Where(merge => merge.Dimension == dimension).Select(merge => merge.ToMerge())];
}

/// <summary>Values of one dimension that become one: a list (<paramref name="Values"/>), or a span of numbers or days, both ends included (<paramref name="From"/> alone: top coding).</summary>
/// <param name="Into">The new category, as it is printed.</param>
public sealed record ExportMerge(string Dimension, string Into, IReadOnlyList<string>? Values = null, string? From = null, string? To = null)
{
    private const int LongestName = 64;
    private const int LongestValue = 200;
    private const int MostValues = 1000;

    // A category may not pass for a margin or for missing values.
    internal bool IsWhole =>
        Names.PlainWords(Into, LongestName) && Into is not ("(all)" or EvidenceService.MissingKey or "x")
        && (Values?.Count ?? 0) <= MostValues
        && (Values ?? []).Concat(new[] { From, To }.OfType<string>()).All(value => value.Length <= LongestValue && !value.Contains('\0', StringComparison.Ordinal))
        && ToMerge().IsWhole;

    internal ValueMerge ToMerge() => new(Into, Values, From, To);
}
