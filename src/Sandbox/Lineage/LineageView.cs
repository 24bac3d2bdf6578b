using Sandbox.Trust;

namespace Sandbox.Host.Lineage;

/// <summary>The part of a lineage that one question asks for, with runs of like nodes folded into one where they are many.</summary>
/// <param name="Subject">The node that was asked about.</param>
/// <param name="Direction">Towards its sources or its consequences.</param>
/// <param name="Nodes">In the order of the way through the domain, then by id; the subject among them.</param>
/// <param name="Edges">From what something was made from to what was made, both ends among the nodes.</param>
public sealed record LineageView(LineageNode Subject, LineageDirection Direction, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<(string From, string To)> Edges)
{
    public static LineageView Of(LineageReading reading, string id, LineageDirection direction)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var reached = reading.Graph.Reach(id, direction);
        var among = reached.ToHashSet(StringComparer.Ordinal);
        var nodes = reached.Select(item => reading.Nodes[item]).OrderBy(node => node.Kind).ThenBy(node => node.Id, StringComparer.Ordinal).ToArray();
        var edges = nodes.SelectMany(node => reading.Graph.Next(node.Id, LineageDirection.Consequences).Where(among.Contains).Select(to => (node.Id, to))).ToArray();
        return new LineageView(reading.Nodes[id], direction, nodes, edges);
    }

    /// <summary>The same with every kind of more than <paramref name="most"/> nodes as one node <c>kind:*</c>; the subject stays by itself.</summary>
    public (LineageView View, IReadOnlyDictionary<string, int> Folded) Fold(int most)
    {
        var counts = Nodes.GroupBy(node => node.Kind).ToDictionary(group => group.Key, group => group.Count());
        var folded = new Dictionary<string, int>(StringComparer.Ordinal);
        string Name(LineageNode node)
        {
            if (counts[node.Kind] <= most || node.Id == Subject.Id)
            {
                return node.Id;
            }

            return LineageNode.IdOf(node.Kind, "*");
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<LineageNode>();
        foreach (var node in Nodes)
        {
            var name = names[node.Id] = Name(node);
            if (name == node.Id)
            {
                nodes.Add(node);
            }
            else if (folded.TryAdd(name, 1))
            {
                nodes.Add(node with { Id = name, Person = "", Organisation = null, Role = null, At = null, Rows = null, Acts = [] });
            }
            else
            {
                folded[name]++;
            }
        }

        return (this with { Nodes = nodes, Edges = [.. Edges.Select(edge => (names[edge.From], names[edge.To])).Distinct()] }, folded);
    }
}
