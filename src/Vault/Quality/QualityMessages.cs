using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Quality;

/// <summary>Request to the quality child. The rules count for the last load, which has so many segments; earlier ones are there for what must stand once.</summary>
internal sealed record QualityRequest(IReadOnlyList<SourceSegment> Segments, int Last, IReadOnlyList<QualityCheck> Checks, DateOnly Today, long MemoryBytes, int Threads);

/// <summary>A rule in the form of a message: which members are there says which rule it is.</summary>
internal sealed record QualityCheck(
    IReadOnlyList<string> Columns, bool Present = false, bool Unique = false, string? From = null, string? To = null, IReadOnlyList<string>? OneOf = null, string? Identifier = null, bool NotAfter = false, bool SameAs = false, int? WithinDays = null);

/// <summary>Per rule how many values were looked at and how many are faulty. Counts only.</summary>
internal sealed record QualityReply(IReadOnlyList<QualityCount> Counts);

/// <summary>One rule's counts.</summary>
internal sealed record QualityCount(long Looked, long Faulty);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(QualityRequest))]
[JsonSerializable(typeof(QualityReply))]
internal sealed partial class QualityJson : JsonSerializerContext;
