using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Cases;
using Sandbox.Trust;

namespace Sandbox.Host.Cases;

/// <summary>Opens a case and takes its steps: decided by its form, signed, and recorded with an entry in one transaction.</summary>
internal static class TakeCaseStep
{
    public const int MostPaperBytes = 32 << 20;
    public const string KeyId = "case-papers";
    private const string Opening = "open";
    private const string ObjectKind = "case-paper";

    /// <param name="json">What is written, as a file of the person; empty for none.</param>
    /// <param name="paper">A paper that comes with it; null for none.</param>
    public static Task<Answer> OpenAsync(OpenDomain domain, Actor actor, string kind, string id, bool drill, byte[] json, byte[]? paper, CancellationToken cancel)
    {
        var facts = Facts(id, kind, Opening);
        if (CaseForms.Find(kind) is not { } form)
        {
            return Task.FromResult(domain.Refuse("case.open", actor.Name, [Refusals.Missing("kind of case", "案卷种类", Names.Valid(kind) ? kind : "?")], Facts(id, "?", Opening)));
        }

        if (!Names.Valid(id))
        {
            return Task.FromResult(domain.Refuse("case.open", actor.Name, [Refusals.BadName(id)], facts));
        }

        return RunAsync(domain, actor, "case.opened", "case.open", facts, json, paper, reading =>
        {
            var decision = CaseMachine.Open(form, domain.Profile, domain.Record.Profile, Who(actor), drill);
            if (!decision.IsPermitted)
            {
                throw new RefusedException([.. decision.Refusals]);
            }

            if (reading.Case(id) is not null)
            {
                throw new RefusedException(Refusals.Taken("case", "案卷", id));
            }

            var content = Read(domain, reading, actor, null, form.Fields, form.Requirement, form.Paper, json, paper);
            if (reading.Twin(form, content) is { } twin)
            {
                throw new RefusedException(Twice(form, twin));
            }

            if (drill && !content.TryGetProperty("plan", out _))
            {
                throw new RefusedException(NoPlan());
            }

            return new(new Case(id, form.Kind, form.First, actor.Name, actor.Organisation, actor.Role, domain.Time.GetUtcNow(), drill, content, []), true, form, Opening, "", form.First, content, form.Requirement);
        }, cancel);
    }

    public static Task<Answer> StepAsync(OpenDomain domain, Actor actor, string id, string command, byte[] json, byte[]? paper, CancellationToken cancel)
    {
        var known = Names.Valid(id) ? domain.Registry.Find<Case>(id) : null;
        var facts = Facts(id, known?.CaseKind ?? "?", command);
        if (known is null)
        {
            return Task.FromResult(domain.Refuse("case.step", actor.Name, [Refusals.Missing("case", "案卷", Names.Valid(id) ? id : "?")], facts));
        }

        var form = CaseForms.Find(known.CaseKind)!;
        return RunAsync(domain, actor, "case.moved", "case.step", facts, json, paper, reading =>
        {
            var item = reading.Case(id)!;
            var (move, decision) = CaseMachine.Step(form, domain.Profile, reading.Facts(form, item, domain.Record.Profile), command, Who(actor));
            if (move is null)
            {
                throw new RefusedException([.. decision.Refusals]);
            }

            var rule = move.Requirement ?? form.Requirement;
            if (move.Rechecks && reading.Fallen(form, item).Select(fallen => Fallen(fallen.Field.Requirement ?? rule, fallen.Field, fallen.Wrong)).ToArray() is { Length: > 0 } fallen)
            {
                throw new RefusedException(fallen);
            }

            var content = Read(domain, reading, actor, item, move.Fields, rule, move.Paper, json, paper);
            if (form.Notices is { } notices && notices.Command == command)
            {
                CheckBody(form, item, content, domain.Record.Profile, rule);
            }

            return new(item, false, form, command, item.State, CaseMachine.Next(move, item.State, content), content, rule);
        }, cancel);
    }

