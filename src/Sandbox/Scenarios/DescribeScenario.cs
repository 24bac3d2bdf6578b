using Sandbox.Host.Agreements;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Scenarios;

/// <summary>What a request must say beside its data (CC 17), the rights it may ask for (CC 4(3)), and the agreement within whose term it lies.</summary>
internal static class DescribeScenario
{
    public static IReadOnlyList<Refusal> Check(OpenDomain domain, Actor actor, ScenarioSpec spec)
    {
        var refusals = new List<Refusal>();
        var (rules, said) = (domain.Profile.Parties, spec.Description);
        foreach (var part in rules.ScenarioDescription?.Value ?? [])
        {
            var there = part switch
            {
                "partners" => said?.Partners is not null,
                "scope" => said?.Scope is not null,
                "value" => said?.Value is not null,
                "plan" => said is { Plan: not null, PlanUntil: not null },
                _ => false,
            };
            if (!there)
            {
                refusals.Add(Lacks(part, rules.ScenarioDescription!.References));
            }
        }

        foreach (var (part, words) in new[] { ("scope", said?.Scope), ("value", said?.Value), ("plan", said?.Plan) })
        {
            if (words is not null && !Names.PlainWords(words, 2000))
            {
                refusals.Add(Answers.Refusals.Form($"description.{part} (1 to 2000 characters)", $"description.{part}（1 至 2000 个字符）"));
            }
        }

        foreach (var partner in said?.Partners ?? [])
        {
            if (!Names.Valid(partner))
            {
                refusals.Add(Answers.Refusals.BadName(partner));
            }
        }

        if (said?.Rights is { } rights && (rights.Count == 0 || rights.Any(right => !Grantable(rules).Contains(right))))
        {
            refusals.Add(NoHolding(Grantable(rules)));
        }

        if (Standing.Party(domain, actor.Organisation, Standing.Bound(domain)) is var against && against.Any())
        {
            refusals.AddRange(actor.Role == Role.Developer && rules.PartnerFiling is { Value: true } ? [NoAdmission(), .. against] : against);
        }

        refusals.AddRange(new AgreementCover(domain, Standing.Bound(domain)).Term(actor, spec.From, said?.PlanUntil is { } plan && plan > spec.Until ? plan : spec.Until, said?.PlanUntil));
        return refusals;
    }

    /// <summary>Rights that can be granted; where the regulation lists none, the two that the product knows.</summary>
    private static IReadOnlyList<string> Grantable(Policy.Parties.PartyRules rules) => rules.GrantableRights?.Value ?? ["process", "operate"];

    private static Refusal Lacks(string part, IReadOnlyList<string> references) => new(
        "CC-17-2",
        $"$.description.{part}: the request must describe this part of its scenario ({string.Join(", ", references)}).",
        part == "plan" ? "Give plan and plan_until." : "Add it to the file.",
        $"$.description.{part}：申请须说明该项内容（{string.Join("、", references)}）。",
        part == "plan" ? "请填写 plan 和 plan_until。" : "请在文件中补充。");

    private static Refusal NoHolding(IReadOnlyList<string> known) => new(
        "CC-4-1",
        "$.description.rights: only the rights to process and use data and to operate products can be granted; the right to hold the data cannot.",
        $"Ask for: {string.Join(", ", known)}.",
        "$.description.rights：只能授予数据加工使用权和数据产品经营权，不得授予数据持有权。",
        $"可申请：{string.Join("、", known)}。");

    private static Refusal NoAdmission() => new(
        "FT-17-1",
        "A partner places no request before it is admitted under the operating unit's written rules.",
        "Have the operating unit admit it with `sandbox party admit --rules`.",
        "平台合作方在依据运营单位书面规则准入之前不得提出申请。",
        "请由运营单位用 sandbox party admit --rules 办理准入。");
}
