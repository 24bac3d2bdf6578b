using Sandbox.Host.Registry;
using Sandbox.Policy.Corrections;

namespace Sandbox.Host.Corrections;

/// <summary>An order to correct, with the last day that it gives (FT 29, FT 39, CC 29, YB 21, YN25 21).</summary>
/// <param name="Party">Organisation that is to correct.</param>
/// <param name="Scenario">The one scenario whose use is stopped; null where all use by the organisation is.</param>
/// <param name="Trigger"><c>breach</c>, <c>evaluation</c>, <c>inspection</c> or <c>supplier-report</c>.</param>
/// <param name="Due">Last day.</param>
/// <param name="Grounds">Written grounds; they stay with the order.</param>
/// <param name="Words">What was reported or answered, in order.</param>
public sealed record CorrectionOrder(
    string Id, string Party, string? Scenario, string Trigger, string By, string ByOrganisation, DateOnly Due, string Grounds, CorrectionState State, IReadOnlyList<CorrectionWords> Words, DateTimeOffset OrderedAt) : IAggregate
{
    public static string Kind => "correction_order";
}

/// <summary>One step of an order in words.</summary>
public sealed record CorrectionWords(CorrectionCommand Command, string Person, string? Text, DateTimeOffset At);
