using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Enclave.Models;
using Sandbox.Policy;

namespace Sandbox.Enclave.Scoring;

/// <summary>What tool wrote the parameters of a model without code.</summary>
public enum ScoringFormat
{
    /// <summary>Not stated; refused.</summary>
    Unknown = 0,
    /// <summary>A linear or logistic model as our own small JSON.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,
    /// <summary>XGBoost's own JSON of a tree booster.</summary>
    [JsonStringEnumMemberName("xgboost")]
    Xgboost,
    /// <summary>ONNX: a tree ensemble or a linear operator with the steps around it.</summary>
    [JsonStringEnumMemberName("onnx")]
    Onnx,
}

/// <summary>Which columns are scored and how the scores are gathered. A score of one row is never an output by itself.</summary>
/// <param name="Format">Tool that wrote the parameters.</param>
/// <param name="Table">Table that is read.</param>
/// <param name="Features">Columns in the order of the model's features, 1 to 256.</param>
public sealed record ScoringPlan(ScoringFormat Format, string Table, IReadOnlyList<string> Features)
{
    /// <summary>Columns (text, whole numbers, yes or no) whose values the scores are gathered by; at most 4.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Rising cut points of the score: rows are counted by band 0 (below the first) to n (from the last on); at most 64.</summary>
    public IReadOnlyList<double> Bands { get; init; } = [];
}

/// <summary>model.json of a model without code: no inputs, outputs and parameters of its own, they follow from the plan.</summary>
public sealed record ScoringManifest(string Name, string Version, ScoringPlan Scoring, ModelRunLimits Limits)
{
    /// <summary>One line for the reviewers; optional.</summary>
    public string? Title { get; init; }

    internal static (ScoringManifest? Manifest, IReadOnlyList<Refusal> Refusals) Read(ReadOnlySpan<byte> json)
    {
        var (manifest, refusals) = ManifestReader.Deserialize<ScoringManifest>(json);
        if (manifest is null)
        {
            return (null, refusals);
        }

        refusals = [.. manifest.Check()];
        return (refusals.Count == 0 ? manifest : null, refusals);
    }

    /// <summary>The manifest as a model with code would state it: always <c>apply</c>, always a table by groups and bands.</summary>
    /// <param name="scores">Scores that the model gives a row.</param>
    internal ModelManifest ToManifest(int scores)
    {
        List<ModelColumn> dimensions = [.. Scoring.Groups.Select(group => new ModelColumn(group, ModelColumnType.Text))];
        if (Scoring.Bands.Count > 0)
        {
            dimensions.Add(new(ScoringForm.BandColumn, ModelColumnType.WholeNumber));
        }

        ModelColumn[] measures = [new(ScoringForm.RowsColumn, ModelColumnType.WholeNumber), .. ScoringForm.MeanColumns(scores).Select(name => new ModelColumn(name, ModelColumnType.RealNumber))];
        return new ModelManifest(
            Name,
            Version,
            ModelKind.Apply,
            [new(Scoring.Table, [.. Scoring.Features.Union(Scoring.Groups, StringComparer.Ordinal)])],
            new(ModelOutputKind.Table, [.. dimensions, .. measures], [.. dimensions.Select(column => column.Name)], [.. measures.Select(column => column.Name)]),
            [],
            Limits)
        { Title = Title };
    }

    private IEnumerable<Refusal> Check()
    {
        var bands = Scoring.Bands;
        if (!Enum.IsDefined(Scoring.Format) || Scoring.Format == ScoringFormat.Unknown)
        {
            yield return ModelRefusals.Manifest("$.scoring.format", "linear, xgboost or onnx is expected");
        }

        if (Scoring.Features.Count is < 1 or > ScoringModel.MostFeatures)
        {
            yield return ModelRefusals.Manifest("$.scoring.features", "1 to 256 columns are expected");
        }

        if (Scoring.Groups.Count > 4 || Scoring.Groups.Any(group => ScoringForm.IsOwn(group)))
        {
            yield return ModelRefusals.Manifest("$.scoring.groups", "at most 4 columns are expected, none called rows, band or score_mean");
        }
        else if (Scoring.Groups.Count == 0 && bands.Count == 0)
        {
            yield return ModelRefusals.Manifest("$.scoring", "groups or bands are expected: scores of single rows are no output");
        }

        if (bands.Count > 64 || bands.Any(cut => !double.IsFinite(cut)) || bands.Zip(bands.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            yield return ModelRefusals.Manifest("$.scoring.bands", "at most 64 rising numbers are expected");
        }

        foreach (var refusal in ManifestReader.Check(ToManifest(1)))
        {
            yield return refusal;
        }
    }
}
