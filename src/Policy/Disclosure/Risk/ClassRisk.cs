namespace Sandbox.Policy.Disclosure.Risk;

/// <summary>
/// Figures of a data set's quasi-identifiers from the sizes of its classes alone, for data sets too large to hold record by record. The same formulas as <see cref="Reidentification"/>, with one weight for every record.
/// </summary>
/// <param name="sizes">How many classes there are of each size; both above 0.</param>
/// <param name="share">Share of the population that the data set holds, above 0 and at most 1: the sampling fraction.</param>
public sealed class ClassRisk(IReadOnlyDictionary<long, long> sizes, double share)
{
    /// <summary>Different combinations of values.</summary>
    public long Classes => sizes.Values.Sum();

    /// <summary>People, or records where the data set has no subject. A person with several combinations counts in each.</summary>
    public long Records => sizes.Sum(pair => pair.Key * pair.Value);

    /// <summary>Size of the smallest class; 0 without records.</summary>
    public long K => sizes.Keys.DefaultIfEmpty(0).Min();

    /// <summary>Those who are alone with their values.</summary>
    public long Uniques => sizes.GetValueOrDefault(1);

    /// <summary>Classes of two.</summary>
    public long Pairs => sizes.GetValueOrDefault(2);

    /// <summary>Share of the records that an attacker who knows the values finds on average (prosecutor risk).</summary>
    public double AverageRisk => Records == 0 ? 0 : (double)Classes / Records;

    /// <summary>The same for the record that is found most easily.</summary>
    public double HighestRisk => K == 0 ? 0 : 1.0 / K;

    /// <summary>How many people fit a record, on average over the records: an attacker's candidates.</summary>
    public double Candidates => Records == 0 ? 0 : sizes.Sum(pair => (double)pair.Key * pair.Key * pair.Value) / Records;

    /// <summary>Uniques that are expected to be alone in the population too.</summary>
    public double PopulationUniques => Uniques * share;

    /// <summary>Records in classes smaller than k.</summary>
    public long Below(long k) => sizes.Where(pair => pair.Key < k).Sum(pair => pair.Key * pair.Value);

    /// <summary>Records that are expected to be found by somebody who holds the population's values (Franconi and Polettini 2004).</summary>
    public double ExpectedReidentifications => sizes.Sum(pair => pair.Value * pair.Key * Reidentification.Risk(pair.Key, pair.Key / share));
}