    private static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string kind, string act, Facts facts, byte[] json, byte[]? paper, Func<CaseReading, Taken> decide, CancellationToken cancel)
    {
        Taken taken;
        try
        {
            // Once before anything is sealed; once more under the write lock.
            taken = decide(CaseReading.Of(domain.Registry));
        }
        catch (RefusedException refused)
        {
            return domain.Refuse(act, actor.Name, refused.Refusals, facts);
        }

        ObjectRef? stored = null;
        string? digest = null;
        if (paper is not null)
        {
            using var staged = await domain.SealAsync(ObjectKind, KeyScope.Domain, KeyId, actor.Name, paper, cancel).ConfigureAwait(false);
            stored = staged.Commit();
            digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(paper));
            facts["paper"] = digest;
        }

        Case? after = null;
        facts["digest"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(json));
        try
        {
            domain.Commit(new(kind, actor.Name, facts), writer =>
            {
                taken = decide(CaseReading.Of(writer));
                foreach (var (fact, field) in new[] { ("data_set", "data_set"), ("scenario", "scenario"), ("export", "release") })
                {
                    if ((taken.Item.Text(field) ?? (taken.Content.TryGetProperty(field, out var named) ? named.GetString() : null)) is { } name)
                    {
                        facts[fact] = name;
                    }
                }

                facts["state"] = taken.To;
                facts["rule"] = taken.Rule;
                facts["drill"] = taken.Item.Drill ? 1 : 0;
                var signature = CaseSignature.Sign(actor, taken.Item.Id, taken.Item.CaseKind, taken.Command, taken.From, taken.To, taken.Content, digest);
                after = taken.Item with
                {
                    State = taken.To,
                    Steps = [.. taken.Item.Steps, new CaseStep(taken.Command, actor.Name, actor.Organisation, domain.Time.GetUtcNow(), taken.From, taken.To, writer.Entry, taken.Content, stored, digest, signature)],
                };
                if (!taken.New)
                {
                    writer.Update(after);
                }
                else if (!writer.TryAdd(after))
                {
                    throw new RefusedException(Refusals.Taken("case", "案卷", after.Id));
                }
            });
        }
        catch (RefusedException refused)
        {
            return domain.Refuse(act, actor.Name, refused.Refusals, facts);
        }

        var untold = CaseReading.Untold(taken.Form, after!, domain.Record.Profile);
        return Answer.Of(
            new JsonObject
            {
                ["case"] = after!.Id, ["kind"] = after.CaseKind, ["state"] = after.State, ["rule"] = taken.Rule, ["ledger_entry"] = after.Steps[^1].Entry, ["drill"] = after.Drill,
                ["due"] = CaseDue.Of(domain, taken.Form, after).ToJson(), ["to_be_told"] = new JsonArray([.. untold.Select(body => (JsonNode)body)]),
            },
            $"Case '{after.Id}' is {after.State} ({taken.Rule})." + (untold.Count > 0 ? $" To be told: {string.Join(", ", untold)}." : ""));
    }

    private static JsonElement Read(OpenDomain domain, CaseReading reading, Actor actor, Case? about, IReadOnlyList<CaseField> fields, string rule, bool needsPaper, byte[] json, byte[]? paper)
    {
        var (content, faults) = CaseContent.FromUntrusted(json, fields, rule, domain.Profile, (field, name) => reading.Refer(field, name, actor, about));
        if (needsPaper && paper is not { Length: > 0 })
        {
            faults = [.. faults, NoPaper(rule)];
        }

        return faults.Count == 0 ? content!.Value : throw new RefusedException([.. faults]);
    }

    private static void CheckBody(CaseForm form, Case item, JsonElement content, string basis, string rule)
    {
        var bodies = CaseMachine.Bodies(form, basis, item.OpenerRole).SelectMany(list => list.Value).ToArray();
        if (!bodies.Contains(content.GetProperty("body").GetString()))
        {
            throw new RefusedException(new Refusal(
                rule, "$.body: it is none of those that must be told.", $"Give one of: {string.Join(", ", bodies)}.", "$.body：不在须通知的单位之列。", $"请填写：{string.Join("、", bodies)}。"));
        }
    }

    private static Facts Facts(string id, string kind, string command) => new()
    {
        ["case"] = Names.Valid(id) ? id : "?", ["case_kind"] = kind, ["command"] = Names.Valid(command) ? command : "?",
    };

    private static CaseActor Who(Actor actor) => new(actor.Name, actor.Organisation, actor.Role, actor.Principal is not null);

    private static Refusal Twice(CaseForm form, Case twin) => new(
        form.Requirement, $"'{twin.Id}' is already registered for the same {form.Once}.", "Each has one registration; use the one that stands.", $"同一对象已登记为“{twin.Id}”。", "每一对象只登记一次，请使用已有登记。");

    private static Refusal NoPlan() => new(
        "FT-35-1", "A drill follows an emergency plan that is in force, and names it in $.plan.", "File a plan (case open emergency-plan), adopt it, and name it.", "演练须依据有效的应急预案，并在 $.plan 中注明。", "请先登记并启用应急预案。");

    private static Refusal NoPaper(string rule) => new(rule, "A paper belongs to this step and none was handed in.", "Name the file with --paper; it is kept sealed.", "本步骤须提交文件材料。", "请用 --paper 指定文件；文件将加密保存。");

    private static Refusal Fallen(string rule, CaseField field, string wrong) => new(
        rule, $"What the case was opened about does not stand any more ({field.Name}): {wrong}.", "Open another case about something that stands.", $"案卷所依据的对象（{field.Name}）已失效。", "请就有效对象另行提出。");

    private sealed record Taken(Case Item, bool New, CaseForm Form, string Command, string From, string To, JsonElement Content, string Rule);
}
