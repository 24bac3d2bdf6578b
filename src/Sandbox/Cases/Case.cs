using System.Text.Json;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Cases;

/// <summary>A case with everything that was done in it, in order. Nothing takes a step back or removes one.</summary>
/// <param name="Id">Its name; cases of all kinds share one list of names.</param>
/// <param name="CaseKind">Name of its form in Policy.</param>
/// <param name="State">State as the form names it.</param>
/// <param name="Organisation">Organisation that opened it.</param>
/// <param name="Drill">A drill shuts nothing and tells nobody.</param>
/// <param name="Content">What was written when it was opened.</param>
public sealed record Case(string Id, string CaseKind, string State, string OpenedBy, string Organisation, Role OpenerRole, DateTimeOffset OpenedAt, bool Drill, JsonElement Content, IReadOnlyList<CaseStep> Steps) : IAggregate
{
    public static string Kind => "case";

    /// <summary>What stands in a field of the opening; null where nothing does.</summary>
    public string? Text(string field) => Content.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>One step, signed by whoever took it.</summary>
/// <param name="From">State before; empty for the opening.</param>
/// <param name="To">State after.</param>
/// <param name="Entry">Index of the ledger entry.</param>
/// <param name="Content">What was written.</param>
/// <param name="Paper">The paper that came with it, sealed; null for none.</param>
/// <param name="PaperDigest">Its digest; lower-case hex.</param>
/// <param name="Signature">Base64, over case, kind, step, states, content and paper.</param>
public sealed record CaseStep(string Command, string By, string Organisation, DateTimeOffset At, string From, string To, long Entry, JsonElement Content, ObjectRef? Paper, string? PaperDigest, string Signature);
