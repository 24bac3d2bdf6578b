namespace Sandbox.Policy.Procedures;

/// <summary>Sharing attribute of a data set (YN23 26).</summary>
public enum Sharing
{
    /// <summary>Not shared 不予共享: the value that opens least.</summary>
    NotShared = 0,

    /// <summary>Shared under conditions 有条件共享.</summary>
    Conditional,

    /// <summary>Shared without conditions 无条件共享.</summary>
    Unconditional,
}

/// <summary>Openness attribute of a data set (YN23 32).</summary>
public enum Openness
{
    /// <summary>Not open 不予开放: the value that opens least.</summary>
    NotOpen = 0,

    /// <summary>Open under conditions 有条件开放.</summary>
    Conditional,

    /// <summary>Open without conditions 无条件开放.</summary>
    Unconditional,
}

/// <summary>What an upgrade of data that were not open rests on.</summary>
public enum UpgradeEvidence
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A result of lawful masking 脱敏处理.</summary>
    MaskingResult,

    /// <summary>A decision to declassify 脱密处理.</summary>
    Declassification,

    /// <summary>Consent of the holders of the rights 权利人同意.</summary>
    Consent,
}

/// <summary>The attributes of a data set with what they rest on.</summary>
public sealed record DataAttributes(Sharing Sharing, string? SharingReason, string? SharingConditions, string? SharingBasis, Openness Openness);

/// <summary>Whether attributes may be saved, and whether they may follow others.</summary>
public static class AttributeRules
{
    /// <param name="before">The attributes until now; null for the first.</param>
    /// <param name="evidence">What is attached to the change.</param>
    public static Decision Check(DataAttributes? before, DataAttributes after, UpgradeEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(after);
        var refusals = new List<Refusal>();
        switch (after.Sharing)
        {
            case Sharing.Unconditional:
                break;
            case Sharing.Conditional:
                if (Blank(after.SharingReason))
                {
                    refusals.Add(Lacks("a reason", "理由", "$.sharing.reason"));
                }

                if (Blank(after.SharingConditions))
                {
                    refusals.Add(Lacks("its conditions", "共享条件", "$.sharing.conditions"));
                }

                break;
            default:
                if (after.Sharing != Sharing.NotShared || Blank(after.SharingBasis))
                {
                    refusals.Add(Lacks("a basis in law, administrative regulation or central policy", "法律、行政法规或中央政策依据", "$.sharing.basis"));
                }

                break;
        }

        if (!Enum.IsDefined(after.Openness))
        {
            refusals.Add(Lacks("a known openness attribute", "有效的开放属性", "$.openness"));
        }

        if (before is { Openness: Openness.NotOpen } && after.Openness != Openness.NotOpen && evidence is not (UpgradeEvidence.MaskingResult or UpgradeEvidence.Declassification or UpgradeEvidence.Consent))
        {
            refusals.Add(new(
                "YN23-32-2",
                "Data that are not open are opened only after lawful declassification or masking, or with the consent of the holders of the rights.",
                "Attach the masking result, the decision to declassify or the consent (--evidence with --evidence-kind).",
                "不予开放的数据须经依法脱密、脱敏处理或者权利人同意后方可转为开放。",
                "请附脱敏结果、脱密决定或权利人同意（--evidence 与 --evidence-kind）。"));
        }

        return refusals.Count == 0 ? Decision.Permit("YN23-26-1") : Decision.Deny(refusals);
    }

    private static bool Blank(string? text) => string.IsNullOrWhiteSpace(text);

    private static Refusal Lacks(string what, string whatZh, string path) => new(
        "YN23-26-1",
        $"The attribute lacks {what}.",
        $"Give {path}.",
        $"该属性缺少{whatZh}。",
        $"请填写 {path}。");
}
