namespace Sandbox.Enclave.Scoring;

/// <summary>How sums become scores.</summary>
internal enum ScoreTransform : uint
{
    Identity = 0,
    Logistic = 1,
    Softmax = 2,
}

/// <summary>A step on the features before the model, over all of them, in order.</summary>
internal abstract record FeatureStep
{
    private FeatureStep()
    {
    }

    /// <summary>A missing value becomes the feature's own number.</summary>
    public sealed record Impute(IReadOnlyList<double> Values) : FeatureStep;

    /// <summary>(x − offset) · scale, one of each a feature.</summary>
    public sealed record Scale(IReadOnlyList<double> Offsets, IReadOnlyList<double> Scales) : FeatureStep;

    /// <summary>Every row divided by its sum of absolute values (1) or its length (2); a row of zeros stays.</summary>
    public sealed record Normalise(int Norm) : FeatureStep;
}

/// <summary>What parameters of any tool come down to: the one form that is inspected, hashed and run.</summary>
internal sealed record ScoringModel
{
    /// <summary>Most features, and most classes or targets.</summary>
    public const int MostFeatures = 256, MostOutputs = 200;

    /// <summary>Features of a row.</summary>
    public required int Features { get; init; }

    /// <summary>Names that the file itself gives its features, or null.</summary>
    public IReadOnlyList<string>? FeatureNames { get; init; }

    /// <summary>Sums that start at these values, one an output.</summary>
    public required IReadOnlyList<double> Base { get; init; }

    /// <summary>Outputs a row.</summary>
    public int Outputs => Base.Count;

    /// <summary>What happens to the sums.</summary>
    public required ScoreTransform Transform { get; init; }

    /// <summary>Whether the transformed outputs of a row are divided by their sum.</summary>
    public bool NormaliseOutputs { get; init; }

    /// <summary>First output that is a score: 1 for two classes, whose first says the same.</summary>
    public int FirstScore => IsClassifier && Outputs == 2 ? 1 : 0;

    /// <summary>Whether outputs belong to classes.</summary>
    public required bool IsClassifier { get; init; }

    /// <summary>Whether the tool computes with 32-bit numbers: features and every sum are rounded alike.</summary>
    public required bool Single { get; init; }

    /// <summary>What sums of trees are divided by: 1, or the number of trees for an average.</summary>
    public double Divisor { get; init; } = 1;

    /// <summary>Steps before the model.</summary>
    public IReadOnlyList<FeatureStep> Steps { get; init; } = [];

    /// <summary>Coefficients, output by output; empty for trees.</summary>
    public IReadOnlyList<double> Coefficients { get; init; } = [];

    /// <summary>Trees; null for a linear model.</summary>
    public TreeForest? Trees { get; init; }

    /// <summary>The tool's own word for what it fits, of a closed list of ours.</summary>
    public required string Objective { get; init; }
}
