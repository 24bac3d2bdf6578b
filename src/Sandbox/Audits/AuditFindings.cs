using System.Text.Json.Nodes;
using Sandbox.Host.Assessments;
using Sandbox.Host.Domains;
using Sandbox.Host.Supervision;

namespace Sandbox.Host.Audits;

/// <summary>A risk that the records of a year show. What they do not show – the risks of a process or of people – stays with whoever writes the assessment.</summary>
internal sealed record AuditFinding(string Id, string En, string Zh)
{
    public JsonNode ToJson() => new JsonObject { ["id"] = Id, ["en"] = En, ["zh"] = Zh };
}

/// <summary>Reads the risks of a year out of its figures and the registry.</summary>
internal static class AuditFindings
{
    public static IReadOnlyList<AuditFinding> Of(OpenDomain domain, AuditPeriod year, AuditFigures figures, IReadOnlyList<AuditCycle> months)
    {
        var findings = new List<AuditFinding>();
        void Add(bool holds, string id, string en, string zh)
        {
            if (holds)
            {
                findings.Add(new(id, en, zh));
            }
        }

        var missed = months.Where(month => month.State is "missed" or "late").Select(month => month.Period.Name).ToArray();
        Add(missed.Length > 0, "missed-cycles", $"Monthly audits missed or late: {string.Join(", ", missed)}.", $"月度审计缺失或逾期：{string.Join("、", missed)}。");
        var open = Alerts.Open(domain).Count(alert => year.Has(alert.RaisedAt));
        Add(open > 0, "open-alerts", $"{open} alerts of the year were not settled by any supervisor.", $"本年度有 {open} 条告警未经监督人员处理。");
        var raised = figures.Of("alert.raised");
        Add(raised > 0, "alerts", $"{raised} alerts were raised in the year.", $"本年度共产生 {raised} 条告警。");
        foreach (var (rule, count) in figures.Rules.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(10))
        {
            Add(true, "refusals", $"{count} refusals by rule {rule}.", $"规则 {rule} 拒绝 {count} 次。");
        }

        Add(figures.Of("failed") > 0, "failures", $"{figures.Of("failed")} acts failed for reasons that are no rule.", $"{figures.Of("failed")} 次操作因非规则原因失败。");
        Add(figures.Of("backup.created") == 0, "no-backup", "No backup was made in the year.", "本年度未进行备份。");
        Add(figures.Of("backup.drilled") == 0, "no-drill", "No restore drill was held in the year.", "本年度未进行恢复演练。");
        foreach (var state in AssessmentState.Of(domain.Registry.All<Assessment>(), domain.Profile.ProtectionLevel?.Value, domain.Today))
        {
            if (state.Advice(domain.Profile.ProtectionLevel?.Value) is { } advice)
            {
                findings.Add(new("assessment", advice.En, advice.Zh));
            }
        }

        Add(domain.Record.Acknowledged.Draft, "draft-profile", $"The domain works under the draft profile {domain.Profile.Name}, which is not law.", $"本域适用的配置 {domain.Profile.Name} 为征求意见稿，尚非有效规定。");
        Add(domain.Profile.LapsesOn is { } lapse && AuditCalendar.Today(domain) >= lapse.AddDays(-90), "profile-lapse", $"The profile lapses or has lapsed on {domain.Profile.LapsesOn:yyyy-MM-dd}.", $"配置于 {domain.Profile.LapsesOn:yyyy-MM-dd} 失效。");
        return findings;
    }
}
