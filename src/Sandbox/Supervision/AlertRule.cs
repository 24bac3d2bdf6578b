using Sandbox.Trust;

namespace Sandbox.Host.Supervision;

/// <summary>A kind of act that is watched, and how many of it within a time are a burst.</summary>
/// <param name="Name">Name in entries and answers.</param>
/// <param name="Most">So many within the window are ordinary; the next raises an alert.</param>
/// <param name="Window">Length of the window before each act.</param>
/// <param name="Kinds">Kinds of entries that count.</param>
/// <param name="ByPerson">Whether each person's acts are counted apart.</param>
internal sealed record AlertRule(string Name, int Most, TimeSpan Window, string[] Kinds, bool ByPerson)
{
    /// <summary>Refusals, and the acts that Yibin 24 and Yunnan 2023 43(5) bring before a supervisor: copying, exporting, masking, destroying.</summary>
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new("refusals", 9, TimeSpan.FromMinutes(10), ["refused"], ByPerson: true),
        new("unproved-persons", 4, TimeSpan.FromMinutes(10), ["refused"], ByPerson: false) { Actor = "unknown" },
        new("exports", 5, TimeSpan.FromHours(1), ["export.released", "export.shown"], ByPerson: true),
        new("export-rows", 0, TimeSpan.Zero, ["export.released"], ByPerson: true) { Fact = WatchedActs.OverLimitFact },
        new("copying", 3, TimeSpan.FromHours(1), ["backup.created", "backup.keys-copied", "backup.restored"], ByPerson: false),
        new("queries", 100, TimeSpan.FromHours(1), ["query.answered", "result.shown"], ByPerson: true),
        new("masking", 5, TimeSpan.FromHours(1), ["data.graded", "zone.opened"], ByPerson: true),
        new("destruction", 2, TimeSpan.FromHours(24), ["key.destroyed", "data.destroyed", "zone.destroyed", "scenario.destroyed", "ledger.expired"], ByPerson: false),
    ];

    /// <summary>Only acts of this one; null for everybody's.</summary>
    public string? Actor { get; init; }

    /// <summary>Only acts whose entry has this fact; each of them raises an alert by itself.</summary>
    public string? Fact { get; init; }

    public bool Counts(string kind, string actor, IReadOnlyDictionary<string, Fact> facts) =>
        Kinds.Contains(kind, StringComparer.Ordinal) && (Actor is null || Actor == actor) && (Fact is null || facts.ContainsKey(Fact));

    /// <summary>Whether another entry belongs to the same burst.</summary>
    public bool Joins(LedgerRecord record, string actor) => Counts(record.Kind, record.Actor, record.Facts) && (!ByPerson || record.Actor == actor);
}
