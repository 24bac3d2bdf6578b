using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Notices;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Parties;

/// <summary>Admission, exit and measures: who decides about an organisation moves it along its one transition table.</summary>
internal static class DecideParty
{
    /// <param name="words">Written grounds of a measure, or the version of the written rules for admission and exit.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string name, PartyCommand command, string? words)
    {
        var act = "party." + command.ToString().ToLowerInvariant();
        var facts = new Facts { ["party"] = Names.Valid(name) ? name : "?", ["command"] = command.ToString() };
        if (!Names.Valid(name) || domain.Registry.Find<Party>(name) is not { } party)
        {
            return domain.Refuse(act, actor.Name, [Refusals.Missing("organisation", "单位", "?")], facts);
        }

        if (RegisterParty.Deciders(domain, party.PartyKind, actor) is { } stranger)
        {
            return domain.Refuse(act, actor.Name, [stranger], facts);
        }

        if (actor.Organisation == name)
        {
            return domain.Refuse(act, actor.Name, [OwnHouse()], facts);
        }

        var filed = command is PartyCommand.Admit or PartyCommand.Leave && party.PartyKind == PartyKind.Developer && domain.Profile.Parties.PartnerFiling is { Value: true };
        if (filed && !Names.Valid(words))
        {
            return domain.Refuse(act, actor.Name, [NoRules()], facts);
        }

        if (words is not null && !Names.PlainWords(words, 500))
        {
            return domain.Refuse(act, actor.Name, [Refusals.Form("grounds (1 to 500 characters)", "理由（1 至 500 个字符）")], facts);
        }

        Party? after = null;
        var ended = new List<string>();
        domain.Commit(new("party.decided", actor.Name, facts), writer =>
        {
            var now = writer.Find<Party>(name)!;
            var (state, refusal) = PartyTransitions.Apply(now.State, command, words);
            if (refusal is not null)
            {
                throw new RefusedException(refusal);
            }

            if (command == PartyCommand.Admit && PartyChecks.Eligibility(domain.Profile.Parties, now.PartyKind, [.. now.Evidence.Select(item => item.Fact)], domain.Today) is Decision.Denied denied)
            {
                throw new RefusedException([.. denied.Reasons]);
            }

            after = now with
            {
                State = state,
                Barred = now.Barred || command == PartyCommand.Bar,
                Filings = filed ? [.. now.Filings, new PartyFiling(command == PartyCommand.Admit ? "admission" : "exit", domain.Today, words!, actor.Name)] : now.Filings,
                Measures = command is PartyCommand.Admit or PartyCommand.Leave ? now.Measures : [.. now.Measures, new PartyMeasure(command, words!, actor.Name, domain.Time.GetUtcNow())],
            };
            writer.Update(after);
            if (state is PartyState.Cancelled or PartyState.Left)
            {
                ended.AddRange(EndScenario.All(writer, scenario => scenario.Operator == name, "YN25-21-2"));
            }

            facts["state"] = state.ToString();
            facts["scenarios_ended"] = ended.Count;
            Notice.Give(domain, writer, [name, .. filed ? Notice.Bureau(writer) : []], $"party:{name}", "party.decided", filed ? "FT-17-1" : "YN25-21-2", actor.Name);
        });
        return Answer.Of(
            new JsonObject
            {
                ["party"] = name,
                ["state"] = after!.State.ToString(),
                ["barred"] = after.Barred,
                ["filings"] = after.Filings.Count,
                ["scenarios_ended"] = new JsonArray([.. ended.Select(id => (JsonNode)id)]),
                ["to_delete"] = MustDelete.Of(domain.Registry, ended),
            },
            $"{name} is now {after.State}.{(ended.Count > 0 ? $" Ended: {string.Join(", ", ended)}." : "")}");
    }

    private static Refusal OwnHouse() => new(
        "CC-14-1", "Nobody decides about the own organisation.", "Let a person of another organisation decide.", "任何人不得决定本单位事项。", "请由其他单位的人员决定。");

    private static Refusal NoRules() => new(
        "FT-17-1",
        "Admission and exit of a partner are decided under written rules, and the filing names their version.",
        "Give --rules with the version of the rules, for example rules-v3.",
        "平台合作方的准入和退出须依据书面规则办理，备案须载明规则版本。",
        "请用 --rules 指明规则版本，例如 rules-v3。");
}
