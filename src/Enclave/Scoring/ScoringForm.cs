using System.Buffers;
using System.Buffers.Binary;
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
        var form = new ArrayBufferWriter<byte>();
        form.Write("SBSCORE1"u8);
        var (nodes, weights, roots) = (model.Trees?.Nodes ?? [], model.Trees?.Weights ?? [], model.Trees?.Roots ?? []);
        int[] header =
        [
            model.Features, plan.Groups.Count, plan.Bands.Count, model.Outputs, (int)model.Transform, model.NormaliseOutputs ? 1 : 0, model.FirstScore, model.Single ? 1 : 0,
            model.Steps.Count, model.Coefficients.Count, roots.Count, nodes.Count, weights.Count, 0,
        ];
        foreach (var number in header)
        {
            Write(form, number);
        }

        Write(form, [model.Divisor]);
        Write(form, plan.Bands);
        Write(form, model.Base);
        foreach (var step in model.Steps)
        {
            Write(form, step, model.Features);
        }

        Write(form, model.Coefficients);
        foreach (var node in nodes)
        {
            Write(form, [node.Threshold]);
            Write(form, (int)node.Feature);
            Write(form, (int)node.True);
            Write(form, (int)node.False);
            Write(form, (int)node.Mode | (node.MissingIsTrue ? 1 << 8 : 0) | (node.Weights << 16));
        }

        foreach (var weight in weights)
        {
            Write(form, [weight.Value]);
            Write(form, (int)weight.Output);
            Write(form, 0);
        }

        foreach (var root in roots)
        {
            Write(form, (int)root);
        }

        foreach (var name in plan.Features.Concat(plan.Groups))
        {
            form.Write(Encoding.UTF8.GetBytes(name));
            form.Write("\0"u8);
        }

        return form.WrittenSpan.ToArray();
    }

    /// <summary>Every step takes the same room: kind, norm, and two numbers a feature.</summary>
    private static void Write(ArrayBufferWriter<byte> form, FeatureStep step, int features)
    {
        var (kind, norm, first, second) = step switch
        {
            FeatureStep.Impute impute => (1, 0, impute.Values, new double[features]),
            FeatureStep.Scale scale => (2, 0, scale.Offsets, scale.Scales),
            FeatureStep.Normalise normalise => (3, normalise.Norm, new double[features], (IReadOnlyList<double>)new double[features]),
            _ => throw new InvalidOperationException("A step that has no form."),
        };
        Write(form, kind);
        Write(form, norm);
        Write(form, first);
        Write(form, second);
    }

    private static void Write(ArrayBufferWriter<byte> form, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(form.GetSpan(4), number);
        form.Advance(4);
    }

    private static void Write(ArrayBufferWriter<byte> form, IReadOnlyList<double> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(form.GetSpan(8), double.IsFinite(number) ? number : throw new MalformedParametersException("a number that is not finite"));
            form.Advance(8);
        }
    }
}
