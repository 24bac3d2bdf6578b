using System.Globalization;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.Models;
using Sandbox.Host.People;
using Sandbox.Host.Rounds;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Lineage;

/// <summary>The lineage of a whole domain, made anew from the sealed registry and the ledger each time: there is no third record that could say otherwise.</summary>
public sealed class LineageReading
{
    private readonly Dictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<(string From, string To)> _edges = [];
    private readonly Dictionary<string, List<string>> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Person> _people;
    private readonly Dictionary<string, List<LineageAct>> _acts;

    private LineageReading(Dictionary<string, Person> people, Dictionary<string, List<LineageAct>> acts)
    {
        _people = people;
        _acts = acts;
    }

    public IReadOnlyDictionary<string, LineageNode> Nodes => _nodes;

    /// <summary>Entries before this one are no longer kept, so queries and acts before it are not shown.</summary>
    public long LedgerFrom { get; private init; }

    public LineageGraph Graph { get; private set; } = LineageGraph.Build([], []);

    public static LineageReading Of(OpenDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var ledger = LineageActs.Read(domain.Ledger.Everything(domain.Folder.Archive));
        var reading = new LineageReading(domain.Registry.All<Person>().ToDictionary(person => person.Id, StringComparer.Ordinal), ledger.Acts) { LedgerFrom = domain.Ledger.WholeFrom(domain.Folder.Archive) };
        var sets = domain.Registry.All<DataSet>();
        var zones = domain.Registry.All<Zone>();
        reading.AddSets(sets);
        reading.AddScenarios(domain.Registry.All<Scenario>());
        reading.AddZones(zones, domain.Registry.All<Scenario>(), sets);
        reading.AddQueries(ledger.Queries, zones);
        reading.AddModels(domain.Registry.All<Model>(), domain.Registry.All<Run>(), ledger.Runs);
        reading.AddRounds(domain.Registry.All<Round>());
        reading.AddExports(domain.Registry.All<ExportRequest>(), domain.Registry.All<Release>(), zones);
        reading.Graph = LineageGraph.Build([.. reading._nodes.Keys], reading._edges);
        return reading;
    }

    private void AddSets(IReadOnlyList<DataSet> sets)
    {
        foreach (var set in sets)
        {
            var id = Add(LineageKind.DataSet, set.Id, set.RegisteredBy, null, null, Coarse.Count(set.RowCount), set.Provider);
            foreach (var batch in set.Batches)
            {
                var part = Add(LineageKind.Batch, $"{set.Id}/{batch.Id}", set.RegisteredBy, batch.LoadedAt, null, Coarse.Count(batch.Rows), set.Provider, id);
                if (batch.RevisionOf is { } before)
                {
                    _edges.Add((LineageNode.IdOf(LineageKind.Batch, $"{set.Id}/{before}"), part));
                }

                foreach (var group in Groups(batch))
                {
                    Add(LineageKind.Segment, SegmentName(set, batch, group), set.RegisteredBy, batch.LoadedAt, null, null, set.Provider, part);
                }
            }
        }
    }

    private void AddScenarios(IReadOnlyList<Scenario> scenarios)
    {
        foreach (var scenario in scenarios)
        {
            Add(LineageKind.Scenario, scenario.Id, scenario.RequestedBy, null, scenario.Id, null, scenario.Operator);
        }
    }

    private void AddZones(IReadOnlyList<Zone> zones, IReadOnlyList<Scenario> scenarios, IReadOnlyList<DataSet> sets)
    {
        foreach (var zone in zones)
        {
            var id = Add(LineageKind.Zone, zone.Id, zone.BuiltBy, zone.BuiltAt, zone.Scenario, Coarse.Count(zone.Rows), null, LineageNode.IdOf(LineageKind.Scenario, zone.Scenario));
            foreach (var table in scenarios.FirstOrDefault(scenario => scenario.Id == zone.Scenario)?.Tables ?? [])
            {
                var part = Add(LineageKind.ZoneTable, $"{zone.Id}/{table.DataSet}", zone.BuiltBy, zone.BuiltAt, zone.Scenario, null, null, id);
                _tables.TryAdd(zone.Id, []);
                _tables[zone.Id].Add(part);
                // A zone is built from everything that was loaded by then.
                var set = sets.FirstOrDefault(set => set.Id == table.DataSet);
                foreach (var batch in (set?.Batches ?? []).Where(batch => batch.LoadedAt <= zone.BuiltAt && !(batch.WithdrawnAt <= zone.BuiltAt)))
                {
                    if (batch.WithdrawnAt is not null)
                    {
                        _edges.Add((LineageNode.IdOf(LineageKind.Batch, $"{set!.Id}/{batch.Id}"), part));
                    }

                    _edges.AddRange(Groups(batch).Select(group => (LineageNode.IdOf(LineageKind.Segment, SegmentName(set!, batch, group)), part)));
                }
            }
        }
    }

    /// <summary>The named tables of a zone, or all of them where none of the names is one: what is not known counts as read.</summary>
    private string[] TablesOf(string zone, params IEnumerable<string> names)
    {
        var all = _tables.GetValueOrDefault(zone) ?? [];
        // In a zone a table has the data set's name with underscores, and the guard puts the schema before it.
        var wanted = names.Select(name => LineageNode.IdOf(LineageKind.ZoneTable, $"{zone}/{name[(name.LastIndexOf('.') + 1)..].Replace('_', '-')}")).ToHashSet(StringComparer.Ordinal);
        var found = all.Where(wanted.Contains).ToArray();
        return found.Length > 0 && found.Length == wanted.Count ? found : [.. all];
    }

