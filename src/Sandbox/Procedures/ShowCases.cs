using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Scenarios;
using Spectre.Console;

namespace Sandbox.Host.Procedures;

/// <summary>The chains of the profile and the cases of a domain, for everybody who may see the registry.</summary>
internal static class ShowCases
{
    public static Answer List(OpenDomain domain)
    {
        var cases = domain.Registry.All<ProcedureCase>();
        return Answer.Of(
            new JsonObject
            {
                ["chains"] = new JsonArray([.. domain.Procedures.Chains.Select(chain => (JsonNode)new JsonObject
                {
                    ["chain"] = chain.Name,
                    ["zh"] = chain.NameZh,
                    ["rule"] = chain.Rule,
                    ["opens_with"] = chain.OpensWith,
                    ["steps"] = new JsonArray([.. chain.Steps.Select(step => (JsonNode)new JsonObject
                    {
                        ["step"] = step.Name,
                        ["zh"] = step.NameZh,
                        ["by"] = new JsonArray([.. step.By.Select(role => (JsonNode)RoleWords.English(role))]),
                        ["body"] = step.Body,
                        ["limit"] = step.Limit is { } limit ? $"{limit.Count} {limit.Unit}" : null,
                        ["papers"] = new JsonArray([.. step.Papers.Select(paper => (JsonNode)paper)]),
                        ["articles"] = string.Join(", ", step.References),
                    })]),
                })]),
                ["cases"] = new JsonArray([.. cases.Select(item => (JsonNode)Short(domain, item))]),
            },
            console =>
            {
                foreach (var chain in domain.Procedures.Chains)
                {
                    console.WriteLine($"{chain.Name} {chain.NameZh} ({chain.Rule}): {string.Join(" → ", chain.Steps.Select(step => step.Name))}");
                }

                var table = new Table().AddColumns("case 案件", "chain 流程", "subject 对象", "state 状态", "open step 当前步骤");
                foreach (var item in cases)
                {
                    table.AddRow(item.Id, item.Chain, item.Subject, item.State.ToString(), Current(domain, item)?.Name ?? "–");
                }

                console.Write(table);
            });
    }

    public static Answer One(OpenDomain domain, string id)
    {
        if (!Names.Valid(id) || domain.Registry.Find<ProcedureCase>(id) is not { } item)
        {
            throw new RefusedException(Refusals.Missing("case", "案件", Names.Valid(id) ? id : "?"));
        }

        var body = Short(domain, item);
        body["opened_on"] = IsoDay.Word(item.OpenedOn);
        body["rules"] = item.Rules;
        body["complete_by"] = item.CompleteBy is { } by ? IsoDay.Word(by) : null;
        body["steps"] = new JsonArray([.. item.Steps.Select(step => (JsonNode)new JsonObject
        {
            ["round"] = step.Round,
            ["step"] = step.Step,
            ["body"] = step.Body,
            ["passed"] = step.Passed,
            ["on"] = IsoDay.Word(step.On),
            ["reference"] = step.Reference,
            ["grounds"] = step.Grounds,
            ["basis"] = step.LegalBasis,
            ["papers"] = new JsonObject(step.Papers.Select(paper => KeyValuePair.Create(paper.Key, (JsonNode?)paper.Value))),
            ["signature_holds"] = domain.Procedures.Find(item.Chain) is { } chain && StepProof.Holds(domain, chain, item, step),
            ["person"] = step.Person,
            ["organisation"] = step.Organisation,
        })]);
        return Answer.Of(body, console =>
        {
            console.WriteLine($"{item.Id}: {item.Chain}, {item.Subject}, {item.State}, round {item.Round}; open step: {Current(domain, item)?.Name ?? "none"}");
            var table = new Table().AddColumns("round", "step 步骤", "body 决定机关", "outcome 结果", "day 日期", "paper 文件", "person 办理人");
            foreach (var step in item.Steps)
            {
                table.AddRow($"{step.Round}", step.Step, step.Body, step.Passed ? "passed 通过" : "refused 不予通过", IsoDay.Word(step.On), Markup.Escape(step.Reference), $"{step.Person} ({step.Organisation})");
            }

            console.Write(table);
        });
    }

    private static JsonObject Short(OpenDomain domain, ProcedureCase item) => new()
    {
        ["case"] = item.Id,
        ["chain"] = item.Chain,
        ["subject"] = item.Subject,
        ["state"] = item.State.ToString(),
        ["round"] = item.Round,
        ["next"] = Current(domain, item)?.Name,
        ["opens"] = domain.Procedures.Find(item.Chain) is { } chain && StepProof.Opens(domain, chain, item),
    };

    private static ChainStep? Current(OpenDomain domain, ProcedureCase item) => domain.Procedures.Find(item.Chain) is { } chain ? item.Facts(chain).Current(chain) : null;
}
