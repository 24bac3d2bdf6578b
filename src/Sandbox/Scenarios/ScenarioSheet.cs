using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Policy.Scenarios;
using Spectre.Console;

namespace Sandbox.Host.Scenarios;

/// <summary>The approval sheet of a scenario 公共数据授权运营场景审批表: what was asked for, what was struck, and every answer with its signature.</summary>
internal static class ScenarioSheet
{
    public static Answer Print(OpenDomain domain, string id)
    {
        var scenario = ScenarioAccess.Find(domain, id);
        var text = Text(domain, scenario);
        return Answer.Of(new JsonObject { ["scenario"] = scenario.Id, ["sheet"] = text }, console => console.WriteLine(text));
    }

    private static string Text(OpenDomain domain, Scenario scenario)
    {
        var sheet = new ApprovalSheet("公共数据授权运营场景审批表")
            .Line("授权运营域", domain.Record.Name)
            .Line("场景编号", scenario.Id)
            .Line("申请单位及申请人", $"{scenario.Operator}（{scenario.RequestedBy}）{(scenario.Partner ? "，平台合作方" : "")}")
            .Line("用途", scenario.Purpose)
            .Line("使用期限", $"{IsoDay.Word(scenario.From)} 至 {IsoDay.Word(scenario.Until)}")
            .Line("参与人员", string.Join("、", scenario.People))
            .Line("适用规则", scenario.Rules ?? domain.RulesName);
        if (scenario.Description is { } said)
        {
            sheet.Line("使用范围", said.Scope ?? "").Line("价值", said.Value ?? "").Line("目标与计划", $"{said.Plan}{(said.PlanUntil is { } day ? $"（至 {IsoDay.Word(day)}）" : "")}")
                .Line("合作方", string.Join("、", said.Partners ?? [])).Line("申请的权利", string.Join("、", said.Rights ?? []));
        }

        sheet.Section("数据与脱敏方式（抽样比例为开发分区所用）");
        foreach (var table in scenario.Tables)
        {
            sheet.Item($"{table.DataSet}（{domain.Registry.Find<DataSet>(table.DataSet)?.Provider ?? "?"}）：抽样 {table.SamplePerMille}‰；准标识符：{(table.QuasiIdentifiers.Count == 0 ? "无" : string.Join("、", table.QuasiIdentifiers))}");
            foreach (var column in table.Columns)
            {
                sheet.Remark($"{column.Name}：开发 {column.Workbench.GetRawText()}，生产 {(column.Production ?? column.Workbench).GetRawText()}");
            }
        }

        sheet.Section("办理情况");
        foreach (var answer in scenario.Consents)
        {
            sheet.Item($"{Words(answer.Step)}：{(answer.Agreed ? "同意" : "不同意")}，{answer.Person}（{answer.Organisation}），{ApprovalSheet.Moment(answer.At)}（{ApprovalSheet.Mark(ConsentProof.Holds(domain, scenario, answer))}）");
            if (answer.Strikes is { Count: > 0 } strikes)
            {
                sheet.Remark($"删减的列：{string.Join("、", strikes.Select(strike => $"{strike.DataSet}.{strike.Column}"))}");
            }

            if (answer.Grounds is { } grounds)
            {
                sheet.Remark($"理由：{grounds}");
            }
        }

        if (scenario.Ending is { } ending)
        {
            sheet.Item($"终止：{ending.Person}（{ending.Organisation}），{ApprovalSheet.Moment(ending.At)}，{ending.Rule}");
            if (ending.Grounds is { } grounds)
            {
                sheet.Remark($"理由：{grounds}");
            }
        }

        return sheet.Signed(Words(scenario.State));
    }

    private static string Words(string step) => step switch
    {
        nameof(ScenarioCommand.PassOn) => "运营单位初审",
        nameof(ScenarioCommand.Confirm) => "主管部门确认",
        nameof(ScenarioCommand.Consent) => "数源部门答复",
        _ => step,
    };

    private static string Words(ScenarioState state) => state switch
    {
        ScenarioState.Draft => "起草中",
        ScenarioState.PartnerRequested => "待运营单位初审",
        ScenarioState.Requested => "待主管部门确认",
        ScenarioState.AuthorityConfirmed => "待数源部门答复",
        ScenarioState.Granted => "已授权",
        ScenarioState.Suspended => "暂停使用",
        ScenarioState.Rejected => "不予授权",
        ScenarioState.Ended => "已终止",
        _ => "未知",
    };
}
