using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.Permissions;

namespace Sandbox.Vault.Zones;

/// <summary>Request to the build child. Keys are not in it: they lie in a sealed memory file, and <see cref="KeySlot"/>s point there.</summary>
internal sealed record BuildRequest(
    string Kind,
    string Suite,
    string KeysPath,
    KeySlot? TokenKey,
    KeySlot OrderKey,
    int K,
    bool LeaveOutSmallClasses,
    string? OwnerScript,
    IReadOnlyList<BuildTable> Tables,
    long MemoryBytes,
    int Threads,
    KeySlot? FormatKey = null);

/// <summary>Place of a key in the key file.</summary>
internal sealed record KeySlot(int Offset, int Length);

/// <summary>One table to build, from segments or from a view of the owner's script.</summary>
internal sealed record BuildTable(
    string Schema,
    string Name,
    IReadOnlyList<SourceSegment> Segments,
    string? View,
    IReadOnlyList<BuildColumn> Columns,
    string? SubjectColumn,
    BuildSample? Sample,
    IReadOnlyList<string> QuasiIdentifiers,
    IReadOnlyList<SourceFilter> Filters,
    KeySlot? DrawKey = null,
    int LeaveOutPerMille = 0,
    KeySlot? MarkKey = null,
    WirePermission? Permission = null);

/// <summary>Paths of the opened Parquet files of a segment.</summary>
internal sealed record SourceSegment(string Main, string? Identifiers);

/// <summary>A column and the JSON form of its rule.</summary>
internal sealed record BuildColumn(string Name, string Rule);

/// <summary>Sample by keyed buckets.</summary>
internal sealed record BuildSample(KeySlot Key, int From, int To);

/// <summary>A condition: a range, a list, a list of what it may not be, or one of several conditions (then without a column of its own).</summary>
internal sealed record SourceFilter(
    string Column, string? From, string? To, IReadOnlyList<string>? OneOf, IReadOnlyList<string>? NoneOf = null, IReadOnlyList<SourceFilter>? Any = null)
{
    /// <summary>The columns that it reads.</summary>
    [JsonIgnore]
    public IEnumerable<string> Columns => Any is { } any ? any.SelectMany(filter => filter.Columns) : [Column];
}

/// <summary>The closing message of a build.</summary>
internal sealed record BuildReply(IReadOnlyList<BuiltTable> Tables);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(BuildRequest))]
[JsonSerializable(typeof(BuildReply))]
[JsonSerializable(typeof(ZoneProgress))]
internal sealed partial class BuildJson : JsonSerializerContext;
