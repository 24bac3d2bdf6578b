using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Subjects;

/// <summary>A data subject lets one registered market party fetch its copy until a day, and ends that whenever it likes (FT 38).</summary>
internal static class DelegateCopy
{
    /// <summary>Longest delegation in days.</summary>
    public const int MostDays = 366;

    public static Answer Give(OpenDomain domain, Actor actor, string id, string request, string party, DateOnly until)
    {
        var facts = new Facts { ["delegation"] = Names.Valid(id) ? id : "?", ["party"] = Names.Valid(party) ? party : "?" };
        var refusal = domain.Procedures.Delegation.Count == 0 ? NoSuchRight()
            : !Names.Valid(id) ? Refusals.BadName(id)
            : !Names.Valid(request) || domain.Registry.Find<SubjectRequest>(request) is not { Wish: SubjectWish.Copy } asked || asked.Subject != actor.Name || actor.Role != Role.DataSubject ? Refusals.Missing("request of yours for a copy", "您的副本请求", Names.Valid(request) ? request : "?")
            : !Names.Valid(party) || domain.Registry.Find<Party>(party) is not { Barred: false } ? Refusals.Missing("registered party", "已登记的市场主体", Names.Valid(party) ? party : "?")
            : until < domain.Today || until > domain.Today.AddDays(MostDays) ? Refusals.Form($"last day (today or later, at most {MostDays} days on)", $"截止日期（不早于今日，至多 {MostDays} 天）")
            : null;
        if (refusal is not null)
        {
            return domain.Refuse("subject.delegate", actor.Name, [refusal], facts);
        }

        var signature = Convert.ToBase64String(actor.Key.Sign(Delegation.Label, Delegation.Payload(domain.Record.Name, actor.Name, party, request, domain.Today, until)));
        facts["until"] = IsoDay.Word(until);
        domain.Commit(new("subject.delegated", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(new Delegation(id, actor.Name, party, request, domain.Today, until, signature, domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("delegation", "委托", id));
            }
        });
        return Answer.Of(new JsonObject { ["delegation"] = id, ["party"] = party, ["until"] = IsoDay.Word(until) }, $"{party}, and nobody else, may fetch your copy until {IsoDay.Word(until)} or until you end it. 委托已登记。");
    }

    public static Answer End(OpenDomain domain, Actor actor, string id)
    {
        domain.Commit(new("subject.delegation-ended", actor.Name, new Facts { ["delegation"] = Names.Valid(id) ? id : "?" }), writer =>
        {
            if (!Names.Valid(id) || writer.Find<Delegation>(id) is not { EndedAt: null } now || now.Subject != actor.Name)
            {
                throw new RefusedException(Refusals.Missing("delegation of yours that stands", "您的有效委托", Names.Valid(id) ? id : "?"));
            }

            writer.Update(now with { EndedAt = domain.Time.GetUtcNow() });
        });
        return Answer.Of(new JsonObject { ["delegation"] = id, ["stands"] = false }, $"Delegation '{id}' is ended: nobody fetches your copy any more. 委托已终止。");
    }

    private static Refusal NoSuchRight() => new(
        "YN23-24-1",
        "The profile of this domain knows no delegation: only the subject itself gets its copy.",
        "Take the copy yourself (subject copy).",
        "本域适用的规定未设委托：副本仅提供给主体本人。",
        "请由本人领取副本（subject copy）。");
}
