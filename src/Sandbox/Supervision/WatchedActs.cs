using Sandbox.Trust;

namespace Sandbox.Host.Supervision;

/// <summary>Acts that are brought before a supervisor (YB 24, YN23 43(5)): copying, exporting, masking and destroying. Their entries bear a mark, by which <c>ledger show --watched</c> and audit packs find them.</summary>
internal static class WatchedActs
{
    public const string Fact = "watched";

    /// <summary>Set on a release with more rows than the bureau allows without an alert.</summary>
    public const string OverLimitFact = "over_row_limit";

    private static readonly Dictionary<string, string> ByKind = new(StringComparer.Ordinal)
    {
        ["backup.created"] = "copying",
        ["backup.keys-copied"] = "copying",
        ["backup.restored"] = "copying",
        ["export.released"] = "exporting",
        ["data.graded"] = "masking",
        ["zone.opened"] = "masking",
        ["key.destroyed"] = "destroying",
        ["data.destroyed"] = "destroying",
        ["zone.destroyed"] = "destroying",
        ["scenario.destroyed"] = "destroying",
        ["ledger.expired"] = "destroying",
    };

    public static IReadOnlyList<string> Marks { get; } = ["copying", "exporting", "masking", "destroying"];

    public static LedgerEntry Mark(LedgerEntry entry)
    {
        if (!ByKind.TryGetValue(entry.Kind, out var mark) || entry.Facts.ContainsKey(Fact))
        {
            return entry;
        }

        var facts = new Facts();
        foreach (var (name, fact) in entry.Facts)
        {
            facts[name] = fact;
        }

        facts[Fact] = mark;
        return entry with { Facts = facts };
    }

    public static string? MarkOf(LedgerRecord entry) => entry.Facts.TryGetValue(Fact, out var mark) ? mark.Text : null;
}
