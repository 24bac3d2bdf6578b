namespace Sandbox.Policy;

/// <summary>The outcome of a rule. Anything unknown, expired or faulty is <see cref="Denied"/>; decisions combine by the strictest.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>True only for <see cref="Permitted"/>.</summary>
    public bool IsPermitted => this is Permitted;

    /// <summary>The refusals of a denial; empty for a permission.</summary>
    public IReadOnlyList<Refusal> Refusals => this is Denied denied ? denied.Reasons : [];

    /// <summary>A permission that rests on the named rules.</summary>
    public static Decision Permit(params string[] rules) => new Permitted(rules);

    /// <summary>A denial with its refusals.</summary>
    public static Decision Deny(params Refusal[] refusals) => Deny((IReadOnlyList<Refusal>)refusals);

    /// <inheritdoc cref="Deny(Refusal[])"/>
    public static Decision Deny(IReadOnlyList<Refusal> refusals) =>
        new Denied(refusals.Count > 0 ? refusals : [Nothing]);

    /// <summary>Permitted only when every part is; a denial keeps every refusal. No parts at all is a denial: nobody has decided.</summary>
    public static Decision Combine(params IReadOnlyList<Decision> parts)
    {
        if (parts.Count == 0)
        {
            return Deny(Nothing);
        }

        var refusals = parts.SelectMany(part => part.Refusals).Distinct().ToArray();
        return parts.All(part => part.IsPermitted)
            ? new Permitted([.. parts.OfType<Permitted>().SelectMany(part => part.Rules).Distinct(StringComparer.Ordinal)])
            : Deny(refusals);
    }

    private static Refusal Nothing => new(
        "SB-DECIDE-1",
        "No rule has decided this request, so it is refused.",
        "Ask for an act that a rule of the active profile covers.",
        "没有任何规则对该请求作出决定，因此予以拒绝。",
        "请提出现行规则所涵盖的操作。");

    /// <summary>May not be done.</summary>
    /// <param name="Reasons">At least one refusal.</param>
    public sealed record Denied(IReadOnlyList<Refusal> Reasons) : Decision;

    /// <summary>May be done.</summary>
    /// <param name="Rules">Ids of the rules that were satisfied, for the ledger.</param>
    public sealed record Permitted(IReadOnlyList<string> Rules) : Decision;
}
