using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sandbox.Vault.Revising;

/// <summary>Host to revising child.</summary>
/// <param name="Subject">Column whose values are the keys.</param>
/// <param name="SubjectApart">Whether it lies with the identifiers.</param>
/// <param name="HasMain">Whether there is a main segment.</param>
/// <param name="HasIdentifiers">Whether there is an identifier segment.</param>
/// <param name="MemoryBytes">What the engine may use.</param>
/// <param name="TempBytes">What it may spill.</param>
/// <param name="Threads">Threads of the engine.</param>
internal sealed record ReviseWork(string Subject, bool SubjectApart, bool HasMain, bool HasIdentifiers, long MemoryBytes, long TempBytes, int Threads);

/// <summary>Revising child to host, at the end: counts only.</summary>
/// <param name="Rows">Rows that are left.</param>
/// <param name="Removed">Rows that are gone.</param>
/// <param name="Found">For each wanted key in order, whether this batch had it.</param>
internal sealed record ReviseReport(long Rows, long Removed, IReadOnlyList<bool> Found);

/// <summary>Strict JSON of the role's messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReviseWork))]
[JsonSerializable(typeof(ReviseReport))]
internal sealed partial class ReviseJson : JsonSerializerContext;
