using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Feeds;
using Sandbox.Host.People;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Evaluations;

/// <summary>Figures of an organisation over a calendar year, counted entry by entry from the ledger: neither side types them.</summary>
internal static class EvaluationFigures
{
    public static IReadOnlyDictionary<string, long> Of(OpenDomain domain, string party, PartyKind kind, int year)
    {
        var subjects = LedgerSubjects.Of(domain.Registry);
        var people = domain.Registry.All<Person>().Where(person => person.Organisation == party).Select(person => person.Id).ToHashSet(StringComparer.Ordinal);
        var sets = domain.Registry.All<DataSet>().Where(set => set.Provider == party).Select(set => set.Id).ToHashSet(StringComparer.Ordinal);
        var counts = Names(kind).ToDictionary(name => name, _ => 0L, StringComparer.Ordinal);
        foreach (var entry in domain.Ledger.Everything(domain.Folder.Archive).Where(entry => TimeZoneInfo.ConvertTime(entry.At, domain.Time.LocalTimeZone).Year == year))
        {
            var name = kind == PartyKind.SourceDepartment ? Supplied(entry, party, sets, subjects) : Acted(entry, party, people);
            if (name is not null)
            {
                counts[name]++;
            }
        }

        return counts;
    }

    private static string[] Names(PartyKind kind) => kind == PartyKind.SourceDepartment
        ? ["requests", "approvals", "refusals", "retrievals", "corrections", "products"]
        : ["requests", "zones", "queries", "runs", "export_requests", "releases", "refusals", "failures", "orders"];

    /// <summary>What happened with the data of a supplier (FT 26).</summary>
    private static string? Supplied(LedgerRecord entry, string party, HashSet<string> sets, LedgerSubjects subjects) => entry.Kind switch
    {
        "scenario.requested" => Text(entry, "data_sets")?.Split(' ').Any(sets.Contains) is true ? "requests" : null,
        "scenario.answered" => Text(entry, "organisation") != party ? null : Whole(entry, "agreed") == 1 ? "approvals" : "refusals",
        "query.answered" or "run.finished" => subjects.Suppliers(entry).Contains(party) ? "retrievals" : null,
        "data.replaced" or "data.withdrawn" => Text(entry, "data_set") is { } set && sets.Contains(set) ? "corrections" : null,
        "export.released" => subjects.Suppliers(entry).Contains(party) ? "products" : null,
        _ => null,
    };

    /// <summary>What the people of an operating unit or developer did, and what was ordered of it.</summary>
    private static string? Acted(LedgerRecord entry, string party, HashSet<string> people) =>
        entry.Kind == "order.opened" ? Text(entry, "party") == party ? "orders" : null
        : !people.Contains(entry.Actor) ? null
        : entry.Kind switch
        {
            "scenario.requested" => "requests",
            "zone.opened" => "zones",
            "query.answered" => "queries",
            "run.finished" => "runs",
            "export.requested" => "export_requests",
            "export.released" => "releases",
            "refused" => "refusals",
            "failed" => "failures",
            _ => null,
        };

    private static string? Text(LedgerRecord entry, string fact) => entry.Facts.TryGetValue(fact, out var value) ? value.Text : null;

    private static long? Whole(LedgerRecord entry, string fact) => entry.Facts.TryGetValue(fact, out var value) ? value.Number : null;
}
