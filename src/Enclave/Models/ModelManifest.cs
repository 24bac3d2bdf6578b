using System.Text.Json.Serialization;

namespace Sandbox.Enclave.Models;

/// <summary>What a model does with data. Training and applying are different rights.</summary>
public enum ModelKind
{
    /// <summary>Not stated: may not run.</summary>
    Unknown = 0,
    /// <summary>Derives parameters from rows.</summary>
    [JsonStringEnumMemberName("train")]
    Train,
    /// <summary>Applies fixed rules, or parameters trained before, to rows.</summary>
    [JsonStringEnumMemberName("apply")]
    Apply,
}

/// <summary>What a model's output is.</summary>
public enum ModelOutputKind
{
    /// <summary>Not stated: can't leave.</summary>
    Unknown = 0,
    /// <summary>A table of dimensions and measures.</summary>
    [JsonStringEnumMemberName("table")]
    Table,
    /// <summary>Parameters of a model: names and numbers.</summary>
    [JsonStringEnumMemberName("parameters")]
    Parameters,
    /// <summary>Figures for a report.</summary>
    [JsonStringEnumMemberName("report")]
    Report,
}

/// <summary>Type of an output column.</summary>
public enum ModelColumnType
{
    /// <summary>Not stated; refused.</summary>
    Unknown = 0,
    /// <summary>Text.</summary>
    [JsonStringEnumMemberName("utf8")]
    Text,
    /// <summary>A 64-bit signed integer.</summary>
    [JsonStringEnumMemberName("int64")]
    WholeNumber,
    /// <summary>A double.</summary>
    [JsonStringEnumMemberName("float64")]
    RealNumber,
}

/// <summary>Type of a run parameter.</summary>
public enum ModelParameterType
{
    /// <summary>Not stated; refused.</summary>
    Unknown = 0,
    /// <summary>A whole number between minimum and maximum.</summary>
    [JsonStringEnumMemberName("integer")]
    WholeNumber,
    /// <summary>A number between minimum and maximum.</summary>
    [JsonStringEnumMemberName("number")]
    RealNumber,
    /// <summary>One of the listed words.</summary>
    [JsonStringEnumMemberName("choice")]
    Choice,
}

/// <summary>One input stream: a table and the columns the model needs of it.</summary>
public sealed record ModelInput(string Table, IReadOnlyList<string> Columns);

/// <summary>One output column.</summary>
public sealed record ModelColumn(string Name, ModelColumnType Type);

/// <summary>The declared output. For a table every column is a dimension or a measure.</summary>
public sealed record ModelOutput(ModelOutputKind Kind, IReadOnlyList<ModelColumn> Columns, IReadOnlyList<string> Dimensions, IReadOnlyList<string> Measures);

/// <summary>A parameter that a run may set, with its bounds. <see cref="Choices"/> belong to a choice, the bounds to a number.</summary>
public sealed record ModelParameter(string Name, ModelParameterType Type, double? Minimum = null, double? Maximum = null, IReadOnlyList<string>? Choices = null)
{
    /// <summary>The value of a run that does not set it: a number, or one of the choices.</summary>
    public required ParameterValue Default { get; init; }
}

/// <summary>What a run may use at most.</summary>
/// <param name="MemoryMib">Linear memory, 1 to 1024 MiB.</param>
/// <param name="CpuSeconds">Processor time, 1 to 3600 s.</param>
/// <param name="OutputBytes">Output, 1 byte to 256 MiB.</param>
public sealed record ModelRunLimits(int MemoryMib, int CpuSeconds, long OutputBytes)
{
    /// <summary>Units of fuel, 1 to 10^15: about one an instruction. Null leaves the bound to the processor time; the fuel that was used is recorded all the same.</summary>
    public long? Fuel { get; init; }
}

/// <summary>How a model may be run over parts of its input, as many jails at once as there are processors.</summary>
/// <param name="Rows">Rows of a partition, 1,000 to 100,000,000; the last has what is left. Edges depend on nothing else, so the output does not depend on the machine.</param>
/// <param name="Reduce">Whether the module puts the partitions' outputs together in a last step of its own; else their rows are put one after the other.</param>
public sealed record ModelPartitions(int Rows, bool Reduce);

/// <summary>model.json: what the author declares and the reviewers read.</summary>
public sealed record ModelManifest(
    string Name,
    string Version,
    ModelKind Kind,
    IReadOnlyList<ModelInput> Inputs,
    ModelOutput Output,
    IReadOnlyList<ModelParameter> Parameters,
    ModelRunLimits Limits)
{
    /// <summary>One line for the reviewers; optional.</summary>
    public string? Title { get; init; }

    /// <summary>Whether the model wants parameters trained before, on file descriptor 3. Only with <see cref="ModelKind.Apply"/>.</summary>
    public bool NeedsTrained { get; init; }

    /// <summary>Null for a model that wants all rows in one jail. The limits hold for each jail.</summary>
    public ModelPartitions? Partitionable { get; init; }
}
