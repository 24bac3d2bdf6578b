using System.Globalization;
using System.Text.Json.Nodes;

namespace Sandbox.Host.Assessments;

/// <summary>What the papers say today about one assessment.</summary>
/// <param name="Flag"><c>in force</c>, <c>missing</c>, <c>expired</c> or <c>level too low</c>.</param>
/// <param name="Paper">The best paper there is; null where there is none.</param>
internal sealed record AssessmentState(AssessmentKind Kind, string Flag, Assessment? Paper)
{
    public const string InForce = "in force";

    /// <param name="required">Lowest level of graded protection that the profile names; null where it names none.</param>
    public static IReadOnlyList<AssessmentState> Of(IReadOnlyList<Assessment> papers, int? required, DateOnly today) =>
        [State(papers, AssessmentKind.ProtectionLevel, required, today), State(papers, AssessmentKind.Cryptography, null, today)];

    public JsonNode ToJson() => new JsonObject
    {
        ["kind"] = Word(Kind),
        ["state"] = Flag,
        ["paper"] = Paper?.Id,
        ["level"] = Paper?.Level,
        ["expires"] = Paper?.ExpiresOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    public static string Word(AssessmentKind kind) => kind == AssessmentKind.ProtectionLevel ? "level" : "cryptography";

    /// <summary>What to do about it, in English and Chinese; null where nothing is to be done.</summary>
    public (string En, string Zh)? Advice(int? required) => (Kind, Flag) switch
    {
        (_, InForce) => null,
        (AssessmentKind.ProtectionLevel, "level too low") => (
            $"The platform's graded protection is below level {required}, which the profile demands (YB 11): have it assessed at that level and file the paper (assessment add).",
            $"平台网络安全等级保护低于规则要求的第 {required} 级：请按该级别完成测评并登记报告（assessment add）。"),
        (AssessmentKind.ProtectionLevel, _) => (
            $"The paper on the platform's graded protection (等保) is {Flag}: file one that is in force (assessment add --kind level).",
            $"平台等级保护测评报告{Zh}：请登记有效报告（assessment add --kind level）。"),
        _ => (
            $"The paper on the commercial cryptography assessment (密评) is {Flag}: file one that is in force (assessment add --kind cryptography).",
            $"商用密码应用安全性评估报告{Zh}：请登记有效报告（assessment add --kind cryptography）。"),
    };

    private string Zh => Flag == "expired" ? "已过期" : "缺失";

    private static AssessmentState State(IReadOnlyList<Assessment> papers, AssessmentKind kind, int? required, DateOnly today)
    {
        var best = papers.Where(paper => paper.AssessmentKind == kind)
            .OrderByDescending(paper => paper.IssuedOn <= today && paper.ExpiresOn >= today && (paper.Level ?? 0) >= (required ?? 0))
            .ThenByDescending(paper => paper.ExpiresOn).FirstOrDefault();
        var flag = best is null ? "missing"
            : best.ExpiresOn < today ? "expired"
            : best.IssuedOn > today ? "missing"
            : (best.Level ?? 0) < (required ?? 0) ? "level too low"
            : InForce;
        return new(kind, flag, best);
    }
}
