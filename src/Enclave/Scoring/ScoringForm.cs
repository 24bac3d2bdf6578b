using System.Text;

namespace Sandbox.Enclave.Scoring;

/// <summary>
/// The one binary form that the scoring module reads: features and groups by name, cut points, steps, and either coefficients or trees. Little endian; the same model gives the same bytes.
/// models/scoring/score.c reads it in the same order.
/// </summary>
internal static class ScoringForm
{
    public const string BandColumn = "band", RowsColumn = "rows";

    private const string MeanColumn = "score_mean";

    /// <summary>Names of the mean scores: one, or one a class or target.</summary>
    public static IEnumerable<string> MeanColumns(int scores) => scores == 1 ? [MeanColumn] : Enumerable.Range(0, scores).Select(i => $"{MeanColumn}_{i}");

    /// <summary>Whether a group's column would be taken for one of the output's own.</summary>
    public static bool IsOwn(string? name) => name is BandColumn or RowsColumn || name?.StartsWith(MeanColumn, StringComparison.Ordinal) == true;

    public static byte[] Write(ScoringPlan plan, ScoringModel model)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write("SBSCORE1"u8);
        var (nodes, weights, roots) = (model.Trees?.Nodes ?? [], model.Trees?.Weights ?? [], model.Trees?.Roots ?? []);
        int[] header =
        [
            model.Features, plan.Groups.Count, plan.Bands.Count, model.Outputs, (int)model.Transform, model.NormaliseOutputs ? 1 : 0, model.FirstScore, model.Single ? 1 : 0,
            model.Steps.Count, model.Coefficients.Count, roots.Count, nodes.Count, weights.Count, 0,
        ];
        foreach (var number in header)
        {
            writer.Write(number);
        }

        writer.Write(model.Divisor);
        Write(writer, plan.Bands);
        Write(writer, model.Base);
        foreach (var step in model.Steps)
        {
            Write(writer, step, model.Features);
        }

        Write(writer, model.Coefficients);
        foreach (var node in nodes)
        {
            writer.Write(node.Threshold);
            writer.Write(node.Feature);
            writer.Write(node.True);
            writer.Write(node.False);
            writer.Write((byte)node.Mode);
            writer.Write(node.MissingIsTrue);
            writer.Write(node.Weights);
        }

        foreach (var weight in weights)
        {
            writer.Write(weight.Value);
            writer.Write((ulong)weight.Output);
        }

        foreach (var root in roots)
        {
            writer.Write(root);
        }

        foreach (var name in plan.Features.Concat(plan.Groups))
        {
            writer.Write(Encoding.UTF8.GetBytes(name));
            writer.Write((byte)0);
        }

        writer.Flush();
        return buffer.ToArray();
    }

    /// <summary>Every step takes the same room: kind, norm, and two numbers a feature.</summary>
    private static void Write(BinaryWriter writer, FeatureStep step, int features)
    {
        var (kind, norm, first, second) = step switch
        {
            FeatureStep.Impute impute => (1, 0, impute.Values, new double[features]),
            FeatureStep.Scale scale => (2, 0, scale.Offsets, scale.Scales),
            FeatureStep.Normalise normalise => (3, normalise.Norm, new double[features], (IReadOnlyList<double>)new double[features]),
            _ => throw new InvalidOperationException("A step that has no form."),
        };
        writer.Write(kind);
        writer.Write(norm);
        Write(writer, first);
        Write(writer, second);
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<double> numbers)
    {
        foreach (var number in numbers)
        {
            writer.Write(double.IsFinite(number) ? number : throw new MalformedParametersException("a number that is not finite"));
        }
    }
}
