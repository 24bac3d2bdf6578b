using Sandbox.Jail;

namespace Sandbox.Vault.Workers;

/// <summary>What a worker is started as: two workers of the same kind are interchangeable as long as neither has worked.</summary>
/// <param name="Role">Role name.</param>
/// <param name="Policy">Its jail.</param>
/// <param name="FirstFile">Number of its first memory file in the child.</param>
/// <param name="Files">How many memory files it gets; empty at the start, filled and sealed before its request.</param>
/// <param name="Code">How its code is compiled when it is started for one request. A worker started ahead has time and is compiled well.</param>
internal sealed record WorkerKind(string Role, JailPolicy Policy, int FirstFile, int Files, WorkerCode Code);
