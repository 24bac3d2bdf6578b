using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Cases;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Cases;

/// <summary>What is written in a case is for those who open, decide or supervise it; everybody else sees that it is there and how it stands.</summary>
internal static class ShowCase
{
    /// <param name="sheet">As the printable sheet.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string id, bool sheet = false)
    {
        var facts = new Facts { ["case"] = Names.Valid(id) ? id : "?" };
        if (Find(domain, actor, id) is not { Item: { } item, Form: { } form })
        {
            return domain.Refuse("case.show", actor.Name, [Lacking(domain, actor, id)], facts);
        }

        domain.Note(new("case.shown", actor.Name, facts));
        if (sheet)
        {
            var text = CaseSheet.Text(domain, form, item);
            return Answer.Of(new JsonObject { ["case"] = item.Id, ["sheet"] = text }, console => console.WriteLine(text));
        }

        var due = CaseDue.Of(domain, form, item);
        var untold = CaseReading.Untold(form, item, domain.Record.Profile);
        var (inForce, proposed) = Terms(form, item);
        var steps = item.Steps.Select((step, at) => (Step: step, At: at, Signed: CaseSignature.Holds(item, step, domain.Registry.Find<Person>(step.By)))).ToArray();
        return Answer.Of(
            new JsonObject
            {
                ["case"] = item.Id, ["kind"] = item.CaseKind, ["state"] = item.State, ["rule"] = form.Requirement, ["opened_by"] = item.OpenedBy, ["organisation"] = item.Organisation, ["drill"] = item.Drill,
                ["content"] = JsonNode.Parse(item.Content.GetRawText()),
                ["steps"] = new JsonArray([.. steps.Select(one => (JsonNode)new JsonObject
                {
                    ["command"] = one.Step.Command, ["by"] = one.Step.By, ["organisation"] = one.Step.Organisation, ["at"] = one.Step.At.ToString("O", CultureInfo.InvariantCulture), ["to"] = one.Step.To, ["ledger_entry"] = one.Step.Entry,
                    ["content"] = JsonNode.Parse(one.Step.Content.GetRawText()), ["paper"] = one.Step.PaperDigest, ["signed"] = one.Signed, ["step"] = one.At,
                })]),
                ["terms_in_force"] = inForce is { } now ? JsonNode.Parse(now.GetRawText()) : null,
                ["terms_proposed"] = proposed is { } next ? JsonNode.Parse(next.GetRawText()) : null,
                ["due"] = due.ToJson(),
                ["to_be_told"] = new JsonArray([.. untold.Select(body => (JsonNode)body)]),
                ["open_steps"] = new JsonArray([.. form.Moves.Where(move => move.From.Contains(item.State)).Select(move => (JsonNode)move.Command)]),
            },
            console =>
            {
                console.WriteLine($"{item.Id}: {form.Title} {form.TitleZh}\n{item.State}{(item.Drill ? " (drill 演练)" : "")} {due.Words}");
                var table = new Table { ShowRowSeparators = true }.AddColumns("step", "by", "written", "state", "entry");
                foreach (var (step, _, signed) in steps)
                {
                    table.AddRow(Markup.Escape(step.Command), Markup.Escape($"{step.By}{(signed ? "" : " NOT SIGNED 签名无效")}"), Markup.Escape(string.Join('\n', Written(step).Concat(step.PaperDigest is null ? [] : ["paper 文件材料"]))), Markup.Escape(step.To), $"{step.Entry}");
                }

                console.Write(table);
                if (untold.Count > 0)
                {
                    console.WriteLine($"! To be told 待通知: {string.Join(", ", untold)}");
                }
            });
    }

    /// <summary>A paper as it was handed in, for those who may read the case.</summary>
    public static Answer Paper(OpenDomain domain, Actor actor, string id, int step, string path)
    {
        var facts = new Facts { ["case"] = Names.Valid(id) ? id : "?", ["step"] = Math.Clamp(step, -1, 100_000) };
        if (Find(domain, actor, id) is not { Item: { } item })
        {
            return domain.Refuse("case.paper", actor.Name, [Lacking(domain, actor, id)], facts);
        }

        if (item.Steps.ElementAtOrDefault(step) is not { Paper: { } paper } found)
        {
            return domain.Refuse("case.paper", actor.Name, [Refusals.Missing("paper in that step", "该步骤的文件材料", "?")], facts);
        }

        var bytes = domain.Unseal(KeyScope.Domain, TakeCaseStep.KeyId, paper);
        var genuine = Convert.ToHexStringLower(domain.Keys.Suite.Hash(bytes)) == found.PaperDigest && CaseSignature.Holds(item, found, domain.Registry.Find<Person>(found.By));
        if (!genuine)
        {
            return domain.Refuse("case.paper", actor.Name, [NotGenuine()], facts);
        }

        domain.Note(new("case.paper-fetched", actor.Name, facts));
        OutputFile.Write(path, bytes);
        return Answer.Of(
            new JsonObject { ["case"] = item.Id, ["file"] = Path.GetFullPath(path), ["digest"] = found.PaperDigest, ["by"] = found.By, ["kept_until"] = Kept(domain, item) is { } day ? IsoDay.Word(day) : null },
            $"Written to {Path.GetFullPath(path)}; digest {found.PaperDigest}, signed by {found.By}.");
    }

