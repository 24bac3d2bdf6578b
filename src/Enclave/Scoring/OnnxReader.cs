namespace Sandbox.Enclave.Scoring;

/// <summary>
/// Reads a graph that is a chain: steps on the features (Imputer, Scaler, Normalizer), one model (TreeEnsembleClassifier, TreeEnsembleRegressor, LinearClassifier, LinearRegressor),
/// then what converters put behind (Normalizer of the probabilities, ZipMap, Cast, Identity). Anything else is refused.
/// </summary>
/// <remarks>Source: the operators of ai.onnx.ml; where it leaves a case open, what ONNX Runtime does.</remarks>
internal static class OnnxReader
{
    private const string Labels = "label", Scores = "scores";

    public static ScoringModel Read(ReadOnlySpan<byte> bytes)
    {
        var graph = OnnxGraph.Read(bytes);
        List<FeatureStep> steps = [];
        ScoringModel? model = null;

        // What each name of the graph stands for: the features before the model, its labels or its scores after it.
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { [graph.Input] = "features" };
        foreach (var node in graph.Nodes)
        {
            if (node.Inputs.Count != 1 || !values.TryGetValue(node.Inputs[0], out var value))
            {
                throw new MalformedParametersException("operators that are no chain: one input each, of what came before");
            }

            if (node.Domain is not ("" or "ai.onnx" or "ai.onnx.ml"))
            {
                throw new MalformedParametersException("an operator of another domain than ai.onnx and ai.onnx.ml");
            }

            switch (node.Operator)
            {
                case "Identity":
                case "Cast" when value != "features" || node.Integer("to", 0) is 1 or 11:
                    Name(values, node, value);
                    break;
                case "Imputer" or "Scaler" or "Normalizer" when value == "features" && model is null:
                    steps.Add(OnnxSteps.Read(node, graph.Features));
                    values.Clear(); // the features before the step are gone: a chain
                    Name(values, node, value);
                    break;
                case "Normalizer" when value == Scores && model is { NormaliseOutputs: false, Transform: not ScoreTransform.Identity } && node.Text("norm", "MAX") == "L1":
                    node.Expect("norm");
                    model = model with { NormaliseOutputs = true };
                    Name(values, node, value);
                    break;
                case "ZipMap" when value == Scores:
                    Name(values, node, value);
                    break;
                case "TreeEnsembleClassifier" or "TreeEnsembleRegressor" or "LinearClassifier" or "LinearRegressor" when value == "features" && model is null:
                    model = node.Operator.StartsWith("Tree", StringComparison.Ordinal) ? OnnxTrees.Read(node, graph) : OnnxLinear.Read(node, graph);
                    values.Clear();
                    Name(values, node, node.Operator.EndsWith("Regressor", StringComparison.Ordinal) ? [Scores] : [Labels, Scores]);
                    break;
                default:
                    throw new MalformedParametersException("an operator that is not of the subset, or stands where it has no place");
            }
        }

        if (model is null || graph.Outputs.Count == 0 || !graph.Outputs.All(values.ContainsKey) || !graph.Outputs.Any(output => values[output] == Scores))
        {
            throw new MalformedParametersException("a graph without a model, or whose outputs are not labels and scores of it");
        }

        return model with { Steps = steps };
    }

    private static void Name(Dictionary<string, string> values, OnnxNode node, params ReadOnlySpan<string> stands)
    {
        if (node.Outputs.Count != stands.Length)
        {
            throw new MalformedParametersException($"another number of outputs than {node.Operator} has");
        }

        for (var i = 0; i < stands.Length; i++)
        {
            if (!values.TryAdd(node.Outputs[i], stands[i]))
            {
                throw new MalformedParametersException("a name that two operators write");
            }
        }
    }
}
