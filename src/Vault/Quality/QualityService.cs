using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Quality;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Quality;

/// <summary>What came of measuring a load.</summary>
public abstract record QualityResult
{
    private QualityResult()
    {
    }

    /// <param name="Scores">One score a rule, in the order of the standard.</param>
    public sealed record Measured(IReadOnlyList<QualityScore> Scores) : QualityResult;

    /// <summary>Nothing was measured.</summary>
    public sealed record Refused(Refusal Reason) : QualityResult;
}

/// <summary>Holds a load of a data set against a quality standard, in a jailed child. Counts only.</summary>
public sealed class QualityService(Jailer jailer, ObjectStore store)
{
    private const int MostFiles = InheritedFile.Most - 2;
    private const long MemoryBytes = 2L << 30;

    /// <param name="segments">The loads in order, each in one part or several; the last load is measured, the earlier ones say what stood already.</param>
    /// <param name="last">How many parts the last load has.</param>
    /// <param name="key">The data set's key.</param>
    /// <param name="today">The day from which "late" is counted.</param>
    /// <param name="cancellation">Stops the child.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    public async Task<QualityResult> MeasureAsync(IReadOnlyList<ZoneSegment> segments, int last, DataKey key, QualityStandard standard, DateOnly today, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(standard);

        // Earlier loads are read for repeated rows alone, and not at all where no rule asks for them.
        var needed = standard.Rules.Any(rule => rule is QualityRule.Unique) ? segments : [.. segments.TakeLast(last)];
        if (ZoneSegment.FilesOf(needed) is 0 or > MostFiles)
        {
            return new QualityResult.Refused(TooMany);
        }

        using var opened = new OpenedSegments();
        var sources = await Task.Run(() => needed.Select(segment => opened.Add(store, segment, key)).ToArray(), cancellation).ConfigureAwait(false);
        var message = new QualityRequest(sources, last, [.. standard.Rules.Select(Message)], today, MemoryBytes, Environment.ProcessorCount);
        var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = 64L << 20 };
        var outcome = await ChildCall.RunAsync(
            jailer, WorkerProgram.Command(policy, QualityRole.Name, opened.Files), (message, QualityJson.Default.QualityRequest), QualityJson.Default.QualityReply, null, cancellation).ConfigureAwait(false);
        return outcome switch
        {
            ChildOutcome<QualityReply>.Done { Reply: var reply } when Holds(reply, standard) => new QualityResult.Measured([.. reply.Counts.Select(count => new QualityScore(count.Looked, count.Faulty))]),
            ChildOutcome<QualityReply>.Refused { Rule: QualityRole.FitRule } => new QualityResult.Refused(Fit),
            ChildOutcome<QualityReply>.Refused { Rule: var rule } when rule is ZoneRefusals.FilterRule or ZoneRefusals.ColumnRule => new QualityResult.Refused(ZoneRefusals.Of(rule)),
            _ => new QualityResult.Refused(Failed),
        };
    }

    // The child read a provider's data and may have been taken over: its figures go into a report.
    private static bool Holds(QualityReply reply, QualityStandard standard) =>
        reply.Counts.Count == standard.Rules.Count && reply.Counts.All(count => count is { Looked: >= 0 and < 1L << 48, Faulty: >= 0 } && count.Faulty <= count.Looked);

    private static QualityCheck Message(QualityRule rule) => rule switch
    {
        QualityRule.Present => new(rule.Columns, Present: true),
        QualityRule.Unique => new(rule.Columns, Unique: true),
        QualityRule.Between between => new(rule.Columns, From: between.From, To: between.To),
        QualityRule.OneOf list => new(rule.Columns, OneOf: list.Values),
        QualityRule.Identifier identifier => new(rule.Columns, Identifier: identifier.Kind.ToString()),
        QualityRule.NotAfter => new(rule.Columns, NotAfter: true),
        QualityRule.SameAs => new(rule.Columns, SameAs: true),
        QualityRule.Recent recent => new(rule.Columns, WithinDays: recent.Days),
        _ => throw new InvalidOperationException("This rule has no message."),
    };

    private static Refusal Fit { get; } = new(
        QualityRole.FitRule, "A rule of the standard does not fit the types of its columns.", "Days are counted on dates and timestamps; two columns are compared when they have one type (data show).",
        "标准中的规则与列的类型不符。", "天数规则须用于日期或时间列；两列比较须类型相同（data show）。");

    private static Refusal TooMany { get; } = new(
        "SB-QUALITY-2", "The data set has more loads than are held against one another for rows that stand twice, or none.", "Leave out rules of the form \"unique\", or replace old loads by one.",
        "数据集批次过多，无法跨批次查重，或没有批次。", "请去掉 unique 规则，或将旧批次合并替换。");

    private static Refusal Failed { get; } = new(
        "SB-QUALITY-3", "The load could not be measured.", "Measure it again (data quality --measure); with fewer rules of the form \"unique\" it takes less memory.",
        "无法测算该批次质量。", "请重新测算（data quality --measure）；减少 unique 规则可降低内存占用。");
}
