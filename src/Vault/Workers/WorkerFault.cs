using System.Text.Json;
using System.Text.Json.Serialization;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Vault.Workers;

/// <summary>Why a worker could not do its work: a closed set, no text of the engine or of the data.</summary>
internal enum WorkerFaultKind
{
    /// <summary>An unforeseen failure; the worker ends.</summary>
    Crashed = 0,

    /// <summary>The request was not understood; the worker ends.</summary>
    BadRequest,

    /// <summary>The engine refused or failed; <see cref="WorkerFault.Engine"/> says how.</summary>
    Engine,

    /// <summary>The role refuses; <see cref="WorkerFault.Rule"/> names its own closed reason.</summary>
    Refused,

    /// <summary>Not enough memory.</summary>
    OutOfMemory,
}

/// <summary>The one error frame. <paramref name="Rule"/> is a role's own rule id from source code, never text from data; <paramref name="Column"/> an ordinal, <paramref name="Detail"/> a type's name.</summary>
internal sealed record WorkerFault(WorkerFaultKind Kind, EngineFault Engine = EngineFault.Internal, string? Rule = null, int? Column = null, string? Detail = null);

/// <summary>Strict JSON of the protocol's own messages; roles have a context of their own with the same options.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, UseStringEnumConverter = true)]
[JsonSerializable(typeof(WorkerFault))]
internal sealed partial class WorkerJson : JsonSerializerContext;
