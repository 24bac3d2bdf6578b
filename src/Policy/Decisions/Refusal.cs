namespace Sandbox.Policy;

/// <summary>Why something may not be done, in the words of the domain and in two languages. Never carries a data value or a type name.</summary>
/// <param name="Rule">Id of the requirement or of the product's own rule, for example <c>CC-27-1</c> or <c>SB-MASK-2</c>.</param>
/// <param name="Why">One English sentence: what is refused and why.</param>
/// <param name="Remedy">One English sentence: what would make it pass, or that nothing can.</param>
/// <param name="WhyZh">The same reason in Chinese.</param>
/// <param name="RemedyZh">The same remedy in Chinese.</param>
public sealed record Refusal(string Rule, string Why, string Remedy, string WhyZh, string RemedyZh)
{
    /// <summary>Rule, reason and remedy on one line of English.</summary>
    public override string ToString() => $"{Rule}: {Why} {Remedy}";
}
