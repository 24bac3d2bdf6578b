using System.Security.Cryptography;
using Sandbox.Enclave.Models;
using Sandbox.Policy;

namespace Sandbox.Enclave.Scoring;

/// <summary>Parameters that an operating unit brings instead of code: read as data, brought into one form, run by the scoring module that the product ships.</summary>
public sealed class ScoringParameters
{
    /// <summary>Size of a parameter file, in bytes.</summary>
    public const int MostBytes = 64 << 20;

    private readonly byte[] _source;
    private readonly byte[] _form;

    private ScoringParameters(byte[] source, byte[] form, ScoringReport report)
    {
        _source = source;
        _form = form;
        Report = report;
    }

    /// <summary>The file as it was submitted.</summary>
    public ReadOnlyMemory<byte> Source => _source;

    /// <summary>What they are, in figures.</summary>
    public ScoringReport Report { get; }

    /// <summary>What the scoring module reads on descriptor 3.</summary>
    internal ReadOnlyMemory<byte> Form => _form;

    /// <summary>Reads a file from an unknown author; nothing of it is executed.</summary>
    internal static (ScoringParameters? Parameters, IReadOnlyList<Refusal> Refusals) FromUntrusted(ReadOnlySpan<byte> source, ScoringManifest manifest)
    {
        if (source.Length > MostBytes)
        {
            return (null, [ModelRefusals.TooLarge("parameters in bytes", MostBytes)]);
        }

        try
        {
            var plan = manifest.Scoring;
            var model = plan.Format switch
            {
                ScoringFormat.Linear => LinearReader.Read(source),
                ScoringFormat.Xgboost => XgboostReader.Read(source),
                ScoringFormat.Onnx => OnnxReader.Read(source),
                _ => throw new MalformedParametersException("a format that this version does not know"),
            };
            if (Misfit(plan, model) is { } misfit)
            {
                return (null, [misfit]);
            }

            var form = ScoringForm.Write(plan, model);
            return form.Length + (16L << 20) > (long)manifest.Limits.MemoryMib << 20
                ? (null, [ModelRefusals.MemoryTooLarge(manifest.Limits.MemoryMib)])
                : (new(source.ToArray(), form, ScoringReport.Of(plan, model, form.Length)), []);
        }
        catch (MalformedParametersException error)
        {
            return (null, [ModelRefusals.BadParameters(error.Message)]);
        }
    }

    /// <summary>The names of the features in the file, where it has any, are the columns in the same order: a score of swapped columns would look like any other.</summary>
    private static Refusal? Misfit(ScoringPlan plan, ScoringModel model)
    {
        if (model.Features != plan.Features.Count || (model.FeatureNames is { } names && !names.SequenceEqual(plan.Features, StringComparer.Ordinal)))
        {
            return ModelRefusals.OtherFeatures(model.Features);
        }

        return plan.Bands.Count > 0 && model.Outputs - model.FirstScore > 1 ? ModelRefusals.Manifest("$.scoring.bands", "bands are of one score; this model gives several, one a class or target") : null;
    }
}

/// <summary>What a model without code is, for the reviewers.</summary>
/// <param name="Format">Tool that wrote it.</param>
/// <param name="Objective">The tool's word for what it fits, of a closed list.</param>
/// <param name="Features">Features of a row.</param>
/// <param name="FeaturesUsed">Of them, how many have any influence.</param>
/// <param name="Scores">Scores a row.</param>
/// <param name="Steps">Steps on the features before the model.</param>
/// <param name="Trees">Trees; 0 for a linear model.</param>
/// <param name="Depth">Longest way from a root to a leaf.</param>
/// <param name="Nodes">Nodes of all trees, leaves included.</param>
/// <param name="FormBytes">Bytes of the one form.</param>
public sealed record ScoringReport(ScoringFormat Format, string Objective, int Features, int FeaturesUsed, int Scores, int Steps, int Trees, int Depth, int Nodes, int FormBytes)
{
    internal static ScoringReport Of(ScoringPlan plan, ScoringModel model, int bytes)
    {
        var used = model.Trees is { } trees
            ? trees.Nodes.Where(node => node.Mode != NodeMode.Leaf).Select(node => (int)node.Feature).Distinct().Count()
            : Enumerable.Range(0, model.Features).Count(feature => Enumerable.Range(0, model.Outputs).Any(output => model.Coefficients[(output * model.Features) + feature] != 0));
        return new(
            plan.Format, model.Objective, model.Features, used, model.Outputs - model.FirstScore, model.Steps.Count, model.Trees?.Roots.Count ?? 0, model.Trees?.Depth ?? 0, model.Trees?.Nodes.Count ?? 0, bytes);
    }
}

/// <summary>The scoring module that the product ships, built from models/scoring.</summary>
public static class ScoringModule
{
    /// <summary>Finds it in <c>artifacts/models/scoring</c> of a folder above the program.</summary>
    /// <returns>Its path, or null when the sample models were not built.</returns>
    public static string? Locate()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "artifacts", "models", "scoring", ModelPackage.ModuleFile);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary><c>sha256:</c> and 64 lower-case hex digits over a module.</summary>
    public static string DigestOf(ReadOnlySpan<byte> module) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(module));
}
