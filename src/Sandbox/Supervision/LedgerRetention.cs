using System.Globalization;
using Sandbox.Host.Cases;
using Sandbox.Host.Domains;
using Sandbox.Host.Feeds;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Supervision;

/// <summary>
/// How long a sealed period of the ledger is kept. The time runs from its last entry, or from the last day of the latest scenario that any of its entries belongs to, whichever is later (CC 31, FT 14: after the end of the
/// agreement; YN25 25(4) names no beginning). A scenario's term stands for the agreement's: it must lie within it.
/// </summary>
internal static class LedgerRetention
{
    /// <exception cref="TrustException">TRUST-LEDGER-1: the file of the period was changed. TRUST-LEDGER-6: it is not at hand. What it is about is not known then, so it is kept.</exception>
    public static DateOnly CountsFrom(OpenDomain domain, LedgerArchive period, string archiveFolder)
    {
        var from = DateOnly.ParseExact(period.LastTime.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var subjects = LedgerSubjects.Of(domain.Registry);
        foreach (var scenario in domain.Ledger.SealedPeriod(period, archiveFolder).SelectMany(subjects.Scenarios).DistinctBy(scenario => scenario.Id))
        {
            // What was refused never became an agreement.
            from = scenario.State != ScenarioState.Rejected && scenario.Until > from ? scenario.Until : from;
        }

        return from;
    }

    /// <summary>The first day on which the cases that a period tells of may all go (CT 24: trades are kept for 20 years, and so is what the ledger says of them); null where there are none of that kind.</summary>
    public static DateOnly? CasesUntil(OpenDomain domain, LedgerArchive period, string archiveFolder) =>
        domain.Ledger.SealedPeriod(period, archiveFolder)
            .Select(entry => entry.Facts.TryGetValue("case", out var fact) ? fact.Text : null).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(domain.Registry.Find<Case>).OfType<Case>().Select(item => ShowCase.Kept(domain, item)).Max();

    /// <summary>The first day on which a period that counts from a day may go; null where the profile names no time, and then it stays.</summary>
    public static DateOnly? Until(OpenDomain domain, DateOnly from) => domain.Profile.LogRetention?.Value.Limit.EndFrom(from);
}
