namespace Sandbox.Policy.Disclosure;

/// <summary>Figures of the primary disclosure rules. The defaults are those that ACRO ships.</summary>
/// <param name="MinimumContributors">A cell needs at least this many contributors (≥ 1).</param>
/// <param name="NkN">(n,k) rule: how many of the largest contributors are added up (≥ 1).</param>
/// <param name="NkK">(n,k) rule: the share of the total that they may not exceed (0…1).</param>
/// <param name="PPercent">p % rule: the rest without the two largest must be at least this share of the largest (≥ 0).</param>
/// <param name="ZerosDisclosive">Whether an empty cell tells something.</param>
/// <param name="CheckMissing">Whether missing values in a cell send the table to a person.</param>
public sealed record DisclosureRules(
    int MinimumContributors = 10,
    int NkN = 2,
    double NkK = 0.9,
    double PPercent = 0.1,
    bool ZerosDisclosive = true,
    bool CheckMissing = false)
{
    /// <summary>
    /// What happens to dominance in cells without negatives when another cell of the table has some: ACRO leaves it out for the
    /// whole table (false, the default here); the gate's own floor checks it cell by cell (true).
    /// </summary>
    public bool DominanceBesideNegatives { get; init; }

    /// <summary>Null when every figure is in its range, else the refusal.</summary>
    public Refusal? Problem =>
        MinimumContributors >= 1 && NkN >= 1 && NkK is > 0 and <= 1 && PPercent is >= 0 and <= 1
            ? null
            : new Refusal(
                "SB-DISC-0",
                "A figure of the disclosure rules is outside its range.",
                "Set the minimum of contributors and n to at least 1, k and p to a share between 0 and 1.",
                "披露规则参数超出取值范围。",
                "请将最少贡献者数与 n 设为不小于 1，k 与 p 设为 0 到 1 之间的比例。");
}
