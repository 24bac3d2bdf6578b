namespace Sandbox.Enclave.Scoring;

/// <summary>
/// Reads a linear or logistic model: <c>{"link": "identity" | "logistic" | "softmax", "intercepts": [..], "coefficients": [[..], ..]}</c>, one row of coefficients an output,
/// and optionally <c>feature_names</c> and the <c>means</c> and <c>scales</c> of a standard scaler: a feature becomes (x − mean) / scale before.
/// </summary>
internal static class LinearReader
{
    public static ScoringModel Read(ReadOnlySpan<byte> json)
    {
        var file = ParameterJson.Read<LinearFile>(json);
        var transform = file.Link switch
        {
            "identity" => ScoreTransform.Identity,
            "logistic" => ScoreTransform.Logistic,
            "softmax" => ScoreTransform.Softmax,
            _ => throw new MalformedParametersException("a link other than identity, logistic and softmax"),
        };
        var features = file.Coefficients is [{ } first, ..] ? first.Length : 0;
        if (features == 0 || file.Coefficients.Length > ScoringModel.MostOutputs || file.Coefficients.Any(row => row?.Length != features) || file.Intercepts.Length != file.Coefficients.Length
            || (transform == ScoreTransform.Softmax) != file.Coefficients.Length > 1 && transform != ScoreTransform.Identity)
        {
            throw new MalformedParametersException("one row of coefficients and one intercept an output: several for softmax, one for logistic, and as many coefficients a row as features");
        }

        if (file.Means is null != file.Scales is null || (file.Means?.Length ?? features) != features || (file.Scales?.Length ?? features) != features || file.Scales?.Contains(0) == true)
        {
            throw new MalformedParametersException("means and scales come together, one a feature, no scale is 0");
        }

        return new ScoringModel
        {
            Features = features,
            FeatureNames = file.FeatureNames,
            Base = file.Intercepts,
            Transform = transform,
            IsClassifier = transform != ScoreTransform.Identity,
            Single = false,
            Steps = file.Means is { } means ? [new FeatureStep.Scale(means, [.. file.Scales!.Select(scale => 1 / scale)])] : [],
            Coefficients = [.. file.Coefficients.SelectMany(row => row)],
            Objective = file.Link,
        };
    }

    private sealed record LinearFile(string Link, double[] Intercepts, double[][] Coefficients)
    {
        public string[]? FeatureNames { get; init; }

        public double[]? Means { get; init; }

        public double[]? Scales { get; init; }
    }
}
