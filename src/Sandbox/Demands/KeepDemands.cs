using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Procedures;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Demands;

/// <summary>A demand as its file says it; what is missing is named, and the demand waits.</summary>
internal sealed record DemandSpec(string Demand, IReadOnlyList<string> Providers, string? Content = null, string? WayOfUse = null, string? Scenario = null, string? Feasibility = null);

/// <summary>The register of demands, and the list that the operating unit hands in from time to time.</summary>
internal static class KeepDemands
{
    private const string Chain = "demand_list";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 4 };

    public static Answer Add(OpenDomain domain, Actor actor, byte[] file)
    {
        DemandSpec spec;
        try
        {
            spec = InputJson.Read<DemandSpec>(file, Format);
        }
        catch (JsonException)
        {
            return domain.Refuse("demand.add", actor.Name, [Refusals.Form("demand", "数据需求")]);
        }

        var texts = new[] { spec.Content, spec.WayOfUse, spec.Scenario, spec.Feasibility };
        Refusal? refusal = actor.Role is not (Role.Operator or Role.Developer) ? Refusals.NotThisRole("state demands", "提出数据需求", "the operating unit or a partner", "运营单位或合作方")
            : !Names.Valid(spec.Demand) ? Refusals.BadName(spec.Demand)
            : spec.Providers.Count == 0 || spec.Providers.Any(provider => !Names.Valid(provider)) ? Refusals.Form("list of source departments ($.providers)", "数源部门列表（$.providers）")
            : texts.Any(text => !string.IsNullOrWhiteSpace(text) && !Names.PlainWords(text, 1000)) ? Refusals.Form("demand's words (1 to 1000 characters)", "需求说明（1 至 1000 个字符）")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("demand.add", actor.Name, [refusal]);
        }

        var demand = new Demand(spec.Demand, actor.Organisation, actor.Name, spec.Providers, spec.Content, spec.WayOfUse, spec.Scenario, spec.Feasibility, null, domain.Time.GetUtcNow());
        domain.Commit(new("demand.added", actor.Name, new Facts { ["demand"] = spec.Demand, ["organisation"] = actor.Organisation, ["complete"] = demand.Missing.Count == 0 ? 1 : 0, ["rule"] = "YB-12-1" }), writer =>
        {
            switch (writer.Find<Demand>(spec.Demand))
            {
                case null:
                    writer.TryAdd(demand);
                    break;
                case { List: null } before when before.Organisation == actor.Organisation:
                    writer.Update(demand);
                    break;
                default:
                    throw new RefusedException(Refusals.Taken("demand", "数据需求", spec.Demand));
            }
        });
        return Answer.Of(
            new JsonObject { ["demand"] = spec.Demand, ["complete"] = demand.Missing.Count == 0, ["missing"] = new JsonArray([.. demand.Missing.Select(part => (JsonNode)part)]) },
            demand.Missing.Count == 0 ? "Registered; it goes out with the next list. 已登记，将列入下一期清单。" : $"Registered, but it stays out of the list until it states: {string.Join(", ", demand.Missing)}. 已登记，补全前不列入清单。");
    }

    /// <summary>Puts every complete demand that waits into one list; where the profile knows the procedure, its case opens with the submission.</summary>
    public static Answer Submit(OpenDomain domain, Actor actor, string list)
    {
        if (actor.Role != Role.Operator || !Names.Valid(list))
        {
            return domain.Refuse("demand.submit", actor.Name, [actor.Role != Role.Operator ? Refusals.NotThisRole("submit the demand list", "提交数据需求清单", "the operating unit", "运营单位") : Refusals.BadName(list)]);
        }

        IReadOnlyList<Demand> rows = [];
        var facts = new Facts { ["list"] = list, ["rule"] = "YB-12-1", ["rules"] = domain.RulesName };
        try
        {
            domain.Commit(new("demand.submitted", actor.Name, facts), writer =>
            {
                var all = writer.All<Demand>();
                rows = [.. all.Where(demand => demand.List is null && demand.Missing.Count == 0)];
                if (rows.Count == 0 || all.Any(demand => demand.List == list))
                {
                    throw new RefusedException(rows.Count == 0 ? Nothing() : Refusals.Taken("list", "清单", list));
                }

                foreach (var demand in rows)
                {
                    writer.Update(demand with { List = list });
                }

                facts["rows"] = rows.Count;
                if (domain.Procedures.Find(Chain) is not null)
                {
                    OpenCase.Add(domain, actor, writer, new NewCase(Chain, list, list, null, [.. rows.SelectMany(demand => demand.Providers)], null));
                }
            });
        }
        catch (RefusedException refused)
        {
            return domain.Refuse("demand.submit", actor.Name, refused.Refusals);
        }

        return Answer.Of(new JsonObject { ["list"] = list, ["rows"] = rows.Count }, $"List '{list}' has {rows.Count} rows. 清单“{list}”共 {rows.Count} 项。");
    }

    /// <param name="list">One list; null for the whole register.</param>
    public static Answer List(OpenDomain domain, string? list)
    {
        var rows = domain.Registry.All<Demand>().Where(demand => list is null || demand.List == list).ToArray();
        return Answer.Of(
            new JsonObject
            {
                ["demands"] = new JsonArray([.. rows.Select(demand => (JsonNode)new JsonObject
                {
                    ["demand"] = demand.Id,
                    ["organisation"] = demand.Organisation,
                    ["providers"] = new JsonArray([.. demand.Providers.Select(provider => (JsonNode)provider)]),
                    ["content"] = demand.Content,
                    ["way_of_use"] = demand.WayOfUse,
                    ["scenario"] = demand.Scenario,
                    ["feasibility"] = demand.Feasibility,
                    ["missing"] = new JsonArray([.. demand.Missing.Select(part => (JsonNode)part)]),
                    ["list"] = demand.List,
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("demand 需求", "content 内容", "way of use 使用方式", "scenario 场景", "providers 数源部门", "list 清单");
                foreach (var demand in rows)
                {
                    table.AddRow(
                        demand.Id, Markup.Escape(demand.Content ?? "–"), Markup.Escape(demand.WayOfUse ?? "–"), Markup.Escape(demand.Scenario ?? "–"), string.Join(", ", demand.Providers),
                        demand.List ?? (demand.Missing.Count == 0 ? "waits 待列入" : $"lacks 缺 {string.Join(", ", demand.Missing)}"));
                }

                console.Write(table);
            });
    }

    private static Refusal Nothing() => new(
        "YB-12-1",
        "No complete demand waits for a list.",
        "Complete the demands in the register (demand add): content, way_of_use, scenario, feasibility.",
        "没有待列入清单的完整需求。",
        "请补全登记的需求（demand add）：content、way_of_use、scenario、feasibility。");
}
