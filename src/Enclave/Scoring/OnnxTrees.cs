namespace Sandbox.Enclave.Scoring;

/// <summary>TreeEnsembleClassifier and TreeEnsembleRegressor.</summary>
internal static class OnnxTrees
{
    public static ScoringModel Read(OnnxNode node, OnnxGraph graph)
    {
        var isClassifier = node.Operator == "TreeEnsembleClassifier";
        var leaf = isClassifier ? "class" : "target";
        node.Expect(
            "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_values_as_tensor", "nodes_hitrates", "nodes_modes", "nodes_truenodeids",
            "nodes_falsenodeids", "nodes_missing_value_tracks_true", "base_values", "base_values_as_tensor", "post_transform", leaf + "_treeids", leaf + "_nodeids", leaf + "_ids", leaf + "_weights",
            leaf + "_weights_as_tensor", isClassifier ? "classlabels_int64s" : "n_targets", isClassifier ? "classlabels_strings" : "aggregate_function");
        var transform = OnnxSteps.Transform(node);
        var outputs = isClassifier ? OnnxSteps.Classes(node) : node.Integer("n_targets", 1) is >= 1 and <= ScoringModel.MostOutputs and var targets ? (int)targets : throw new MalformedParametersException($"fewer than 1 or more than {ScoringModel.MostOutputs} targets");
        var weights = Weights(node, leaf, outputs);

        // One list of weights for two classes: the sum is of the second class, whatever number it carries.
        if (isClassifier && outputs == 2 && weights.Values.SelectMany(list => list).Select(weight => weight.Output).Distinct().Count() == 1)
        {
            if (transform != ScoreTransform.Identity && weights.Values.All(list => list.All(weight => weight.Value >= 0)))
            {
                throw new MalformedParametersException("two classes from positive weights of one with a post_transform, which runtimes read differently; export weights of both classes");
            }

            outputs = 1;
            weights = weights.ToDictionary(entry => entry.Key, entry => entry.Value.ConvertAll(weight => weight with { Output = 0 }));
        }

        var starts = node.Either("base_values");
        if (starts.Count != 0 && starts.Count != outputs)
        {
            throw new MalformedParametersException("not one base value an output");
        }

        var forest = Forest(node, graph.Features, outputs, weights);
        return new ScoringModel
        {
            Features = graph.Features,
            Base = starts.Count == 0 ? new double[outputs] : starts,
            Transform = outputs == 1 && transform == ScoreTransform.Softmax ? throw new MalformedParametersException("softmax of one output") : transform,
            IsClassifier = isClassifier,
            Single = !graph.Wide && !node.Attributes.Values.Any(attribute => attribute.Wide),
            Divisor = node.Text("aggregate_function", "SUM") switch
            {
                "SUM" => 1,
                "AVERAGE" when starts.All(start => start == 0) => forest.Roots.Count,
                _ => throw new MalformedParametersException("an aggregate_function other than SUM, or AVERAGE without base values"),
            },
            Trees = forest,
            Objective = node.Operator,
        };
    }

    private static Dictionary<(long Tree, long Node), List<LeafWeight>> Weights(OnnxNode node, string leaf, int outputs)
    {
        var (trees, nodes, ids, values) = (node.Integers(leaf + "_treeids"), node.Integers(leaf + "_nodeids"), node.Integers(leaf + "_ids"), node.Either(leaf + "_weights"));
        if (trees.Count != nodes.Count || trees.Count != ids.Count || trees.Count != values.Count || trees.Count == 0)
        {
            throw new MalformedParametersException("lists of weights of different lengths");
        }

        var weights = new Dictionary<(long, long), List<LeafWeight>>();
        for (var i = 0; i < trees.Count; i++)
        {
            if (ids[i] < 0 || ids[i] >= outputs)
            {
                throw new MalformedParametersException("a weight of an output that the model does not have");
            }

            if (!weights.TryGetValue((trees[i], nodes[i]), out var list))
            {
                weights.Add((trees[i], nodes[i]), list = []);
            }

            list.Add(new((uint)ids[i], values[i]));
        }

        return weights;
    }

