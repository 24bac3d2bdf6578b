using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Quality;

/// <summary>The four sides from which quality is measured (YN23 16; terms of GB/T 36344-2018).</summary>
public enum QualityDimension
{
    /// <summary>Not stated: no rule has it.</summary>
    Unknown = 0,

    /// <summary>Timely 时效性: values are of a late enough day.</summary>
    Timely,

    /// <summary>Accurate 准确性: values are possible, well formed and stand once.</summary>
    Accurate,

    /// <summary>Complete 完整性: what must be there is there.</summary>
    Complete,

    /// <summary>Consistent 一致性: values of a row do not contradict one another.</summary>
    Consistent,
}

/// <summary>
/// One rule of a quality standard: which values it looks at and which of them are faulty. A missing value is a fault of <see cref="Present"/> only; every other rule looks at rows where its values are there.
/// </summary>
public abstract record QualityRule
{
    private QualityRule(string id, QualityDimension dimension, params IReadOnlyList<string> columns)
    {
        Id = id;
        Dimension = dimension;
        Columns = columns;
    }

    /// <summary>Short name within the standard.</summary>
    public string Id { get; }

    /// <summary>Side of quality that it belongs to.</summary>
    public QualityDimension Dimension { get; }

    /// <summary>Columns that it reads, at least one.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The value must be there; blank text is none.</summary>
    public sealed record Present(string RuleId, string Column) : QualityRule(RuleId, QualityDimension.Complete, Column);

    /// <summary>No two rows have the same values in all of the columns: of n equal rows, also of earlier loads, all but the first are faulty.</summary>
    public sealed record Unique(string RuleId, IReadOnlyList<string> Key) : QualityRule(RuleId, QualityDimension.Accurate, Key);

    /// <summary>From and up to, both included; null is open. Texts are read in the column's own type.</summary>
    public sealed record Between(string RuleId, string Column, string? From, string? To) : QualityRule(RuleId, QualityDimension.Accurate, Column);

    /// <summary>One of 1 to 1,000 values (a code list).</summary>
    public sealed record OneOf(string RuleId, string Column, IReadOnlyList<string> Values) : QualityRule(RuleId, QualityDimension.Accurate, Column);

    /// <summary>An identifier with a right form and check digit.</summary>
    public sealed record Identifier(string RuleId, string Column, IdentifierKind Kind) : QualityRule(RuleId, QualityDimension.Accurate, Column);

    /// <summary>Not later (not larger) than the value of another column of the same type.</summary>
    public sealed record NotAfter(string RuleId, string Column, string Other) : QualityRule(RuleId, QualityDimension.Consistent, Column, Other);

    /// <summary>The same as the value of another column of the same type.</summary>
    public sealed record SameAs(string RuleId, string Column, string Other) : QualityRule(RuleId, QualityDimension.Consistent, Column, Other);

    /// <summary>A date or timestamp at most so many days before the day of measuring.</summary>
    public sealed record Recent(string RuleId, string Column, int Days) : QualityRule(RuleId, QualityDimension.Timely, Column);
}

/// <summary>What a rule or a side of quality came to.</summary>
/// <param name="Looked">Values (rows, for rules over several columns) that were looked at.</param>
/// <param name="Faulty">How many of them are faulty.</param>
public sealed record QualityScore(long Looked, long Faulty)
{
    /// <summary>Share that is sound, 0…1; null where nothing was looked at, which is no perfect score.</summary>
    public double? Share => Looked == 0 ? null : (double)(Looked - Faulty) / Looked;

    /// <summary>The scores of the rules of one side together: their values count one by one.</summary>
    public static QualityScore Sum(IEnumerable<QualityScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.Aggregate(new QualityScore(0, 0), (sum, score) => new(sum.Looked + score.Looked, sum.Faulty + score.Faulty));
    }
}
