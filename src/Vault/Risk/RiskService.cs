using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure.Risk;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Risk;

/// <summary>A quasi-identifier of a measurement.</summary>
/// <param name="Name">The column.</param>
/// <param name="Rule">The mask through which it is seen; null for the raw values. Keyed rules and suppression are none here.</param>
public sealed record RiskKey(string Name, MaskRule? Rule);

/// <summary>What came of a measurement.</summary>
public abstract record RiskResult
{
    private RiskResult()
    {
    }

    /// <param name="Classes">The figures of the classes.</param>
    /// <param name="Diversity">Distinct sensitive values in the poorest class (l); null without a sensitive column.</param>
    /// <param name="Closeness">Largest distance of a class's sensitive values from all (t), 0…1; null without a sensitive column or value.</param>
    public sealed record Measured(ClassRisk Classes, long? Diversity, double? Closeness) : RiskResult;

    /// <summary>Nothing was measured.</summary>
    public sealed record Refused(Refusal Reason) : RiskResult;
}

/// <summary>Measures the risk of re-identification by a set of columns over the segments of a data set, in a jailed child. Figures only: no class is named.</summary>
public sealed class RiskService(Jailer jailer, ObjectStore store)
{
    /// <summary>Most columns of a set.</summary>
    public const int MostColumns = 16;

    private const int LargestFiles = Jail.InheritedFile.Most - 2;
    private const long MemoryBytes = 2L << 30;

    /// <param name="segments">The data set's segments.</param>
    /// <param name="key">The data set's key.</param>
    /// <param name="columns">1 to <see cref="MostColumns"/> columns, each once.</param>
    /// <param name="subject">Column of the subject: classes count people; null counts rows.</param>
    /// <param name="sensitive">Column whose values must be varied within a class; null for none.</param>
    /// <param name="share">Share of the population that the data set holds, above 0 and at most 1.</param>
    /// <param name="cancellation">Stops the child.</param>
    /// <exception cref="JailRefusedException">No jail can be had.</exception>
    /// <exception cref="TrustException">A segment is not authentic.</exception>
    public async Task<RiskResult> MeasureAsync(
        IReadOnlyList<ZoneSegment> segments, DataKey key, IReadOnlyList<RiskKey> columns, string? subject, string? sensitive, double share, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(columns);
        var files = ZoneSegment.FilesOf(segments);
        if (columns.Count is 0 or > MostColumns || columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count() != columns.Count || files is 0 or > LargestFiles || !(share > 0 && share <= 1)
            || columns.Any(column => column.Rule is { } rule && (rule.Problem is not null || rule.IsKeyed || rule is MaskRule.Suppress)))
        {
            return new RiskResult.Refused(Shape);
        }

        using var opened = new OpenedSegments();
        var sources = await Task.Run(() => segments.Select(segment => opened.Add(store, segment, key)).ToArray(), cancellation).ConfigureAwait(false);
        var message = new RiskRequest(sources, [.. columns.Select(column => new RiskColumn(column.Name, column.Rule?.ToJson()))], subject, sensitive, MemoryBytes, Environment.ProcessorCount);
        var policy = JailPolicies.Evidence with { TmpfsBytes = 0, MaxOutputBytes = 64L << 20 };
        var outcome = await ChildCall.RunAsync(
            jailer, WorkerProgram.Command(policy, "risk", opened.Files), (message, RiskJson.Default.RiskRequest), RiskJson.Default.RiskReply, null, cancellation).ConfigureAwait(false);
        return outcome switch
        {
            ChildOutcome<RiskReply>.Done { Reply: var reply } when Holds(reply) =>
                new RiskResult.Measured(new ClassRisk(reply.Sizes.ToDictionary(size => size.Size, size => size.Classes), share), reply.Diversity, reply.Closeness),
            ChildOutcome<RiskReply>.Refused { Rule: RiskRole.TooManyRule } => new RiskResult.Refused(TooMany),
            ChildOutcome<RiskReply>.Refused { Rule: var rule } => new RiskResult.Refused(ZoneRefusals.Of(rule)),
            _ => new RiskResult.Refused(Failed),
        };
    }

    // The child read a provider's data and may have been taken over: its figures go into a report.
    private static bool Holds(RiskReply reply) =>
        reply.Sizes.All(size => size is { Size: > 0 and < 1L << 48, Classes: > 0 and < 1L << 48 })
        && reply.Sizes.Select(size => size.Size).Distinct().Count() == reply.Sizes.Count
        && reply.Diversity is null or (>= 0 and < 1L << 48)
        && reply.Closeness is null or (>= 0 and <= 1.000001);

    private static Refusal Shape { get; } = new(
        "SB-RISK-2", "The set of columns is empty, too long, names a column twice, or sees one through a rule that hides it or needs a key.",
        "Name 1 to 16 columns, each once, raw or with a rule that leaves something.", "列集合为空、过长、重复，或所用规则隐藏该列或需要密钥。", "请指定 1 至 16 个不重复的列，可附保留部分信息的规则。");

    private static Refusal TooMany { get; } = new(
        RiskRole.TooManyRule, "There are more different class sizes than a report holds.", "Measure fewer or coarser columns.", "等价类大小的种类过多。", "请减少列或使用更粗的规则。");

    private static Refusal Failed { get; } = new(
        "SB-RISK-3", "The risk could not be measured.", "Try fewer or coarser columns; if it fails again, check the data set.", "无法测算风险。", "请减少列或使用更粗的规则；若仍失败，请检查数据集。");
}
