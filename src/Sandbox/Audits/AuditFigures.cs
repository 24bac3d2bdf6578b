using System.Text.Json.Nodes;
using Sandbox.Host.Domains;
using Sandbox.Host.Supervision;
using Sandbox.Trust;

namespace Sandbox.Host.Audits;

/// <summary>Totals of the ledger over a period, counted entry by entry.</summary>
internal sealed class AuditFigures
{
    /// <summary>Places of marked acts that a pack lists at most; the totals count all.</summary>
    private const int MostListed = 5000;

    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _persons = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _rules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _watched = new(StringComparer.Ordinal);
    private readonly List<long> _places = [];

    public long Entries { get; private set; }

    /// <summary>Index of the first entry of the period; -1 where there is none.</summary>
    public long First { get; private set; } = -1;

    public long Refused => _kinds.GetValueOrDefault("refused");

    public long Of(string kind) => _kinds.GetValueOrDefault(kind);

    public IReadOnlyDictionary<string, long> Rules => _rules;

    /// <summary>Counts several periods in one walk over the ledger.</summary>
    /// <exception cref="TrustException">TRUST-LEDGER-1: an entry cannot be read.</exception>
    public static Dictionary<string, AuditFigures> Count(OpenDomain domain, IReadOnlyCollection<AuditPeriod> periods)
    {
        var figures = periods.ToDictionary(period => period.Name, _ => new AuditFigures(), StringComparer.Ordinal);
        foreach (var entry in domain.Ledger.Everything(domain.Folder.Archive))
        {
            foreach (var period in periods)
            {
                if (period.Has(entry.At))
                {
                    figures[period.Name].Add(entry);
                }
            }
        }

        return figures;
    }

    public JsonObject ToJson() => new()
    {
        ["entries"] = Entries,
        ["first"] = First,
        ["end"] = First < 0 ? -1 : First + Entries,
        ["kinds"] = Object(_kinds),
        ["persons"] = Object(_persons),
        ["refusals"] = Object(_rules),
        ["watched"] = Object(_watched),
        ["watched_entries"] = new JsonArray([.. _places.Select(place => (JsonNode)place)]),
    };

    private void Add(LedgerRecord entry)
    {
        First = First < 0 ? entry.Index : First;
        Entries++;
        Up(_kinds, entry.Kind);
        Up(_persons, entry.Actor);
        if (entry.Kind == "refused" && entry.Facts.TryGetValue("rules", out var rules))
        {
            foreach (var rule in (rules.Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                Up(_rules, rule);
            }
        }

        if (WatchedActs.MarkOf(entry) is { } mark)
        {
            Up(_watched, mark);
            if (_places.Count < MostListed)
            {
                _places.Add(entry.Index);
            }
        }
    }

    private static void Up(SortedDictionary<string, long> counts, string name) => counts[name] = counts.GetValueOrDefault(name) + 1;

    private static JsonObject Object(SortedDictionary<string, long> counts) => new(counts.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
}
