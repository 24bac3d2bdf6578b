namespace Sandbox.Enclave.Scoring;

/// <summary>LinearClassifier and LinearRegressor.</summary>
internal static class OnnxLinear
{
    public static ScoringModel Read(OnnxNode node, OnnxGraph graph)
    {
        var isClassifier = node.Operator == "LinearClassifier";
        var (outputs, single) = (0, !graph.Wide);
        if (isClassifier)
        {
            node.Expect("coefficients", "intercepts", "multi_class", "post_transform", "classlabels_ints", "classlabels_strings");
            outputs = OnnxSteps.Classes(node);
        }
        else
        {
            node.Expect("coefficients", "intercepts", "targets", "post_transform");
            outputs = node.Integer("targets", 1) is >= 1 and <= ScoringModel.MostOutputs and var targets ? (int)targets : 0;
        }

        var (coefficients, intercepts) = (node.Numbers("coefficients"), node.Numbers("intercepts"));
        if (outputs == 0 || coefficients.Count != outputs * graph.Features || intercepts.Count != outputs)
        {
            throw new MalformedParametersException("one row of coefficients and one intercept a class or target");
        }

        return new ScoringModel
        {
            Features = graph.Features,
            Base = intercepts,
            Transform = OnnxSteps.Transform(node),
            IsClassifier = isClassifier,
            Single = single,
            Coefficients = coefficients,
            Objective = node.Operator,
        };
    }
}
