using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Risk;

/// <summary>Request to the risk child.</summary>
internal sealed record RiskRequest(IReadOnlyList<SourceSegment> Segments, IReadOnlyList<RiskColumn> Columns, string? SubjectColumn, string? Sensitive, long MemoryBytes, int Threads);

/// <summary>A quasi-identifier with the JSON form of the rule it is seen through; null for the raw values.</summary>
internal sealed record RiskColumn(string Name, string? Rule);

/// <summary>How many classes there are of each size, and the poorest class and the farthest one by the sensitive column. Counts only.</summary>
internal sealed record RiskReply(IReadOnlyList<ClassSize> Sizes, long? Diversity, double? Closeness);

/// <summary>Classes of one size.</summary>
internal sealed record ClassSize(long Size, long Classes);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict)]
[JsonSerializable(typeof(RiskRequest))]
[JsonSerializable(typeof(RiskReply))]
internal sealed partial class RiskJson : JsonSerializerContext;
