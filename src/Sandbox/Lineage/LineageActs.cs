using Sandbox.Export.Packaging;
using Sandbox.Trust;

namespace Sandbox.Host.Lineage;

/// <summary>An answered query: the ledger is where it is recorded.</summary>
/// <param name="Tables">Tables of the zone that the statement read, as the guard named them; empty where it did not say.</param>
public sealed record LineageQuery(string Zone, IReadOnlyList<string> Tables, LineageAct Act);

/// <summary>What a run read, as the ledger has it: a table of its zone, and the run whose held output it applied.</summary>
public sealed record LineageRun(string? Table, string? Trained);

/// <summary>The ledger read once, its entries put to the things that they are about. Refusals made nothing and are left out.</summary>
public sealed record LineageActs(Dictionary<string, List<LineageAct>> Acts, IReadOnlyList<LineageQuery> Queries, IReadOnlyDictionary<string, LineageRun> Runs)
{
    /// <summary>The first part of an entry's kind, the fact that names what it is about, and what that is.</summary>
    private static readonly Dictionary<string, (string Fact, LineageKind Kind)> About = new(StringComparer.Ordinal)
    {
        ["data"] = ("data_set", LineageKind.DataSet),
        ["scenario"] = ("scenario", LineageKind.Scenario),
        ["zone"] = ("zone", LineageKind.Zone),
        ["model"] = ("model", LineageKind.Model),
        ["run"] = ("run", LineageKind.Run),
        ["round"] = ("round", LineageKind.Round),
        ["export"] = ("export", LineageKind.Export),
        ["product"] = ("product", LineageKind.Product),
    };

    public static LineageActs Read(IEnumerable<LedgerRecord> ledger)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var acts = new Dictionary<string, List<LineageAct>>(StringComparer.Ordinal);
        var queries = new List<LineageQuery>();
        var runs = new Dictionary<string, LineageRun>(StringComparer.Ordinal);
        foreach (var entry in ledger)
        {
            var act = new LineageAct(entry.Index, entry.Kind, entry.Actor, entry.At);
            if (entry.Kind is "query.answered" or "result.kept" or "result.shown" && Text(entry, "zone") is { } name)
            {
                var tables = Text(entry, "tables")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
                queries.Add(new LineageQuery(name, tables, act));
            }
            else if (Subject(entry) is { } id)
            {
                if (!acts.TryGetValue(id, out var list))
                {
                    acts[id] = list = [];
                }

                list.Add(act);
                if (entry.Kind == "run.finished")
                {
                    runs[entry.Facts["run"].Text!] = new LineageRun(Text(entry, "table"), Text(entry, "trained"));
                }
            }
        }

        return new LineageActs(acts, queries, runs);
    }

    private static string? Text(LedgerRecord entry, string fact) => entry.Facts.TryGetValue(fact, out var value) ? value.Text : null;

    private static string? Subject(LedgerRecord entry)
    {
        var dot = entry.Kind.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !About.TryGetValue(entry.Kind[..dot], out var about) || Text(entry, about.Fact) is not { } name)
        {
            return null;
        }

        return entry.Kind switch
        {
            ReceiptCheck.EntryKind => LineageNode.IdOf(LineageKind.Release, name),
            "round.contributed" when Text(entry, "organisation") is { } organisation => LineageNode.IdOf(LineageKind.Contribution, $"{name}/{organisation}"),
            _ => LineageNode.IdOf(about.Kind, name),
        };
    }
}
