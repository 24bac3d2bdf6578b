using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Checks;

/// <summary>One of the six points that a product is reviewed by (YN25 22), with the strictest verdict of the machine's findings under it.</summary>
/// <param name="Words">What reviewers look at.</param>
/// <param name="WordsZh">The same in Chinese.</param>
/// <param name="Verdict">Pass where the machine found nothing; a person judges every point all the same.</param>
/// <param name="Checks">Names of the checks whose findings lie under it.</param>
public sealed record ReviewPoint(string Words, string WordsZh, Verdict Verdict, IReadOnlyList<string> Checks);

/// <summary>Puts every finding under exactly one of the six points of YN25 22, so that none is overlooked.</summary>
public static class ReviewPoints
{
    private static readonly (string Words, string WordsZh)[] Points =
    [
        ("matches the applied purpose and scope", "与申请用途和范围一致"),
        ("names its sources and their lawfulness", "标明数据来源及其合法性"),
        ("no direct exposure of raw or sensitive data", "未直接暴露原始数据或敏感数据"),
        ("no leak or misuse of personal information or trade secrets", "不泄露、不滥用个人信息和商业秘密"),
        ("cross-border transfer", "数据跨境"),
        ("other risks", "其他风险"),
    ];

    /// <summary>The points in Chinese, in their order.</summary>
    public static IReadOnlyList<string> Chinese { get; } = [.. Points.Select(point => point.WordsZh)];

    /// <summary>The six points, in their order.</summary>
    /// <param name="report">The findings.</param>
    /// <param name="sourcesKnown">Whether every data set behind the request has a source and a day of acquisition.</param>
    /// <param name="abroad">Whether it is delivered abroad; even with a legal basis a person looks at that.</param>
    public static IReadOnlyList<ReviewPoint> Of(CheckReport report, bool sourcesKnown, bool abroad)
    {
        ArgumentNullException.ThrowIfNull(report);
        return
        [
            .. Points.Select((point, at) =>
            {
                var under = report.Findings.Where(finding => Of(finding) == at).ToArray();
                var own = at switch { 1 when !sourcesKnown => Verdict.Fail, 4 when abroad => Verdict.Review, _ => Verdict.Pass };
                return new ReviewPoint(
                    point.Words, point.WordsZh, Verdicts.Strictest([own, .. under.Select(finding => finding.Verdict)]),
                    [.. under.Select(finding => finding.Check).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
            }),
        ];
    }

    private static int Of(Finding finding) => (finding.Check, finding.Words.Rule) switch
    {
        (_, "YN25-22-2") => 4,
        (ScopeCheck.Name, _) => 0,
        (RawRowCheck.Name or ColumnCheck.Name or TextCheck.Name or SubmittedCheck.Name, _) => 2,
        (CheckNames.MinimumThreshold or CheckNames.Nk or CheckNames.PPercent or CheckNames.PresenceOfZero or CheckNames.Missing or CheckNames.Evidence
            or DegreesOfFreedomCheck.Name or AtomCheck.Name or MendingCheck.Name or TableDisclosureCheck.Name, _) => 3,

        // Without evidence nobody knows whom a figure is about.
        (_, "CC-27-2") => 3,
        _ => 5,
    };
}