    private static TreeForest Forest(OnnxNode node, int features, int outputs, Dictionary<(long Tree, long Node), List<LeafWeight>> weights)
    {
        var lists = new Lists(node);
        var forest = new TreeForest(features, outputs);
        var used = 0;
        for (var start = 0; start < lists.Count;)
        {
            var end = start;
            while (end < lists.Count && lists.Trees[end] == lists.Trees[start])
            {
                end++;
            }

            used += Add(forest, lists, start, end, weights);
            start = end;
        }

        // A weight that no leaf has, and a tree whose nodes lie apart (its number comes twice), would be dropped in silence.
        return used == weights.Count ? forest : throw new MalformedParametersException("weights of nodes that are no leaves, or trees whose nodes do not stand together");
    }

    private static int Add(TreeForest forest, Lists lists, int start, int end, Dictionary<(long Tree, long Node), List<LeafWeight>> weights)
    {
        var places = new Dictionary<long, int>(end - start);
        for (var i = start; i < end; i++)
        {
            if (!places.TryAdd(lists.Ids[i], i - start))
            {
                throw new MalformedParametersException("two nodes of one tree with the same number");
            }
        }

        var tree = new RawNode[end - start];
        var isChild = new bool[tree.Length];
        for (var i = 0; i < tree.Length; i++)
        {
            var at = start + i;
            var mode = lists.Modes[at] switch
            {
                "LEAF" => NodeMode.Leaf,
                "BRANCH_LT" => NodeMode.Less,
                "BRANCH_LEQ" => NodeMode.LessOrEqual,
                "BRANCH_GT" => NodeMode.Greater,
                "BRANCH_GTE" => NodeMode.GreaterOrEqual,
                "BRANCH_EQ" => NodeMode.Equal,
                "BRANCH_NEQ" => NodeMode.NotEqual,
                _ => throw new MalformedParametersException("a node of a mode that this version does not know"),
            };
            if (mode == NodeMode.Leaf)
            {
                continue;
            }

            var (onTrue, onFalse) = (places.GetValueOrDefault(lists.True[at], -1), places.GetValueOrDefault(lists.False[at], -1));
            tree[i] = new(mode, lists.Features[at] is >= 0 and < 256 and var feature ? (int)feature : -1, lists.Values[at], onTrue, onFalse, mode == NodeMode.NotEqual || (lists.MissingTrue.Count > 0 && lists.MissingTrue[at] != 0));
            if (onTrue < 0 || onFalse < 0)
            {
                throw new MalformedParametersException("a node whose branches do not exist");
            }

            (isChild[onTrue], isChild[onFalse]) = (true, true);
        }

        if (isChild.Count(child => !child) != 1)
        {
            throw new MalformedParametersException("a tree without exactly one root");
        }

        var used = 0;
        forest.Add(tree, Array.IndexOf(isChild, false), leaf =>
        {
            var found = weights.GetValueOrDefault((lists.Trees[start], lists.Ids[start + leaf]));
            used += found is null ? 0 : 1;
            return found ?? [];
        });
        return used;
    }

    private sealed class Lists
    {
        public Lists(OnnxNode node)
        {
            Trees = node.Integers("nodes_treeids");
            Ids = node.Integers("nodes_nodeids");
            Features = node.Integers("nodes_featureids");
            Values = node.Either("nodes_values");
            Modes = node.Texts("nodes_modes");
            True = node.Integers("nodes_truenodeids");
            False = node.Integers("nodes_falsenodeids");
            MissingTrue = node.Integers("nodes_missing_value_tracks_true");
            if (Count == 0 || Ids.Count != Count || Features.Count != Count || Values.Count != Count || Modes.Count != Count || True.Count != Count || False.Count != Count || (MissingTrue.Count != 0 && MissingTrue.Count != Count))
            {
                throw new MalformedParametersException("lists of nodes of different lengths");
            }
        }

        public int Count => Trees.Count;

        public IReadOnlyList<long> Trees { get; }

        public IReadOnlyList<long> Ids { get; }

        public IReadOnlyList<long> Features { get; }

        public IReadOnlyList<double> Values { get; }

        public IReadOnlyList<string> Modes { get; }

        public IReadOnlyList<long> True { get; }

        public IReadOnlyList<long> False { get; }

        public IReadOnlyList<long> MissingTrue { get; }
    }
}
