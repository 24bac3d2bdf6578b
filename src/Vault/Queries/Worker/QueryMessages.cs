using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Policy;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>Request to the query worker: the first opens the zone, every further one runs a statement.</summary>
internal sealed record QueryRequest(string? ZonePath, QueryCaps? Caps, string? Sql, IReadOnlyList<QueryParameter>? Parameters);

/// <summary>The part of <see cref="QueryLimits"/> that the worker keeps itself.</summary>
internal sealed record QueryCaps(int TextCharacters, int Depth, int Parts, int Rows, int Bytes, int DeadlineMilliseconds, long EngineMemoryBytes, int Threads);

/// <summary>What the zone holds, told once after opening.</summary>
internal sealed record ZoneOpened(IReadOnlyList<OpenedTable> Tables);

/// <summary>A table of the opened zone.</summary>
internal sealed record OpenedTable(string Schema, string Name, IReadOnlyList<QueryColumn> Columns);

/// <summary>The worker's answer to a statement; exactly one of the three parts is there.</summary>
internal sealed record QueryReply(RowsReply? Rows, RefusedReply? Refused, EngineFault? Failed);

/// <summary>Rows of an answer; each cell is null or a text without culture.</summary>
internal sealed record RowsReply(IReadOnlyList<QueryColumn> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, bool Truncated, IReadOnlyList<string> Tables);

/// <summary>A refusal of the guard.</summary>
internal sealed record RefusedReply(Refusal Refusal, TextPosition? Position);

/// <summary>Strict JSON of these messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QueryRequest))]
[JsonSerializable(typeof(ZoneOpened))]
[JsonSerializable(typeof(QueryReply))]
internal sealed partial class QueryJson : JsonSerializerContext;
