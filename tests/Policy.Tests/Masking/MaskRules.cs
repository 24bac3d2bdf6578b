using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

/// <summary>One rule of every shape.</summary>
internal static class MaskRules
{
    public static IReadOnlyList<MaskRule> All { get; } =
    [
        new MaskRule.Suppress(), new MaskRule.Constant("x"), new MaskRule.KeepPart(KeptPart.First, 1), new MaskRule.KeepPart(KeptPart.Last, 4), new MaskRule.KeepPart(KeptPart.Surname, 0),
        new MaskRule.KeepPart(KeptPart.Province, 0), new MaskRule.Band(10), new MaskRule.DateTo(DatePart.Year), new MaskRule.DateTo(DatePart.Month), new MaskRule.DivisionPrefix(4), new MaskRule.Round(10),
        new MaskRule.TopBottom(0, 10), new MaskRule.Token(), new MaskRule.ExactInvisible(), new MaskRule.Keep(),
    ];
}
