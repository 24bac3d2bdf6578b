namespace Sandbox.Vault.Workers;

/// <summary>Thrown by a role to refuse with a rule id of its own closed set; becomes a <see cref="WorkerFault"/>.</summary>
internal sealed class WorkerRefusedException(string rule, int? column = null, string? detail = null) : Exception("refused")
{
    internal string Rule { get; } = rule;

    internal int? Column { get; } = column;

    internal string? Detail { get; } = detail;
}