    private void AddQueries(IEnumerable<LineageQuery> queries, IReadOnlyList<Zone> zones)
    {
        var scenarios = zones.ToDictionary(zone => zone.Id, zone => zone.Scenario, StringComparer.Ordinal);
        foreach (var query in queries)
        {
            var name = query.Act.Entry.ToString(CultureInfo.InvariantCulture);
            var id = LineageNode.IdOf(LineageKind.Query, name);
            _acts[id] = [query.Act];
            Add(LineageKind.Query, name, query.Act.Actor, query.Act.At, scenarios.GetValueOrDefault(query.Zone), null, null, TablesOf(query.Zone, query.Tables));
        }
    }

    private void AddModels(IReadOnlyList<Model> models, IReadOnlyList<Run> runs, IReadOnlyDictionary<string, LineageRun> read)
    {
        foreach (var model in models)
        {
            Add(LineageKind.Model, model.Id, model.SubmittedBy, model.SubmittedAt, model.Scenario, null, model.Organisation, LineageNode.IdOf(LineageKind.Scenario, model.Scenario));
        }

        foreach (var run in runs)
        {
            var (table, trained) = read.GetValueOrDefault(run.Id) ?? new LineageRun(null, null);
            var id = Add(LineageKind.Run, run.Id, run.StartedBy, run.FinishedAt, run.Scenario, null, null, [LineageNode.IdOf(LineageKind.Model, run.Model), .. TablesOf(run.Zone, new[] { table }.OfType<string>())]);
            if (trained is not null)
            {
                _edges.Add((LineageNode.IdOf(LineageKind.Held, trained), id));
            }

            if (run.Held is not null)
            {
                Add(LineageKind.Held, run.Id, run.StartedBy, run.FinishedAt, run.Scenario, null, null, id);
            }
        }
    }

    private void AddRounds(IReadOnlyList<Round> rounds)
    {
        foreach (var round in rounds)
        {
            var id = Add(LineageKind.Round, round.Id, round.OpenedBy, null, round.Scenario, null, null, LineageNode.IdOf(LineageKind.Scenario, round.Scenario));
            foreach (var part in round.Contributions)
            {
                var from = Add(LineageKind.Contribution, $"{round.Id}/{part.Contributor}", "", part.At, round.Scenario, null, part.Contributor);
                _edges.Add((from, id));
            }

            if (round.Opened is not null)
            {
                Add(LineageKind.Held, "round/" + round.Id, round.OpenedBy, null, round.Scenario, null, null, id);
            }
        }
    }

    private void AddExports(IReadOnlyList<ExportRequest> requests, IReadOnlyList<Release> releases, IReadOnlyList<Zone> zones)
    {
        foreach (var request in requests)
        {
            var id = Add(LineageKind.Export, request.Id, request.Author, request.RequestedAt, request.Spec.Scenario, null, request.Organisation);
            foreach (var table in request.Spec.Tables)
            {
                // Every figure is recomputed from the production zone; a run's output is what it is judged against.
                if (table.Source is not null && zones.FirstOrDefault(zone => zone.Scenario == request.Spec.Scenario && zone.ZoneKind == ZoneKind.Production) is { } zone)
                {
                    _edges.AddRange(TablesOf(zone.Id, table.Source).Select(source => (source, id)));
                }

                foreach (var held in new[] { table.Run, table.Round is null ? null : "round/" + table.Round }.OfType<string>())
                {
                    _edges.Add((LineageNode.IdOf(LineageKind.Held, held), id));
                }
            }
        }

        foreach (var release in releases)
        {
            var id = LineageNode.IdOf(LineageKind.Release, release.Id);
            var by = _acts.GetValueOrDefault(id)?.LastOrDefault()?.Actor ?? "";
            var scenario = _nodes.GetValueOrDefault(LineageNode.IdOf(LineageKind.Export, release.Id))?.Scenario;
            Add(LineageKind.Release, release.Id, by, release.ReleasedAt, scenario, null, null, LineageNode.IdOf(LineageKind.Export, release.Id));
            _edges.Add((id, Add(LineageKind.Recipient, release.Recipient, "", null, null, null, release.Recipient)));
        }
    }

    private static IEnumerable<string> Groups(Batch batch) => batch.Segments.Select(segment => segment.ColumnGroup.ToString()).Distinct(StringComparer.Ordinal);

    private static string SegmentName(DataSet set, Batch batch, string group) => $"{set.Id}/{batch.Id}/{group.ToLowerInvariant()}";

    private string Add(LineageKind kind, string name, string person, DateTimeOffset? at, string? scenario, long? rows, string? organisation, params ReadOnlySpan<string> from)
    {
        var id = LineageNode.IdOf(kind, name);
        var acts = _acts.GetValueOrDefault(id) ?? [];
        var who = person.Length > 0 ? person : acts.FirstOrDefault()?.Actor ?? "";
        var known = _people.GetValueOrDefault(who);
        _nodes[id] = new LineageNode(id, kind, who, organisation ?? known?.Organisation, known?.Role.ToString(), at ?? acts.FirstOrDefault()?.At, scenario, rows, acts);
        foreach (var source in from)
        {
            _edges.Add((source, id));
        }

        return id;
    }
}
