namespace Sandbox.Trust;

/// <summary>Which way a walk goes.</summary>
public enum LineageDirection
{
    /// <summary>Towards what something was made from.</summary>
    Sources = 0,

    /// <summary>Towards what was made from it.</summary>
    Consequences,
}

/// <summary>What was made from what, by id. Read-only, so safe for use by many threads.</summary>
/// <remarks>Edges lie in two flat arrays, one for each direction; a walk uses no recursion and meets every node once, whatever the depth and even if the records held a circle.</remarks>
public sealed class LineageGraph
{
    private readonly string[] _ids;
    private readonly Dictionary<string, int> _places;
    private readonly Side _sources;
    private readonly Side _consequences;

    private LineageGraph(string[] ids, Dictionary<string, int> places, Side sources, Side consequences)
    {
        _ids = ids;
        _places = places;
        _sources = sources;
        _consequences = consequences;
    }

    /// <summary>How many nodes there are.</summary>
    public int Count => _ids.Length;

    /// <summary>Builds the graph. A doubled edge counts once in answers; an edge to an id that is no node is left out.</summary>
    /// <param name="nodes">Every id once.</param>
    /// <param name="edges">From what it was made from to what was made.</param>
    /// <exception cref="ArgumentException">An id stands twice.</exception>
    public static LineageGraph Build(IReadOnlyList<string> nodes, IReadOnlyList<(string From, string To)> edges)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        var places = new Dictionary<string, int>(nodes.Count, StringComparer.Ordinal);
        var ids = new string[nodes.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = nodes[i];
            places.Add(nodes[i], i);
        }

        var pairs = new List<(int From, int To)>(edges.Count);
        foreach (var (from, to) in edges)
        {
            if (places.TryGetValue(from, out var a) && places.TryGetValue(to, out var b) && a != b)
            {
                pairs.Add((a, b));
            }
        }

        return new LineageGraph(ids, places, Side.Of(ids.Length, pairs, reverse: true), Side.Of(ids.Length, pairs, reverse: false));
    }

    public bool Has(string id) => _places.ContainsKey(id);

    /// <summary>The ids one step away, in the order of the edges, each once.</summary>
    /// <exception cref="KeyNotFoundException">No such node.</exception>
    public IEnumerable<string> Next(string id, LineageDirection direction)
    {
        var seen = new HashSet<int>();
        foreach (var place in Towards(direction).Of(_places[id]).ToArray())
        {
            if (seen.Add(place))
            {
                yield return _ids[place];
            }
        }
    }

    /// <summary>The node itself and everything that is reached from it, nearest first.</summary>
    /// <exception cref="KeyNotFoundException">No such node.</exception>
    public IReadOnlyList<string> Reach(string id, LineageDirection direction)
    {
        var side = Towards(direction);
        var start = _places[id];
        var queue = new int[_ids.Length];
        var met = new bool[_ids.Length];
        var (done, found) = (0, 1);
        queue[0] = start;
        met[start] = true;
        while (done < found)
        {
            foreach (var next in side.Of(queue[done++]))
            {
                if (!met[next])
                {
                    met[next] = true;
                    queue[found++] = next;
                }
            }
        }

        var reached = new string[found];
        for (var i = 0; i < found; i++)
        {
            reached[i] = _ids[queue[i]];
        }

        return reached;
    }

    private Side Towards(LineageDirection direction) => direction switch
    {
        LineageDirection.Sources => _sources,
        LineageDirection.Consequences => _consequences,
        _ => throw new ArgumentOutOfRangeException(nameof(direction)),
    };

    /// <summary>All edges of one direction: the neighbours of node i lie from start i up to start i+1.</summary>
    private sealed class Side(int[] starts, int[] neighbours)
    {
        public ReadOnlySpan<int> Of(int node) => neighbours.AsSpan(starts[node], starts[node + 1] - starts[node]);

        public static Side Of(int count, List<(int From, int To)> pairs, bool reverse)
        {
            var starts = new int[count + 1];
            foreach (var (from, to) in pairs)
            {
                starts[(reverse ? to : from) + 1]++;
            }

            for (var i = 0; i < count; i++)
            {
                starts[i + 1] += starts[i];
            }

            var neighbours = new int[pairs.Count];
            var free = starts.AsSpan(0, count).ToArray();
            foreach (var (from, to) in pairs)
            {
                var (here, there) = reverse ? (to, from) : (from, to);
                neighbours[free[here]++] = there;
            }

            return new Side(starts, neighbours);
        }
    }
}
