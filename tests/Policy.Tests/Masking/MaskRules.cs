using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

/// <summary>One rule of every shape.</summary>
internal static class MaskRules
{
    public static IReadOnlyList<MaskRule> All { get; } =
    [
        new MaskRule.Suppress(), new MaskRule.Constant("x"), new MaskRule.KeepPart(KeptPart.First, 1), new MaskRule.KeepPart(KeptPart.Last, 4), new MaskRule.KeepPart(KeptPart.Surname, 0),
        new MaskRule.KeepPart(KeptPart.Province, 0), new MaskRule.Band(10), new MaskRule.DateTo(DatePart.Year), new MaskRule.DateTo(DatePart.Month), new MaskRule.DivisionPrefix(4), new MaskRule.Round(10),
        new MaskRule.TopBottom(0, 10), new MaskRule.Token(), new MaskRule.FormatToken(), new MaskRule.Noise(5), new MaskRule.DateShift(30), new MaskRule.DateShift(400),
        new MaskRule.Groups([new ValueGroup("southern", ["粤", "桂"]), new ValueGroup("northern", ["京"])], "elsewhere"), new MaskRule.Ladder([new MaskRule.Band(5), new MaskRule.Band(20)]), new MaskRule.Redact(), new MaskRule.ExactInvisible(), new MaskRule.Keep(),
    ];
}
