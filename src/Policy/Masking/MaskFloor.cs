namespace Sandbox.Policy.Masking;

/// <summary>Floor rules: the least that a provider demands of a column in every scenario. A scenario's rule may only be stricter; what can't be compared is not.</summary>
public static class MaskFloor
{
    /// <summary>Whether a rule hides at least as much as the floor.</summary>
    /// <param name="rule">The scenario's rule.</param>
    /// <param name="floor">The provider's floor.</param>
    public static bool Holds(MaskRule rule, MaskRule floor)
    {
        if (rule is null || floor is null || rule.Problem is not null || floor.Problem is not null)
        {
            return false;
        }

        return (rule, floor) switch
        {
            (MaskRule.Suppress, _) or (MaskRule.Constant, not MaskRule.Suppress) => true,
            (MaskRule.Ladder ladder, _) => ladder.Steps.All(step => Holds(step, floor)),
            (_, MaskRule.Ladder ladder) => Holds(rule, ladder.Steps[0]),
            (_, MaskRule.Keep) => true,
            (not MaskRule.Keep, MaskRule.ExactInvisible) => true,
            (MaskRule.KeepPart mine, MaskRule.KeepPart least) => mine.Part == least.Part && mine.Characters <= least.Characters,
            (MaskRule.Band mine, MaskRule.Band least) => mine.Width % least.Width == 0,
            (MaskRule.Round mine, MaskRule.Round least) => mine.Step % least.Step == 0,
            (MaskRule.DateTo mine, MaskRule.DateTo least) => mine.Part <= least.Part,
            (MaskRule.DivisionPrefix mine, MaskRule.DivisionPrefix least) => mine.Digits <= least.Digits,
            (MaskRule.TopBottom mine, MaskRule.TopBottom least) => mine.Bottom >= least.Bottom && mine.Top <= least.Top,
            (MaskRule.Noise mine, MaskRule.Noise least) => mine.Scale >= least.Scale,
            (MaskRule.DateShift mine, MaskRule.DateShift least) => mine.Days >= least.Days,
            (MaskRule.Token, MaskRule.FormatToken) => true,
            (MaskRule.Token, MaskRule.Token) or (MaskRule.FormatToken, MaskRule.FormatToken) or (MaskRule.Redact, MaskRule.Redact) or (MaskRule.ExactInvisible, MaskRule.ExactInvisible) => true,
            (MaskRule.Groups mine, MaskRule.Groups least) => mine.Equals(least),
            _ => false,
        };
    }

    /// <summary>A decision with the reason for people.</summary>
    public static Decision Check(MaskRule rule, MaskRule floor) => Holds(rule, floor)
        ? Decision.Permit("CC-20-2")
        : Decision.Deny(new Refusal(
            "SB-MASK-5",
            $"The rule hides less than the provider's floor for this column ('{MaskRuleJson.NameOf(floor)}'), or can't be compared with it.",
            "Use the floor rule itself with the same or a coarser parameter, a constant, or leave the column out.",
            $"该规则弱于数源部门为该列设定的最低脱敏要求（“{MaskRuleJson.NameOf(floor)}”），或无法与之比较。",
            "请使用相同规则且参数不低于最低要求，或改为常量，或不提供该列。"));
}
