using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy.Cases;

namespace Sandbox.Host.Cases;

/// <summary>The approval sheet of a case: what was written when it was opened and in each step, by whom, with which paper, and how it stands.</summary>
internal static class CaseSheet
{
    public static string Text(OpenDomain domain, CaseForm form, Case item)
    {
        var sheet = new ApprovalSheet($"{form.TitleZh}审批表")
            .Line("授权运营域", domain.Record.Name)
            .Line("案卷编号", item.Id)
            .Line("提出单位及人员", $"{item.Organisation}（{item.OpenedBy}）")
            .Line("依据", form.Requirement)
            .Section(item.Drill ? "办理情况（演练）" : "办理情况");
        foreach (var step in item.Steps)
        {
            sheet.Item($"{(step.From.Length == 0 ? "提出" : step.Command)}：{step.By}（{step.Organisation}），{ApprovalSheet.Moment(step.At)}，状态 {step.To}，存证 {step.Entry}（{ApprovalSheet.Mark(CaseSignature.Holds(item, step, domain.Registry.Find<Person>(step.By)))}）");
            foreach (var line in ShowCase.Written(step))
            {
                sheet.Remark(line);
            }

            if (step.PaperDigest is { } digest)
            {
                sheet.Remark($"文件材料：{digest}");
            }
        }

        return sheet.Signed(form.Ended.Contains(item.State) ? $"{item.State}（已办结）" : $"{item.State}（办理中）");
    }
}