    /// <summary>All cases, without what is written in them.</summary>
    public static Answer List(OpenDomain domain, string? kind, bool overdue)
    {
        var all = domain.Registry.All<Case>().Where(item => kind is null || item.CaseKind == kind).Select(item => (Item: item, Form: CaseForms.Find(item.CaseKind)!)).Select(pair => (pair.Item, pair.Form, Due: CaseDue.Of(domain, pair.Form, pair.Item))).ToArray();
        var shown = all.Where(one => !overdue || one.Due.State == Policy.Calendars.ClockState.Overdue).ToArray();
        var gaps = Gaps(domain);
        return Answer.Of(
            new JsonObject
            {
                ["cases"] = new JsonArray([.. shown.Select(one => (JsonNode)new JsonObject
                {
                    ["case"] = one.Item.Id, ["kind"] = one.Item.CaseKind, ["state"] = one.Item.State, ["open"] = !one.Form.Ended.Contains(one.Item.State), ["drill"] = one.Item.Drill, ["rule"] = one.Form.Requirement, ["due"] = one.Due.ToJson(),
                })]),
                ["missing"] = new JsonArray([.. gaps.Select(gap => (JsonNode)new JsonObject { ["kind"] = gap.Form.Kind, ["last"] = gap.Last is { } last ? IsoDay.Word(last) : null, ["ref"] = new JsonArray([.. gap.Limit.Ref.Select(item => (JsonNode)item)]) })]),
            },
            console =>
            {
                var table = new Table().AddColumns("case", "kind", "state", "due");
                foreach (var (item, form, due) in shown)
                {
                    table.AddRow(item.Id, $"{item.CaseKind} {form.TitleZh}", item.State + (item.Drill ? " (drill 演练)" : ""), Markup.Escape(due.Words));
                }

                console.Write(table);
                foreach (var gap in gaps)
                {
                    console.WriteLine($"! No drill of '{gap.Form.Kind}' within the time of {string.Join(", ", gap.Limit.Ref)}: hold one (case open {gap.Form.Kind} --drill).\n  {gap.Form.TitleZh}：规定期限内未开展演练。");
                }
            });
    }

    /// <summary>The first day on which a case may go; null where the profile names no time. No verb removes one at all.</summary>
    public static DateOnly? Kept(OpenDomain domain, Case item) =>
        CaseForms.Find(item.CaseKind)!.Kept.GetValueOrDefault(domain.Record.Profile) is { } limit ? limit.Limit.EndFrom(DateOnly.FromDateTime(item.Steps[^1].At.UtcDateTime)) : null;

    private static IReadOnlyList<(CaseForm Form, CaseLimit Limit, DateOnly? Last)> Gaps(OpenDomain domain) =>
    [
        .. from form in CaseForms.All
           let limit = form.Every.GetValueOrDefault(domain.Record.Profile)
           where limit is not null
           let last = domain.Registry.All<Case>().Where(item => item.CaseKind == form.Kind && item.Drill && form.Ended.Contains(item.State)).Select(item => (DateOnly?)DateOnly.FromDateTime(item.Steps[^1].At.UtcDateTime)).Max()
           where last is null || limit.Limit.EndFrom(last.Value) is not { } end || domain.Today > end
           select (form, limit, last),
    ];

    /// <summary>Terms count from the step that settles them; what was proposed since does not yet.</summary>
    internal static (JsonElement? InForce, JsonElement? Proposed) Terms(CaseForm form, Case item)
    {
        JsonElement? inForce = null, proposed = null;
        foreach (var step in item.Steps)
        {
            var move = form.Moves.FirstOrDefault(move => move.Command == step.Command);
            (inForce, proposed) = move switch { { Proposes: true } => (inForce, step.Content), { Settles: true } => (proposed ?? inForce, null), _ => (inForce, proposed) };
        }

        return (inForce, proposed);
    }

    private static (Case? Item, CaseForm? Form) Find(OpenDomain domain, Actor actor, string id)
    {
        if (!Names.Valid(id) || domain.Registry.Find<Case>(id) is not { } item || CaseForms.Find(item.CaseKind) is not { } form)
        {
            return (null, null);
        }

        var may = actor.Role is Role.Authority or Role.Auditor or Role.AppointedThirdParty || actor.Organisation == item.Organisation || actor.Name == item.Text("seller") || actor.Name == item.Text("buyer")
            || (item.Text("data_set") is { } set && domain.Registry.Find<DataSet>(set)?.Provider == actor.Organisation);
        return may ? (item, form) : (null, null);
    }

    private static Refusal Lacking(OpenDomain domain, Actor actor, string id)
    {
        _ = actor;
        return Names.Valid(id) && domain.Registry.Find<Case>(id) is { } item
            ? new Refusal(
                item.CaseKind.StartsWith("trade", StringComparison.Ordinal) ? "CT-25-1" : CaseForms.Find(item.CaseKind)!.Requirement, "What is written in a case is for its parties and those who decide or supervise it.", "Ask one of them.",
                "案卷内容仅限当事方及办理、监督人员查阅。", "请向相关人员查询。")
            : Refusals.Missing("case", "案卷", Names.Valid(id) ? id : "?");
    }

    /// <summary>What was written in a step, a line a field.</summary>
    internal static IEnumerable<string> Written(CaseStep step) => step.Content.EnumerateObject().Select(member => $"{member.Name}: {(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText())}");

    private static Refusal NotGenuine() => new(
        "SB-CASE-1", "The paper is not the one that was handed in: its digest or the signature over it does not agree.", "Tell the auditor; restore the domain from a backup.", "文件与提交时不一致：摘要或签名不符。", "请告知审计人员并从备份恢复。");
}
