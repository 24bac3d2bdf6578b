namespace Sandbox.Policy.Disclosure.Risk;

/// <summary>
/// Risk of re-identification of masked records. Classes of equal keys: k-anonymity (Sweeney, 2002), prosecutor risk as ARX has it, l-diversity (Machanavajjhala et al., 2007, distinct), t-closeness
/// (Li et al., 2007, equal ground distance). Individual risk from sample weights: the approximation of Franconi and Polettini (2004) as in sdcMicro's <c>indivRisk(method="approx")</c>.
/// </summary>
public sealed record Reidentification
{
    private const int MostRowsWithMissing = 20_000;

    private Reidentification()
    {
    }

    /// <summary>Records.</summary>
    public required int Rows { get; init; }

    /// <summary>Different keys; a missing value is one of its own here.</summary>
    public required int Classes { get; init; }

    /// <summary>For each record, how many records fit its keys.</summary>
    public required IReadOnlyList<int> SampleFrequencies { get; init; }

    /// <summary>For each record, the weight of the records that fit its keys: the estimated frequency in the population.</summary>
    public required IReadOnlyList<double> PopulationFrequencies { get; init; }

    /// <summary>For each record, the estimated probability of being found by its keys.</summary>
    public required IReadOnlyList<double> IndividualRisks { get; init; }

    /// <summary>Distinct sensitive values in the poorest class; null when no record has one.</summary>
    public required int? Diversity { get; init; }

    /// <summary>Largest distance of a class's sensitive values from those of all records, 0…1; null when no record has one.</summary>
    public required double? Closeness { get; init; }

    /// <summary>Size of the smallest class: the k that holds. 0 without records.</summary>
    public int K => SampleFrequencies.DefaultIfEmpty(0).Min();

    /// <summary>Records that are alone with their keys.</summary>
    public int SampleUniques => SampleFrequencies.Count(frequency => frequency == 1);

    /// <summary>Records of which there is exactly one other with the same keys.</summary>
    public int Pairs => SampleFrequencies.Count(frequency => frequency == 2);

    /// <summary>Share of the records that an attacker who knows the keys finds on average: Σ 1/class size, over the records.</summary>
    public double AverageRisk => Rows == 0 ? 0 : SampleFrequencies.Sum(frequency => 1.0 / frequency) / Rows;

    /// <summary>The same for the record that is found most easily.</summary>
    public double HighestRisk => K == 0 ? 0 : 1.0 / K;

    /// <summary>The same for the record that is found least easily.</summary>
    public double LowestRisk => Rows == 0 ? 0 : 1.0 / SampleFrequencies.Max();

    /// <summary>How many of the sample uniques are expected to be alone in the population too: each with the probability of its sampling share.</summary>
    public double PopulationUniques => Enumerable.Range(0, Rows).Where(at => SampleFrequencies[at] == 1).Sum(at => Math.Min(1, 1 / PopulationFrequencies[at]));

    /// <summary>Measures the records.</summary>
    /// <exception cref="ArgumentException">Keys of different length, a weight that is not above 0, or too many records with missing keys.</exception>
    public static Reidentification Of(IReadOnlyList<RiskRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Any(row => row.Keys.Count != rows[0].Keys.Count || !(row.Weight > 0) || double.IsInfinity(row.Weight)))
        {
            throw new ArgumentException("Every record needs the same keys and a weight above 0.", nameof(rows));
        }

        var classes = rows.Index().GroupBy(pair => Name(pair.Item.Keys), StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
        var (frequencies, population) = (new int[rows.Count], new double[rows.Count]);
        foreach (var group in classes)
        {
            var weight = group.Sum(pair => pair.Item.Weight);
            foreach (var (at, _) in group)
            {
                (frequencies[at], population[at]) = (group.Length, weight);
            }
        }

        if (rows.Any(row => row.Keys.Contains(null)))
        {
            WithMissing(rows, frequencies, population);
        }

        var total = rows.Where(row => row.Sensitive is not null).GroupBy(row => row.Sensitive!, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var known = total.Values.Sum();
        return new Reidentification
        {
            Rows = rows.Count,
            Classes = classes.Length,
            SampleFrequencies = frequencies,
            PopulationFrequencies = population,
            IndividualRisks = [.. frequencies.Zip(population, (frequency, weight) => Risk(frequency, weight))],
            Diversity = known == 0 ? null : classes.Min(group => group.Select(pair => pair.Item.Sensitive).OfType<string>().Distinct(StringComparer.Ordinal).Count()),
            Closeness = known == 0 ? null : classes.Max(group => Distance([.. group.Select(pair => pair.Item.Sensitive).OfType<string>()], total, known)),
        };
    }

    // A missing value fits every other, as in sdcMicro's freqCalc.
    private static void WithMissing(IReadOnlyList<RiskRow> rows, int[] frequencies, double[] population)
    {
        if (rows.Count > MostRowsWithMissing)
        {
            throw new ArgumentException("Too many records to fit missing keys against each other.", nameof(rows));
        }

        for (var at = 0; at < rows.Count; at++)
        {
            (frequencies[at], population[at]) = (0, 0);
            foreach (var other in rows)
            {
                if (Fits(rows[at].Keys, other.Keys))
                {
                    frequencies[at]++;
                    population[at] += other.Weight;
                }
            }
        }
    }

    private static bool Fits(IReadOnlyList<string?> one, IReadOnlyList<string?> other)
    {
        for (var at = 0; at < one.Count; at++)
        {
            if (one[at] is { } left && other[at] is { } right && left != right)
            {
                return false;
            }
        }

        return true;
    }

    internal static double Risk(long frequency, double population)
    {
        var share = Math.Min(1, frequency / population);
        var rest = 1 - share;
        return (rest < 1e-9, frequency) switch
        {
            (true, _) => 1.0 / frequency,
            (_, 1) => share / rest * Math.Log(1 / share),
            (_, 2) => share / (rest * rest) * ((share * Math.Log(share)) + rest),
            _ => share / (frequency - rest),
        };
    }

    private static double Distance(string[] values, Dictionary<string, int> total, int known) => values.Length == 0
        ? 0
        : total.Sum(pair => Math.Abs(((double)values.Count(value => value == pair.Key) / values.Length) - ((double)pair.Value / known))) / 2;

    private static string Name(IReadOnlyList<string?> keys) => string.Concat(keys.Select(key => key is null ? "-" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{key.Length}:{key}")));
}
