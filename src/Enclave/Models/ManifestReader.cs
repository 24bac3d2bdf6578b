using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Enclave.Scoring;
using Sandbox.Policy;

namespace Sandbox.Enclave.Models;

/// <summary>Strict reading of model.json: unknown or repeated names, missing members and values out of range are refusals.</summary>
internal static class ManifestReader
{
    public const int MostBytes = 256 * 1024;

    public const long MostOutputBytes = 256L << 20;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        MaxDepth = 8,

        // Words only: a number would be a way around the names.
        Converters =
        {
            new JsonStringEnumConverter<ModelKind>(null, allowIntegerValues: false),
            new JsonStringEnumConverter<ModelOutputKind>(null, allowIntegerValues: false),
            new JsonStringEnumConverter<ModelColumnType>(null, allowIntegerValues: false),
            new JsonStringEnumConverter<ModelParameterType>(null, allowIntegerValues: false),
            new JsonStringEnumConverter<ScoringFormat>(null, allowIntegerValues: false),
        },
    };

    public static (ModelManifest? Manifest, IReadOnlyList<Refusal> Refusals) Read(ReadOnlySpan<byte> json)
    {
        var (manifest, refusals) = Deserialize<ModelManifest>(json);
        refusals = manifest is null ? refusals : [.. Check(manifest)];
        return (refusals.Count == 0 ? manifest : null, refusals);
    }

    /// <summary>The document as <typeparamref name="T"/>, whose values nobody has checked yet, or the refusals.</summary>
    public static (T? Manifest, IReadOnlyList<Refusal> Refusals) Deserialize<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        if (json.Length > MostBytes)
        {
            return (null, [ModelRefusals.TooLarge("manifest in bytes", MostBytes)]);
        }

        try
        {
            return JsonSerializer.Deserialize<T>(json, Strict) is { } manifest ? (manifest, []) : (null, [ModelRefusals.Manifest("$", "it is empty")]);
        }
        catch (JsonException error)
        {
            // The parser's own sentence may quote content; its path holds only member names and positions.
            return (null, [ModelRefusals.Manifest(Path(error), "a member is missing, repeated, unknown or of another type")]);
        }
    }

    private static string Path(JsonException error) =>
        error.Path is { Length: > 0 and <= 120 } path && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '$' or '.' or '_' or '[' or ']') ? path : "$";

    /// <summary>Every value that is out of its range.</summary>
    public static IEnumerable<Refusal> Check(ModelManifest manifest)
    {
        if (!IsIdentifier(manifest.Name, "-"))
        {
            yield return ModelRefusals.Manifest("$.name", "1 to 64 lower-case letters, digits, - and _ are expected");
        }

        if (manifest.Version is not { Length: > 0 and <= 32 } || !manifest.Version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'))
        {
            yield return ModelRefusals.Manifest("$.version", "1 to 32 letters, digits, . and - are expected");
        }

        if (!Enum.IsDefined(manifest.Kind) || manifest.Kind == ModelKind.Unknown)
        {
            yield return ModelRefusals.Manifest("$.kind", "train or apply is expected");
        }

        if (manifest.Title is { Length: > 200 })
        {
            yield return ModelRefusals.Manifest("$.title", "at most 200 characters are expected");
        }

        if (manifest.NeedsTrained && manifest.Kind != ModelKind.Apply)
        {
            yield return ModelRefusals.Manifest("$.needs_trained", "only an apply model takes trained parameters");
        }

        if (manifest.Partitionable is { Rows: < 1000 or > 100_000_000 })
        {
            yield return ModelRefusals.Manifest("$.partitionable.rows", "1000 to 100000000 is expected");
        }

        foreach (var refusal in CheckInputs(manifest.Inputs).Concat(CheckOutput(manifest)).Concat(CheckParameters(manifest.Parameters)).Concat(CheckLimits(manifest.Limits)))
        {
            yield return refusal;
        }
    }

    private static IEnumerable<Refusal> CheckInputs(IReadOnlyList<ModelInput> inputs)
    {
        if (inputs.Count != 1)
        {
            yield return ModelRefusals.Manifest("$.inputs", "exactly one input is expected");
        }

        foreach (var input in inputs)
        {
            if (input is null || !IsIdentifier(input.Table) || !AreNames(input.Columns, 256))
            {
                yield return ModelRefusals.Manifest("$.inputs", "a table and 1 to 256 different column names are expected");
            }
        }
    }

    private static IEnumerable<Refusal> CheckOutput(ModelManifest manifest)
    {
        var output = manifest.Output;
        if (!Enum.IsDefined(output.Kind) || output.Kind == ModelOutputKind.Unknown)
        {
            yield return ModelRefusals.Manifest("$.output.kind", "table, parameters or report is expected");
        }

        if (manifest.Kind == ModelKind.Train && output.Kind == ModelOutputKind.Table)
        {
            yield return ModelRefusals.Manifest("$.output.kind", "a train model gives parameters or a report");
        }

        if (output.Columns.Any(column => column is null || !Enum.IsDefined(column.Type) || column.Type == ModelColumnType.Unknown)
            || !AreNames([.. output.Columns.Select(column => column?.Name ?? "")], 256))
        {
            yield return ModelRefusals.Manifest("$.output.columns", "1 to 256 columns with different names and known types are expected");
            yield break;
        }

        if (output.Kind == ModelOutputKind.Table)
        {
            var named = output.Dimensions.Concat(output.Measures).Order(StringComparer.Ordinal);
            if (!named.SequenceEqual(output.Columns.Select(column => column.Name).Order(StringComparer.Ordinal)) || output.Dimensions.Count == 0 || output.Measures.Count == 0)
            {
                yield return ModelRefusals.Manifest("$.output", "every column of a table is either a dimension or a measure, and there is one of each");
            }
        }
        else if (output.Dimensions.Count + output.Measures.Count != 0)
        {
            yield return ModelRefusals.Manifest("$.output", "only a table has dimensions and measures");
        }
    }

    private static IEnumerable<Refusal> CheckParameters(IReadOnlyList<ModelParameter> parameters)
    {
        if (parameters.Count > 0 && !AreNames([.. parameters.Select(parameter => parameter?.Name ?? "")], 64))
        {
            yield return ModelRefusals.Manifest("$.parameters", "at most 64 parameters with different names are expected");
            yield break;
        }

        for (var i = 0; i < parameters.Count; i++)
        {
            var parameter = parameters[i];
            var bounded = parameter.Type switch
            {
                ModelParameterType.WholeNumber or ModelParameterType.RealNumber => parameter.Choices is null && parameter.Minimum <= parameter.Maximum,
                ModelParameterType.Choice => parameter.Minimum is null && parameter.Maximum is null && parameter.Choices is { } choices && AreNames(choices, 64),
                _ => false,
            };
            if (!bounded)
            {
                yield return ModelRefusals.Manifest($"$.parameters[{i}]", "a number needs minimum and maximum, a choice needs its choices");
            }
            else if (!parameter.Default.Fits(parameter))
            {
                yield return ModelRefusals.Manifest($"$.parameters[{i}].default", "it must lie within the parameter's own bounds");
            }
        }
    }

    private static IEnumerable<Refusal> CheckLimits(ModelRunLimits limits)
    {
        if (limits.MemoryMib is < 1 or > 1024)
        {
            yield return ModelRefusals.Manifest("$.limits.memory_mib", "1 to 1024 is expected");
        }

        if (limits.CpuSeconds is < 1 or > 3600)
        {
            yield return ModelRefusals.Manifest("$.limits.cpu_seconds", "1 to 3600 is expected");
        }

        if (limits.Fuel is < 1 or > Runs.ModelRunner.UnstatedFuel)
        {
            yield return ModelRefusals.Manifest("$.limits.fuel", "1 to 1000000000000000 is expected");
        }

        if (limits.OutputBytes is < 1 or > MostOutputBytes)
        {
            yield return ModelRefusals.Manifest("$.limits.output_bytes", "1 to 268435456 is expected");
        }
    }

    private static bool AreNames(IReadOnlyList<string> names, int most) =>
        names.Count >= 1 && names.Count <= most && names.All(name => IsIdentifier(name)) && names.Distinct(StringComparer.Ordinal).Count() == names.Count;

    private static bool IsIdentifier(string? name, string extra = "") =>
        name is { Length: > 0 and <= 64 } && name.All(c => char.IsAsciiLetterOrDigit(c) || char.IsLetter(c) || c == '_' || extra.Contains(c, StringComparison.Ordinal));
}
