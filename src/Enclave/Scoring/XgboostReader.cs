using System.Globalization;
using System.Text.Json;

namespace Sandbox.Enclave.Scoring;

/// <summary>Reads the JSON that XGBoost's <c>save_model</c> writes (1.6 to 3.0): boosted trees with numeric splits.</summary>
/// <remarks>The tool computes with 32-bit numbers: features, thresholds and sums are rounded as it does. Source: doc/model.schema and src/predictor/cpu_predictor.cc of dmlc/xgboost.</remarks>
internal static class XgboostReader
{
    public static ScoringModel Read(ReadOnlySpan<byte> json)
    {
        var file = ParameterJson.Read<XgboostFile>(json);
        var (learner, model) = (file.Learner, file.Learner.GradientBooster.Model);
        if (learner.GradientBooster.Name != "gbtree")
        {
            throw new MalformedParametersException("a booster other than gbtree");
        }

        var features = Count(learner.LearnerModelParam.NumFeature, ScoringModel.MostFeatures, "features");
        var classes = Count(learner.LearnerModelParam.NumClass, ScoringModel.MostOutputs, "classes");
        if (Count(learner.LearnerModelParam.NumTarget ?? "1", 256, "targets") > 1 || Count(model.GbtreeModelParam.SizeLeafVector ?? "0", 256, "values of a leaf") > 1)
        {
            throw new MalformedParametersException("several targets, or leaves of several values");
        }

        var start = BaseScore(learner.LearnerModelParam.BaseScore);
        var (transform, isClassifier) = learner.Objective.Name switch
        {
            "reg:squarederror" or "binary:logitraw" => (ScoreTransform.Identity, false),
            "binary:logistic" or "reg:logistic" => (ScoreTransform.Logistic, true),
            "multi:softprob" or "multi:softmax" => (ScoreTransform.Softmax, true),
            _ => throw new MalformedParametersException("an objective other than reg:squarederror, reg:logistic, binary:logistic, binary:logitraw, multi:softprob and multi:softmax"),
        };
        if (transform == ScoreTransform.Softmax != classes > 1)
        {
            throw new MalformedParametersException("a number of classes that its objective does not have");
        }

        if (transform == ScoreTransform.Logistic)
        {
            if (start is <= 0 or >= 1)
            {
                throw new MalformedParametersException("a base score of a logistic objective outside 0 to 1");
            }

            start = -MathF.Log((1f / start) - 1f);
        }

        var outputs = Math.Max(1, classes);
        if (model.TreeInfo.Length != model.Trees.Length || model.Trees.Length == 0 || model.Trees.Length % outputs != 0)
        {
            throw new MalformedParametersException("no trees, or not one number in tree_info a tree");
        }

        RefuseEarlyStop(learner.Attributes, model, outputs);
        var forest = new TreeForest(features, outputs);
        for (var i = 0; i < model.Trees.Length; i++)
        {
            Add(forest, model.Trees[i] ?? throw new MalformedParametersException("a tree that is nothing"), model.TreeInfo[i], outputs);
        }

        return new ScoringModel
        {
            Features = features,
            FeatureNames = learner.FeatureNames is { Length: > 0 } names ? names : null,
            Base = [.. Enumerable.Repeat((double)start, outputs)],
            Transform = transform,
            IsClassifier = isClassifier,
            Single = true,
            Trees = forest,
            Objective = learner.Objective.Name,
        };
    }

    private static void Add(TreeForest forest, Tree tree, int output, int outputs)
    {
        var count = tree.LeftChildren.Length;
        if (count == 0 || output < 0 || output >= outputs || tree.RightChildren.Length != count || tree.SplitConditions.Length != count || tree.SplitIndices.Length != count || tree.DefaultLeft.Length != count)
        {
            throw new MalformedParametersException("a tree without nodes, with lists of different lengths, or of a class that does not exist");
        }

        if (tree.SplitType?.Any(type => type != 0) == true || tree.Categories is { Length: > 0 })
        {
            throw new MalformedParametersException("splits by category; encode categories as numbers before training");
        }

        var nodes = new RawNode[count];
        for (var i = 0; i < count; i++)
        {
            nodes[i] = tree.LeftChildren[i] == -1 && tree.RightChildren[i] == -1
                ? new(NodeMode.Leaf, 0, 0, 0, 0, false)
                : new(NodeMode.Less, tree.SplitIndices[i], tree.SplitConditions[i], tree.LeftChildren[i], tree.RightChildren[i], tree.DefaultLeft[i]);
        }

        forest.Add(nodes, 0, leaf => [new((uint)output, tree.SplitConditions[leaf])]);
    }

    /// <summary>The scikit-learn face of the tool predicts with the best rounds only, and the booster itself with all of them: which is meant must not be a guess.</summary>
    private static void RefuseEarlyStop(Dictionary<string, string> attributes, Model model, int outputs)
    {
        var perRound = outputs * Math.Max(1, Count(model.GbtreeModelParam.NumParallelTree ?? "1", TreeForest.MostTrees, "parallel trees"));
        if (attributes.TryGetValue("best_iteration", out var best) && Count(best, int.MaxValue, "rounds") != (model.Trees.Length / perRound) - 1)
        {
            throw new MalformedParametersException("rounds after the best one; save booster[:best_iteration + 1]");
        }
    }

    private static int Count(string text, int most, string what) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : throw new MalformedParametersException($"no number, or more than {most}, of {what}");

    private static float BaseScore(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && float.IsFinite(number)
            ? number
            : throw new MalformedParametersException("a base score that is not one finite number");

    private sealed record XgboostFile(Learner Learner, int[] Version);

    private sealed record Learner(Dictionary<string, string> Attributes, string[] FeatureNames, string[] FeatureTypes, Booster GradientBooster, LearnerParameters LearnerModelParam, Objective Objective);

    private sealed record Booster(Model Model, string Name);

    private sealed record Model(ModelParameters GbtreeModelParam, int[] TreeInfo, Tree[] Trees)
    {
        public int[]? IterationIndptr { get; init; }
    }

    private sealed record ModelParameters(string NumTrees)
    {
        public string? NumParallelTree { get; init; }

        public string? SizeLeafVector { get; init; }
    }

    private sealed record LearnerParameters(string BaseScore, string NumClass, string NumFeature)
    {
        public string? BoostFromAverage { get; init; }

        public string? NumTarget { get; init; }
    }

    private sealed record Tree(bool[] DefaultLeft, int[] LeftChildren, int[] RightChildren, float[] SplitConditions, int[] SplitIndices)
    {
        public float[]? BaseWeights { get; init; }

        public int[]? Categories { get; init; }

        public int[]? CategoriesNodes { get; init; }

        public long[]? CategoriesSegments { get; init; }

        public long[]? CategoriesSizes { get; init; }

        public int? Id { get; init; }

        public float[]? LossChanges { get; init; }

        public int[]? Parents { get; init; }

        public int[]? SplitType { get; init; }

        public float[]? SumHessian { get; init; }

        public Dictionary<string, string>? TreeParam { get; init; }
    }

    /// <summary>Every objective brings parameters of its own for training; they do not matter for scoring.</summary>
    private sealed record Objective(string Name)
    {
        [System.Text.Json.Serialization.JsonExtensionData]
        public Dictionary<string, JsonElement>? Training { get; init; }
    }
}
