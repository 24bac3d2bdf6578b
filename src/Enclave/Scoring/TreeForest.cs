namespace Sandbox.Enclave.Scoring;

/// <summary>How a node compares a feature x with its threshold t; a leaf compares nothing.</summary>
internal enum NodeMode : byte
{
    Leaf = 0,
    Less = 1,
    LessOrEqual = 2,
    Greater = 3,
    GreaterOrEqual = 4,
    Equal = 5,
    NotEqual = 6,
}

/// <summary>A node as a tool states it. <paramref name="True"/> and <paramref name="False"/> are indices in the same list.</summary>
internal readonly record struct RawNode(NodeMode Mode, int Feature, double Threshold, int True, int False, bool MissingIsTrue);

/// <summary>A node of the forest: of a leaf, <paramref name="Feature"/> is the first of its <paramref name="Weights"/> weights.</summary>
internal readonly record struct TreeNode(NodeMode Mode, bool MissingIsTrue, ushort Weights, uint Feature, double Threshold, uint True, uint False);

/// <summary>What a leaf adds to an output.</summary>
internal readonly record struct LeafWeight(uint Output, double Value);

/// <summary>
/// Trees from an unknown author in one order: every node stands before its children, so a walk ends. Nodes that no root reaches are left out, a node that two reach is refused.
/// </summary>
internal sealed class TreeForest(int features, int outputs)
{
    public const int MostTrees = 10_000, MostNodes = 1 << 20, MostDepth = 512, MostWeights = 1 << 21;

    private readonly List<TreeNode> _nodes = [];
    private readonly List<LeafWeight> _weights = [];
    private readonly List<uint> _roots = [];

    public IReadOnlyList<TreeNode> Nodes => _nodes;

    public IReadOnlyList<LeafWeight> Weights => _weights;

    public IReadOnlyList<uint> Roots => _roots;

    /// <summary>Edges of the longest way from a root to a leaf.</summary>
    public int Depth { get; private set; }

    /// <summary>Adds one tree.</summary>
    /// <param name="tree">Its nodes in the tool's order.</param>
    /// <param name="root">Index of its root.</param>
    /// <param name="weightsOf">Weights of the leaf with this index; may be none.</param>
    /// <exception cref="MalformedParametersException">It is no tree, or points outside.</exception>
    public void Add(IReadOnlyList<RawNode> tree, int root, Func<int, IReadOnlyList<LeafWeight>> weightsOf)
    {
        if (_roots.Count == MostTrees)
        {
            throw new MalformedParametersException($"more than {MostTrees} trees");
        }

        var seen = new bool[tree.Count];
        var waiting = new Stack<(int Node, int Depth, int Parent, bool OnTrue)>();
        _roots.Add((uint)_nodes.Count);
        waiting.Push((root, 0, -1, false));
        while (waiting.TryPop(out var next))
        {
            if (next.Node < 0 || next.Node >= tree.Count || seen[next.Node])
            {
                throw new MalformedParametersException("a tree whose nodes point outside of it or reach a node twice");
            }

            if (next.Depth > MostDepth || _nodes.Count == MostNodes)
            {
                throw new MalformedParametersException($"trees deeper than {MostDepth} or more than {MostNodes} nodes");
            }

            seen[next.Node] = true;
            Depth = Math.Max(Depth, next.Depth);
            var index = (uint)_nodes.Count;
            if (next.Parent >= 0)
            {
                _nodes[next.Parent] = next.OnTrue ? _nodes[next.Parent] with { True = index } : _nodes[next.Parent] with { False = index };
            }

            var node = tree[next.Node];
            if (node.Mode == NodeMode.Leaf)
            {
                AddLeaf(weightsOf(next.Node));
                continue;
            }

            if (node.Feature < 0 || node.Feature >= features || !double.IsFinite(node.Threshold))
            {
                throw new MalformedParametersException("a node with a feature that the model does not have, or with a threshold that is no finite number");
            }

            _nodes.Add(new(node.Mode, node.MissingIsTrue, 0, (uint)node.Feature, node.Threshold, 0, 0));
            waiting.Push((node.False, next.Depth + 1, (int)index, false));
            waiting.Push((node.True, next.Depth + 1, (int)index, true));
        }
    }

    private void AddLeaf(IReadOnlyList<LeafWeight> weights)
    {
        if (weights.Count > ushort.MaxValue || _weights.Count + weights.Count > MostWeights)
        {
            throw new MalformedParametersException($"more than {MostWeights} weights of leaves");
        }

        if (weights.Any(weight => weight.Output >= outputs || !double.IsFinite(weight.Value)))
        {
            throw new MalformedParametersException("a leaf with an output that the model does not have, or with a weight that is no finite number");
        }

        _nodes.Add(new(NodeMode.Leaf, false, (ushort)weights.Count, (uint)_weights.Count, 0, 0, 0));
        _weights.AddRange(weights);
    }
}
