using Sandbox.Host.DataSets;
using Sandbox.Host.Exports;
using Sandbox.Host.Matching;
using Sandbox.Host.Models;
using Sandbox.Host.Registry;
using Sandbox.Host.Rounds;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Trust;

namespace Sandbox.Host.Feeds;

/// <summary>What a ledger entry is about: the scenarios and the suppliers whose data it concerns, found through the ids that it names.</summary>
internal sealed class LedgerSubjects
{
    private readonly Dictionary<string, DataSet> _sets;
    private readonly Dictionary<string, Scenario> _scenarios;
    private readonly Dictionary<string, Round> _rounds;
    private readonly Dictionary<string, ExportRequest> _exports;

    // Kind and name of a thing to the scenario that it belongs to.
    private readonly Dictionary<string, string> _belongs = new(StringComparer.Ordinal);

    private LedgerSubjects(RegistryDatabase registry)
    {
        _sets = registry.All<DataSet>().ToDictionary(set => set.Id, StringComparer.Ordinal);
        _scenarios = registry.All<Scenario>().ToDictionary(scenario => scenario.Id, StringComparer.Ordinal);
        _rounds = registry.All<Round>().ToDictionary(round => round.Id, StringComparer.Ordinal);
        _exports = registry.All<ExportRequest>().ToDictionary(request => request.Id, StringComparer.Ordinal);
        Belong("scenario", _scenarios.Keys.Select(id => (id, id)));
        Belong("zone", registry.All<Zone>().Select(zone => (zone.Id, zone.Scenario)));
        Belong("model", registry.All<Model>().Select(model => (model.Id, model.Scenario)));
        Belong("run", registry.All<Run>().Select(run => (run.Id, run.Scenario)));
        Belong("round", _rounds.Values.Select(round => (round.Id, round.Scenario)));
        Belong("export", _exports.Values.Select(request => (request.Id, request.Spec.Scenario)));
        Belong("match", registry.All<Match>().Select(match => (match.Id, match.Scenario)));
    }

    public static LedgerSubjects Of(RegistryDatabase registry) => new(registry);

    /// <summary>Scenarios that an entry belongs to.</summary>
    public IReadOnlyCollection<Scenario> Scenarios(LedgerRecord entry) =>
        [.. Named(entry).Select(named => _belongs.GetValueOrDefault($"{named.Kind} {named.Name}")).OfType<string>().Distinct(StringComparer.Ordinal).Select(_scenarios.GetValueOrDefault).OfType<Scenario>()];

    /// <summary>Organisations whose data an entry is about. Where an entry does not say which data of a scenario it touched, all of them count.</summary>
    public IReadOnlySet<string> Suppliers(LedgerRecord entry)
    {
        var suppliers = new HashSet<string>(StringComparer.Ordinal);
        var named = Named(entry).ToArray();
        foreach (var (kind, name) in named.Where(item => item.Kind is "data-set" or "round" or "export"))
        {
            switch (kind)
            {
                case "data-set" when Stood(name, entry):
                    suppliers.Add(_sets[name].Provider);
                    break;
                case "round" when _rounds.GetValueOrDefault(name) is { } round:
                    suppliers.UnionWith(round.Contributions.Select(part => part.Contributor));
                    break;
                case "export" when _exports.GetValueOrDefault(name) is { } request:
                    suppliers.UnionWith(Providers(Tables(request.Spec.Tables.Select(table => table.Source).OfType<string>(), request.Spec.Scenario)));
                    suppliers.UnionWith(request.Spec.Tables.Select(table => table.Round).OfType<string>().Select(_rounds.GetValueOrDefault).OfType<Round>().SelectMany(round => round.Contributions.Select(part => part.Contributor)));
                    break;
                default:
                    break;
            }
        }

        // An export says which tables it takes; a round has no data set at all. Everything else of a scenario concerns its data, also what was refused before it came to be.
        if (!named.Any(item => (item.Kind == "round" && _rounds.ContainsKey(item.Name)) || (item.Kind == "export" && _exports.ContainsKey(item.Name))))
        {
            var read = Text(entry, "tables") ?? Text(entry, "table");
            foreach (var scenario in Scenarios(entry))
            {
                suppliers.UnionWith(Providers(Tables(read?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [], scenario.Id)));
            }
        }

        return suppliers;
    }

    private IEnumerable<string> Providers(IEnumerable<string> sets) => sets.Select(_sets.GetValueOrDefault).OfType<DataSet>().Select(set => set.Provider);

    /// <summary>Data sets of a scenario behind names of tables; all of its data sets where one of the names is none of them, or there are no names.</summary>
    private string[] Tables(IEnumerable<string> names, string scenario)
    {
        var all = _scenarios.GetValueOrDefault(scenario)?.Tables.Select(table => table.DataSet).ToArray() ?? [];
        // In a zone a table has the data set's name with underscores, and the guard puts the schema before it.
        var wanted = names.Select(name => name[(name.LastIndexOf('.') + 1)..].Replace('_', '-')).ToHashSet(StringComparer.Ordinal);
        return wanted.Count > 0 && wanted.All(name => all.Contains(name, StringComparer.Ordinal)) ? [.. wanted] : all;
    }

    /// <summary>Whether a data set of that name stood at the time: what failed before it was loaded was not about it. Its key is made just before.</summary>
    private bool Stood(string name, LedgerRecord entry) =>
        _sets.TryGetValue(name, out var set)
        && (entry.Kind == "key.created" || set.Batches.Count == 0 || set.Batches.Min(batch => batch.LoadedAt).ToUnixTimeMilliseconds() <= entry.At.ToUnixTimeMilliseconds());

    private static IEnumerable<(string Kind, string Name)> Named(LedgerRecord entry)
    {
        foreach (var (fact, value) in entry.Facts)
        {
            if (value.Text is not { } text)
            {
                continue;
            }

            switch (fact)
            {
                case "data_set":
                    yield return ("data-set", text);
                    break;
                case "scenario" or "zone" or "model" or "run" or "round" or "export" or "match":
                    yield return (fact, text);
                    break;
                case "id" when Text(entry, "scope") is { } scope:
                    yield return (scope switch { "DataSet" or "data-set" => "data-set", "Zone" => "zone", "Scenario" => "scenario", "Round" => "round", _ => "other" }, text);
                    break;
                case "subject" when text.IndexOf(':', StringComparison.Ordinal) is > 0 and var at:
                    var name = text[(at + 1)..].Split('/')[0];
                    yield return (text[..at] switch { "batch" or "segment" => "data-set", "zone-table" => "zone", "release" => "export", "contribution" => "round", var kind => kind }, name);
                    break;
                default:
                    break;
            }
        }
    }

    private static string? Text(LedgerRecord entry, string fact) => entry.Facts.TryGetValue(fact, out var value) ? value.Text : null;

    private void Belong(string kind, IEnumerable<(string Name, string Scenario)> things)
    {
        foreach (var (name, scenario) in things)
        {
            _belongs[$"{kind} {name}"] = scenario;
        }
    }
}
