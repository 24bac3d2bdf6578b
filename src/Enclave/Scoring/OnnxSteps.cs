namespace Sandbox.Enclave.Scoring;

/// <summary>Operators on the features.</summary>
internal static class OnnxSteps
{
    public static FeatureStep Read(OnnxNode node, int features)
    {
        switch (node.Operator)
        {
            case "Scaler":
                node.Expect("offset", "scale");
                return new FeatureStep.Scale(Each(node.Numbers("offset"), features), Each(node.Numbers("scale"), features));
            case "Imputer":
                node.Expect("imputed_value_floats", "replaced_value_float");
                return node.Numbers("replaced_value_float") is [var replaced] && double.IsNaN(replaced)
                    ? new FeatureStep.Impute(Each(node.Numbers("imputed_value_floats"), features))
                    : throw new MalformedParametersException("an Imputer of anything but missing values");
            default:
                node.Expect("norm");
                return node.Text("norm", "MAX") switch
                {
                    "L1" => new FeatureStep.Normalise(1),
                    "L2" => new FeatureStep.Normalise(2),
                    _ => throw new MalformedParametersException("a Normalizer other than L1 and L2"),
                };
        }
    }

    public static ScoreTransform Transform(OnnxNode node) => node.Text("post_transform", "NONE") switch
    {
        "NONE" => ScoreTransform.Identity,
        "LOGISTIC" => ScoreTransform.Logistic,
        "SOFTMAX" => ScoreTransform.Softmax,
        _ => throw new MalformedParametersException("a post_transform other than NONE, LOGISTIC and SOFTMAX"),
    };

    /// <summary>How many classes a classifier names, whichever kind of names it has.</summary>
    public static int Classes(OnnxNode node)
    {
        var count = Math.Max(node.Texts("classlabels_strings").Count, Math.Max(node.Integers("classlabels_int64s").Count, node.Integers("classlabels_ints").Count));
        return count is >= 2 and <= ScoringModel.MostOutputs ? count : throw new MalformedParametersException($"a classifier with fewer than 2 or more than {ScoringModel.MostOutputs} classes");
    }

    private static IReadOnlyList<double> Each(IReadOnlyList<double> given, int features) =>
        given.Count == features ? given : given is [var one] ? [.. Enumerable.Repeat(one, features)] : throw new MalformedParametersException("a step without one number a feature");
}
