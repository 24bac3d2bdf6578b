namespace Sandbox.Policy.Disclosure.Risk;

/// <summary>A record as an attacker sees it.</summary>
/// <param name="Keys">Its quasi-identifying values; null where missing, which fits every value.</param>
/// <param name="Weight">How many people of the population it stands for, above 0; 1 without a sample weight.</param>
/// <param name="Sensitive">Its sensitive value; null where there is none.</param>
public sealed record RiskRow(IReadOnlyList<string?> Keys, double Weight = 1, string? Sensitive = null);
