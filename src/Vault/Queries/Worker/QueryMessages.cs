using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Policy;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Queries;

/// <summary>Request to the query worker: the first opens the zone with the named results, every further one runs a statement, or keeps its whole answer.</summary>
internal sealed record QueryRequest(string? ZonePath, QueryCaps? Caps, string? Sql, IReadOnlyList<QueryParameter>? Parameters, IReadOnlyList<ResultPath>? Results = null, KeepRequest? Keep = null);

/// <summary>The answer is to be kept whole: as what, and how many rows at most.</summary>
internal sealed record KeepRequest(string Name, long Rows);

/// <summary>A named result and where its file is.</summary>
internal sealed record ResultPath(string Name, string Path);

/// <summary>The part of <see cref="QueryLimits"/> that the worker keeps itself.</summary>
internal sealed record QueryCaps(int TextCharacters, int Depth, int Parts, int Rows, int Bytes, int DeadlineMilliseconds, long EngineMemoryBytes, int Threads);

/// <summary>What the zone holds, told once after opening.</summary>
internal sealed record ZoneOpened(IReadOnlyList<OpenedTable> Tables);

/// <summary>A table of the opened zone.</summary>
internal sealed record OpenedTable(string Schema, string Name, IReadOnlyList<QueryColumn> Columns);

/// <summary>The worker's answer to a statement; exactly one of the parts is there.</summary>
internal sealed record QueryReply(RowsReply? Rows, RefusedReply? Refused, EngineFault? Failed, KeptReply? Kept = null);

/// <summary>A whole answer went out as a database file in data frames.</summary>
internal sealed record KeptReply(long Rows, int Columns, IReadOnlyList<string> Tables);

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
