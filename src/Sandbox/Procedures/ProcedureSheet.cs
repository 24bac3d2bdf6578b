using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy.Procedures;
using Spectre.Console;

namespace Sandbox.Host.Procedures;

/// <summary>The approval sheet of a case of a chain: each step with its deciding body, day, papers, person and signature, and what is still open.</summary>
internal static class ProcedureSheet
{
    public static Answer Print(OpenDomain domain, string id)
    {
        if (!Names.Valid(id) || domain.Registry.Find<ProcedureCase>(id) is not { } item || domain.Procedures.Find(item.Chain) is not { } chain)
        {
            throw new RefusedException(Refusals.Missing("case", "案件", Names.Valid(id) ? id : "?"));
        }

        var sheet = new ApprovalSheet($"{chain.NameZh}审批表")
            .Line("授权运营域", domain.Record.Name)
            .Line("案件编号", item.Id)
            .Line("对象", item.Subject)
            .Line("提出单位及人员", $"{item.Organisation}（{item.OpenedBy}）")
            .Line("事项日期", IsoDay.Word(item.OpenedOn))
            .Line("适用规则", $"{item.Rules}，{chain.Rule}")
            .Section("办理情况");
        foreach (var step in item.Steps)
        {
            var known = chain.IndexOf(step.Step) is >= 0 and var at ? chain.Steps[at] : null;
            sheet.Item($"第 {step.Round} 轮 {known?.NameZh ?? step.Step}（{step.Body}）：{(step.Passed ? "通过" : "不予通过")}，{IsoDay.Word(step.On)}，{step.Person}（{step.Organisation}）（{ApprovalSheet.Mark(StepProof.Holds(domain, chain, item, step))}）");
            sheet.Remark($"文号：{step.Reference}；依据：{string.Join("、", known?.References ?? [])}");
            foreach (var (name, words) in step.Papers)
            {
                sheet.Remark($"{name}：{words}");
            }

            if (step.Grounds is { } grounds)
            {
                sheet.Remark($"理由：{grounds}");
            }

            if (step.LegalBasis is { } basis)
            {
                sheet.Remark($"法律依据：{basis}");
            }
        }

        var text = sheet.Signed(item.Facts(chain).Current(chain) is { } open ? $"待办：{open.NameZh}（{open.Body}）" : item.State == CaseState.Finished ? "已办结" : "不予通过");
        return Answer.Of(new JsonObject { ["case"] = item.Id, ["sheet"] = text }, console => console.WriteLine(text));
    }
}
