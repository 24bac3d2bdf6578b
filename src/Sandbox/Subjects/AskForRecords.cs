using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Subjects;

/// <summary>A verified subject asks for a copy, a correction or the deletion of its own records; the providers of the data sets answer, each with a signature, a refusal with grounds.</summary>
internal static class AskForRecords
{
    /// <param name="sets">Data sets; empty for every one that names subjects.</param>
    public static Answer Ask(OpenDomain domain, Actor actor, string id, SubjectWish wish, IReadOnlyList<string> sets, byte[] identifier, string? grounds)
    {
        var facts = new Facts { ["request"] = Names.Valid(id) ? id : "?", ["wish"] = wish.ToString() };
        string[] wanted = sets.Count > 0 ? [.. sets.Distinct(StringComparer.Ordinal)] : [.. domain.Registry.All<DataSet>().Where(set => set is { SubjectColumn: not null, Outside: false } && set.RowCount > 0).Select(set => set.Id)];
        var refusal = actor.Role != Role.DataSubject ? Refusals.NotThisRole("ask for its own records", "就本人数据提出请求", "a data subject", "数据主体")
            : !Names.Valid(id) ? Refusals.BadName(id)
            : wish == SubjectWish.Unknown ? Refusals.Form("request (copy, correct or delete)", "请求（copy、correct 或 delete）")
            : wish != SubjectWish.Copy && (sets.Count != 1 || !Names.PlainWords(grounds, 1000)) ? Refusals.Form("request (one data set, and in words what is wrong)", "请求（指定一个数据集并说明理由）")
            : wanted.Length == 0 || wanted.Any(set => !Names.Valid(set) || domain.Registry.Find<DataSet>(set) is not { SubjectColumn: not null, Outside: false }) ? Refusals.Missing("data set that names subjects", "指定主体列的数据集", "?")
            : Linked(domain, actor, identifier) is null ? SubjectLink.NotVerified()
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("subject.ask", actor.Name, [refusal], facts);
        }

