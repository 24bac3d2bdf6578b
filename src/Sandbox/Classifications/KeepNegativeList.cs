using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Classifications;

/// <summary>An entry of the negative list as its file says it; reason and decision may not be left out.</summary>
internal sealed record NegativeEntrySpec(string Entry, string DataSet, DateOnly DecidedOn, string? Reason = null, string? Decision = null);

/// <summary>The bureau keeps the negative list: adds entries on the government's decision, reviews them every year, ends them on a decision.</summary>
internal static class KeepNegativeList
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerOptions.Strict) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 4 };

    public static Answer Add(OpenDomain domain, Actor actor, byte[] file)
    {
        NegativeEntrySpec spec;
        try
        {
            spec = InputJson.Read<NegativeEntrySpec>(file, Format);
        }
        catch (JsonException)
        {
            return domain.Refuse("negative.add", actor.Name, [Refusals.Form("entry of the negative list", "负面清单条目")]);
        }

        var refusals = new List<Refusal>();
        if (NotTheBureau(actor) is { } other)
        {
            refusals.Add(other);
        }

        if (!Names.Valid(spec.Entry) || !Names.Valid(spec.DataSet))
        {
            refusals.Add(Refusals.BadName(spec.Entry));
        }

        if (!Names.PlainWords(spec.Reason, 500))
        {
            refusals.Add(Lacks("a reason", "理由", "$.reason"));
        }

        if (!Names.PlainWords(spec.Decision, 300))
        {
            refusals.Add(Lacks("the decision of the government at the same level", "同级政府的决定", "$.decision"));
        }

        if (spec.DecidedOn > domain.Today)
        {
            refusals.Add(Lacks("a day of decision that is not in the future", "不晚于今日的决定日期", "$.decided_on"));
        }

        if (refusals.Count > 0)
        {
            return domain.Refuse("negative.add", actor.Name, refusals);
        }

        domain.Commit(new("negative.added", actor.Name, new Facts { ["entry"] = spec.Entry, ["data_set"] = spec.DataSet, ["decided"] = IsoDay.Word(spec.DecidedOn), ["rule"] = "YN25-15-1" }), writer =>
        {
            if (!writer.TryAdd(new NegativeEntry(spec.Entry, spec.DataSet, spec.Reason!, spec.Decision!, spec.DecidedOn, actor.Name, domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("entry", "条目", spec.Entry));
            }
        });
        return Answer.Of(new JsonObject { ["entry"] = spec.Entry, ["data_set"] = spec.DataSet }, $"Entered; no approval opens '{spec.DataSet}' while the entry stands. 已列入负面清单。");
    }

    /// <param name="end">True to end the entry on a decision, false for the yearly review that keeps it.</param>
    public static Answer Look(OpenDomain domain, Actor actor, string id, string decision, bool end)
    {
        var act = end ? "negative.end" : "negative.review";
        if (NotTheBureau(actor) is { } other)
        {
            return domain.Refuse(act, actor.Name, [other]);
        }

        if (!Names.Valid(id) || domain.Registry.Find<NegativeEntry>(id) is not { EndedAt: null })
        {
            return domain.Refuse(act, actor.Name, [Refusals.Missing("entry that stands", "有效条目", Names.Valid(id) ? id : "?")]);
        }

        if (!Names.PlainWords(decision, 300))
        {
            return domain.Refuse(act, actor.Name, [Lacks("the paper that it rests on", "依据文件", "--decision")]);
        }

        domain.Commit(new(end ? "negative.ended" : "negative.reviewed", actor.Name, new Facts { ["entry"] = id, ["rule"] = "YN25-15-1" }), writer =>
        {
            var now = writer.Find<NegativeEntry>(id)!;
            writer.Update(end ? now with { EndedAt = domain.Time.GetUtcNow(), EndedBy = decision } : now with { ReviewedOn = domain.Today });
        });
        return Answer.Of(new JsonObject { ["entry"] = id, ["stands"] = !end }, end ? $"Entry '{id}' is ended. 条目“{id}”已移出。" : $"Entry '{id}' is reviewed. 条目“{id}”已复审。");
    }

    public static Answer List(OpenDomain domain)
    {
        var all = domain.Registry.All<NegativeEntry>();
        return Answer.Of(
            new JsonObject
            {
                ["entries"] = new JsonArray([.. all.Select(entry => (JsonNode)new JsonObject
                {
                    ["entry"] = entry.Id, ["data_set"] = entry.DataSet, ["reason"] = entry.Reason, ["decision"] = entry.Decision, ["reviewed_on"] = IsoDay.Word(entry.ReviewedOn), ["stands"] = entry.EndedAt is null,
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("entry 条目", "data set 数据集", "reason 理由", "decision 决定", "reviewed 复审");
                foreach (var entry in all)
                {
                    table.AddRow(entry.Id, entry.DataSet, Markup.Escape(entry.Reason), Markup.Escape(entry.Decision), entry.EndedAt is null ? IsoDay.Word(entry.ReviewedOn) : "ended 已移出");
                }

                console.Write(table);
            });
    }

    private static Refusal? NotTheBureau(Actor actor) => actor.Role == Role.Authority ? null : Refusals.NotThisRole("keep the negative list", "维护负面清单", "the bureau", "主管部门");

    private static Refusal Lacks(string what, string whatZh, string path) => new(
        "YN25-15-1",
        $"An entry of the negative list needs {what}.",
        $"Give {path}.",
        $"负面清单条目须有{whatZh}。",
        $"请填写 {path}。");
}
