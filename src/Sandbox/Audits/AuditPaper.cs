using Sandbox.Host.Registry;

namespace Sandbox.Host.Audits;

/// <summary>A monthly pack or yearly report that was made.</summary>
/// <param name="Id">The period: <c>2026-05</c> or <c>2026</c>.</param>
/// <param name="Entries">Ledger entries of the period.</param>
/// <param name="Statement">Lower-case hex digest of the signed paper.</param>
/// <param name="MadeAt">UTC, of the first time; a paper that is made again keeps it.</param>
public sealed record AuditPaper(string Id, long Entries, string Statement, string MadeBy, DateTimeOffset MadeAt) : IAggregate
{
    public static string Kind => "audit_paper";
}
