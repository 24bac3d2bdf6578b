using Sandbox.Policy.Parties;

namespace Sandbox.Policy.Corrections;

/// <summary>Who may order a correction of whom.</summary>
public sealed record CorrectionPair(PartyKind By, PartyKind Against);
