using System.Text;
using Sandbox.Host.Registry;
using Sandbox.Policy.Quality;

namespace Sandbox.Host.Quality;

/// <summary>The quality standard of a data set and what its loads came to under it (YN23 16).</summary>
/// <param name="Id">The data set.</param>
/// <param name="Standard">The standard's file, as it was read.</param>
/// <param name="Revision">Counts the standards of this data set.</param>
/// <param name="Measures">Every measurement in order, also of loads and under standards that are no more.</param>
public sealed record DataQuality(string Id, string Standard, int Revision, string SetBy, DateTimeOffset SetAt, IReadOnlyList<QualityMeasure> Measures) : IAggregate
{
    public static string Kind => "data-quality";

    /// <summary>The standard; it was whole when it was stored.</summary>
    internal QualityStandard Read() => QualityStandard.FromUntrusted(Encoding.UTF8.GetBytes(Standard)).Read!;

    /// <summary>With a measurement; one of the same load, standard and day takes the earlier one's place.</summary>
    internal DataQuality With(QualityMeasure measure) => this with
    {
        Measures = [.. Measures.Where(known => known.Batch != measure.Batch || known.Revision != measure.Revision || known.On != measure.On), measure],
    };
}

/// <summary>What one load came to on one day.</summary>
/// <param name="Batch">The load.</param>
/// <param name="Supplier">Organisation that delivered it and answers for its faults.</param>
/// <param name="Rows">Rows that were loaded.</param>
/// <param name="Rejected">Rows that were refused before loading; they lie in the provider's quarantine.</param>
/// <param name="Results">One a rule, in the standard's order.</param>
public sealed record QualityMeasure(string Batch, string Supplier, int Revision, DateOnly On, long Rows, long Rejected, IReadOnlyList<RuleResult> Results);

/// <summary>What a rule came to.</summary>
public sealed record RuleResult(string Rule, QualityDimension Dimension, IReadOnlyList<string> Columns, long Looked, long Faulty)
{
    internal QualityScore Score => new(Looked, Faulty);
}
