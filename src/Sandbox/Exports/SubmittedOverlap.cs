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

    private const int SampledRows = 1000;
    private const decimal LargestMoved = 1_000_000_000_000_000;

    /// <summary>How far above what chance gives, in its standard deviations (at most the root of what is expected).</summary>
    private const int Deviations = 4;

    /// <summary>By how many units of their last digit numbers are moved; 0 is what was submitted.</summary>
    private static readonly int[] Moves = [0, -4, -3, -2, -1, 1, 2, 3, 4];

    /// <summary>How many of the rows hold a raw value.</summary>
    /// <param name="dimensions">How many cells of a row, from the first on, name its group; the others are figures.</param>
    /// <exception cref="RefusedException">Nothing could be compared.</exception>
    public static async Task<long> CountAsync(OpenDomain domain, DataSet set, DataKey key, IReadOnlyList<IReadOnlyList<Cell>> rows, int dimensions, CancellationToken cancel) =>
        (await CountAsync(domain, set, key, [(rows, dimensions)], cancel).ConfigureAwait(false))[0];

    /// <summary>The same for several tables at once: the search is for single values, so the raw data is read once for all of them.</summary>
    /// <exception cref="RefusedException">Nothing could be compared.</exception>
    public static async Task<IReadOnlyList<long>> CountAsync(OpenDomain domain, DataSet set, DataKey key, IReadOnlyList<(IReadOnlyList<IReadOnlyList<Cell>> Rows, int Dimensions)> tables, CancellationToken cancel)
    {
        var (texts, figures) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (rows, dimensions) in tables)
        {
            foreach (var row in rows)
            {
                Number(row.Take(dimensions), texts);
                Number(row.Skip(dimensions), figures);
            }
        }

        if (texts.Count + figures.Count == 0)
        {
            return [.. tables.Select(_ => 0L)];
        }

        var found = await SearchAsync(domain, set, key, texts.Keys, figures.Keys, cancel).ConfigureAwait(false);
        var counts = new long[tables.Count];
        var met = found.Figures.SelectMany(column => column).ToHashSet();
        foreach (var (at, (rows, dimensions)) in tables.Index())
        {
            var certain = rows.LongCount(row => Hits(row.Take(dimensions), texts, found.Texts));
            var chances = rows.LongCount(row => Hits(row.Take(dimensions), texts, found.Numbers) || Hits(row.Skip(dimensions), figures, met));
            counts[at] = certain > 0 ? certain
                : chances >= LeastFigures && chances * ChanceShare >= rows.Count && !await IsChanceAsync(domain, set, key, rows, cancel).ConfigureAwait(false) ? chances
                : 0;
        }

        return counts;
    }

    /// <summary>
    /// Whether numbers beside those of the output meet raw numbers about as often: where amounts lie close together, any figure meets one. Each column is held against itself moved by a few units of its
    /// last digits other than zero, in one column of the raw data at a time, so that a column of chance does not hide another one.
    /// </summary>
    private static async Task<bool> IsChanceAsync(OpenDomain domain, DataSet set, DataKey key, IReadOnlyList<IReadOnlyList<Cell>> rows, CancellationToken cancel)
    {
        IReadOnlyList<Cell>[] sample = [.. rows.Where((_, at) => at % ((rows.Count / SampledRows) + 1) == 0)];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);

        // What can't be moved counts as it is and has no neighbours: nothing speaks for chance then.
        string? Moved(Cell cell, int by) =>
            cell is Cell.Text || Text(cell) is not { } text ? null
            : by == 0 ? text
            : decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && decimal.Abs(value) < LargestMoved
                ? (value + (by * Unit(value))).ToString("0.############################", CultureInfo.InvariantCulture)
                : null;
        foreach (var text in sample.SelectMany(row => row).SelectMany(cell => Moves.Select(by => Moved(cell, by))).OfType<string>())
        {
            numbers.TryAdd(text, numbers.Count);
        }

        var found = (await SearchAsync(domain, set, key, [], numbers.Keys, cancel).ConfigureAwait(false)).Figures;
        return Enumerable.Range(0, sample.Max(row => row.Count)).All(column => found.All(raw =>
        {
            int Met(int by) => sample.Count(row => column < row.Count && Moved(row[column], by) is { } text && raw.Contains(numbers[text]));
            var expected = Moves.Where(by => by != 0).Average(Met);
            return Met(0) < LeastFigures + expected + (Deviations * Math.Sqrt(expected));
        }));
    }

    private static async Task<OverlapResult.Found> SearchAsync(OpenDomain domain, DataSet set, DataKey key, IReadOnlyCollection<string> texts, IReadOnlyCollection<string> figures, CancellationToken cancel) =>
        await new OverlapService(domain.Jailer, domain.Store).SearchAsync(
            [.. texts], [.. figures], Math.Max(2, domain.Profile.Floor.Disclosure.Value.MinimumContributors), new EvidenceSource(set.ZoneSegments(), key), cancel).ConfigureAwait(false) switch
        {
            OverlapResult.Found found => found,
            OverlapResult.Refused refused => throw new RefusedException(refused.Reason),
            _ => throw new RefusedException(),
        };

    // Amounts in whole tens or thousands lie among others of that kind.
    private static decimal Unit(decimal value)
    {
        var unit = new decimal(1, 0, 0, false, value.Scale);
        while (value != 0 && value % (unit * 10) == 0)
        {
            unit *= 10;
        }

        return unit;
    }

    private static void Number(IEnumerable<Cell> cells, Dictionary<string, int> numbers)
    {
        foreach (var text in cells.Select(Text).OfType<string>())
        {
            numbers.TryAdd(Searched(text), numbers.Count);
        }
    }

    private static bool Hits(IEnumerable<Cell> cells, Dictionary<string, int> numbers, IReadOnlySet<int> found) => cells.Select(Text).OfType<string>().Any(text => found.Contains(numbers[Searched(text)]));

    private static string Searched(string text) => text.Length <= LongestText ? text : text[..LongestText];

    private static string? Text(Cell cell) => cell switch
    {
        Cell.Text text => text.Value,
        Cell.Whole whole => whole.Value.ToString(CultureInfo.InvariantCulture),
        Cell.Exact exact => exact.Value.ToString("0.############################", CultureInfo.InvariantCulture),
        Cell.Real real => real.Value.ToString("R", CultureInfo.InvariantCulture),
        _ => null,
    };
}
