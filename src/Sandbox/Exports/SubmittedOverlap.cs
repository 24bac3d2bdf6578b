using System.Globalization;
using Sandbox.Export.Artefacts;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Trust;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Overlap;

namespace Sandbox.Host.Exports;

/// <summary>Looks for raw values in the rows that a model made.</summary>
internal static class SubmittedOverlap
{
    private const int LongestText = 4096;

    /// <summary>From this share of the rows on, figures that equal raw numbers are no chance.</summary>
    private const int ChanceShare = 10;
    private const int LeastFigures = 3;

    /// <summary>How many of the rows hold a raw value.</summary>
    /// <exception cref="RefusedException">Nothing could be compared.</exception>
    public static async Task<long> CountAsync(OpenDomain domain, DataSet set, DataKey key, IReadOnlyList<IReadOnlyList<Cell>> rows, CancellationToken cancel)
    {
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var text in rows.SelectMany(row => row).Select(Text).OfType<string>())
        {
            texts.TryAdd(text.Length <= LongestText ? text : text[..LongestText], texts.Count);
        }

        if (texts.Count == 0)
        {
            return 0;
        }

        var result = await new OverlapService(domain.Jailer, domain.Store).SearchAsync(
            [.. texts.Keys], Math.Max(2, domain.Profile.Floor.Disclosure.Value.MinimumContributors), new EvidenceSource(set.ZoneSegments(), key), cancel).ConfigureAwait(false);
        if (result is not OverlapResult.Found found)
        {
            throw new RefusedException(((OverlapResult.Refused)result).Reason);
        }

        bool Holds(IReadOnlyList<Cell> row, IReadOnlySet<int> hits) => row.Select(Text).OfType<string>().Any(text => texts.TryGetValue(text.Length <= LongestText ? text : text[..LongestText], out var number) && hits.Contains(number));
        var certain = rows.LongCount(row => Holds(row, found.Texts));
        var figures = rows.LongCount(row => Holds(row, found.Numbers));
        return certain > 0 ? certain : figures >= LeastFigures && figures * ChanceShare >= rows.Count ? figures : 0;
    }

    private static string? Text(Cell cell) => cell switch
    {
        Cell.Text text => text.Value,
        Cell.Whole whole => whole.Value.ToString(CultureInfo.InvariantCulture),
        Cell.Exact exact => exact.Value.ToString("0.############################", CultureInfo.InvariantCulture),
        Cell.Real real => real.Value.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };
}