        facts["data_sets"] = wanted.Length;
        domain.Commit(new("subject.asked", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(new SubjectRequest(id, wish, actor.Name, wanted, grounds, SubjectRequestState.Open, [], domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("request", "请求", id));
            }

            Notice.Give(domain, writer, Providers(writer, wanted), $"subject-request:{id}", "subject.asked", "YN23-24-1", actor.Name);
        });
        return Shown(domain.Registry.Find<SubjectRequest>(id)!);
    }

    public static Answer Reply(OpenDomain domain, Actor actor, string id, bool agree, string? grounds)
    {
        var facts = new Facts { ["request"] = Names.Valid(id) ? id : "?", ["agreed"] = agree ? 1 : 0 };
        if (!Names.Valid(id) || domain.Registry.Find<SubjectRequest>(id) is null)
        {
            return domain.Refuse("subject.answer", actor.Name, [Refusals.Missing("request", "请求", Names.Valid(id) ? id : "?")], facts);
        }

        if (!agree && !Names.PlainWords(grounds, 1000))
        {
            return domain.Refuse("subject.answer", actor.Name, [Refusals.Form("grounds (1 to 1000 characters)", "理由（1 至 1000 个字符）")], facts);
        }

        SubjectRequest? after = null;
        domain.Commit(new("subject.answered", actor.Name, facts), writer =>
        {
            var now = writer.Find<SubjectRequest>(id)!;
            var providers = Providers(writer, now.DataSets);
            if (actor.Role != Role.SourceDepartment || !providers.Contains(actor.Organisation))
            {
                throw new RefusedException(Refusals.NotThisRole("answer this request", "答复该请求", "a provider of its data sets", "所涉数据集的提供部门"));
            }

            if (now.State != SubjectRequestState.Open || now.Answers.Any(answer => answer.Organisation == actor.Organisation))
            {
                throw new RefusedException(NotOpen());
            }

            var signature = Convert.ToBase64String(actor.Key.Sign(SubjectRequest.Label, now.Payload(agree)));
            SubjectAnswer[] answers = [.. now.Answers, new SubjectAnswer(actor.Name, actor.Organisation, agree, agree ? null : grounds, domain.Time.GetUtcNow(), signature)];
            var state = !agree ? SubjectRequestState.Rejected : providers.All(provider => answers.Any(answer => answer.Agreed && answer.Organisation == provider)) ? SubjectRequestState.Approved : SubjectRequestState.Open;
            after = now with { State = state, Answers = answers };
            facts["state"] = state.ToString();
            writer.Update(after);
        });
        return Shown(after!);
    }

    public static Answer List(OpenDomain domain)
    {
        var all = domain.Registry.All<SubjectRequest>();
        var delegations = domain.Registry.All<Delegation>();
        return Answer.Of(
            new JsonObject
            {
                ["requests"] = new JsonArray([.. all.Select(item => (JsonNode)Json(item))]),
                ["delegations"] = new JsonArray([.. delegations.Select(item => (JsonNode)new JsonObject
                {
                    ["delegation"] = item.Id, ["subject"] = item.Subject, ["party"] = item.Party, ["request"] = item.Request, ["until"] = IsoDay.Word(item.Until), ["stands"] = item.Stands(domain),
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("request 请求", "wish 事项", "subject 主体", "data sets 数据集", "state 状态");
                foreach (var item in all)
                {
                    table.AddRow(item.Id, item.Wish.ToString(), item.Subject, string.Join(", ", item.DataSets), item.State.ToString());
                }

                console.Write(table);
                foreach (var item in delegations)
                {
                    console.WriteLine($"{item.Id}: {item.Subject} lets {item.Party} fetch the copy of '{item.Request}' until {IsoDay.Word(item.Until)}{(item.Stands(domain) ? "" : " (over 已终止)")}");
                }
            });
    }

    /// <summary>The subject's link where the identifier is the linked one; null otherwise.</summary>
    internal static SubjectLink? Linked(OpenDomain domain, Actor actor, byte[] identifier) => Linked(domain, actor.Name, SubjectLink.Read(identifier), actor.Name);

    internal static SubjectLink? Linked(OpenDomain domain, string subject, string identifier, string actor) =>
        domain.Registry.Find<SubjectLink>(subject) is { } link && link.Is(domain, identifier, actor) ? link : null;

    internal static string[] Providers(RegistryWriter writer, IEnumerable<string> sets) => [.. sets.Select(set => writer.Find<DataSet>(set)?.Provider).OfType<string>().Distinct(StringComparer.Ordinal)];

    internal static string[] Providers(OpenDomain domain, IEnumerable<string> sets) => [.. sets.Select(set => domain.Registry.Find<DataSet>(set)?.Provider).OfType<string>().Distinct(StringComparer.Ordinal)];

    internal static Answer Shown(SubjectRequest request) => Answer.Of(Json(request), $"Request '{request.Id}' ({request.Wish}) over {string.Join(", ", request.DataSets)} is {request.State}.");

    internal static Refusal NotOpen() => new(
        "YN23-24-1",
        "The request does not wait for this: it is answered already, refused, carried out, or its approvals are not signed by every provider.",
        "Look at it with `subject list`; ask anew where it was refused.",
        "该请求不处于可办理状态：已答复、被拒绝、已办结，或缺少各提供部门的有效签名。",
        "请用 subject list 查看；被拒绝的可重新提出。");

    private static JsonObject Json(SubjectRequest item) => new()
    {
        ["request"] = item.Id,
        ["wish"] = item.Wish.ToString(),
        ["subject"] = item.Subject,
        ["data_sets"] = new JsonArray([.. item.DataSets.Select(set => (JsonNode)set)]),
        ["state"] = item.State.ToString(),
        ["answers"] = new JsonArray([.. item.Answers.Select(answer => (JsonNode)new JsonObject { ["organisation"] = answer.Organisation, ["agreed"] = answer.Agreed, ["grounds"] = answer.Grounds })]),
    };
}
