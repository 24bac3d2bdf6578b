using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Parties;
using Sandbox.Trust;

namespace Sandbox.Host.Parties;

/// <summary>What is said about an organisation that is entered into the register.</summary>
internal sealed record NewParty(string Name, PartyKind Kind, string CreditCode, IReadOnlyList<string> AffiliateOf);

/// <summary>An evidence that is filed for an organisation.</summary>
internal sealed record NewEvidence(string Party, string Paper, int? Level, DateOnly From, DateOnly Until, DateOnly? LastEvent);

/// <summary>The bureau (for developers: who admits them) enters organisations and files their evidence (CC 14, FT 9, YB 10, YN25 12).</summary>
internal static class RegisterParty
{
    public static Answer Add(OpenDomain domain, Actor actor, NewParty wanted)
    {
        var facts = new Facts { ["party"] = Names.Valid(wanted.Name) ? wanted.Name : "?", ["kind"] = PartyWords.English(wanted.Kind) };
        if (Deciders(domain, wanted.Kind, actor) is { } stranger)
        {
            return domain.Refuse("party.add", actor.Name, [stranger], facts);
        }

        var code = wanted.CreditCode.Trim().ToUpperInvariant();
        var refusals = new List<Refusal>();
        if (!Names.Valid(wanted.Name) || wanted.AffiliateOf.Any(name => !Names.Valid(name)))
        {
            refusals.Add(Refusals.BadName(wanted.Name));
        }

        if (!SocialCredit.IsCode(code))
        {
            refusals.Add(BadCode());
        }

        if (refusals.Count > 0)
        {
            return domain.Refuse("party.add", actor.Name, refusals, facts);
        }

        domain.Commit(new("party.registered", actor.Name, facts), writer =>
        {
            var all = writer.All<Party>();
            if (all.FirstOrDefault(party => party.Barred && (party.CreditCode == code || party.Id == wanted.Name || wanted.AffiliateOf.Contains(party.Id))) is not null)
            {
                throw new RefusedException(Barred());
            }

            if (all.Any(party => party.CreditCode == code))
            {
                throw new RefusedException(SecondRegistration());
            }

            if (PartyChecks.Redevelopment(domain.Profile.Parties, wanted.Kind, TiedToOperator(all, writer, wanted)) is Decision.Denied denied)
            {
                throw new RefusedException([.. denied.Reasons]);
            }

            if (!writer.TryAdd(new Party(wanted.Name, wanted.Kind, code, wanted.AffiliateOf, PartyState.Registered, [], [], [], false, actor.Name, domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("organisation", "单位", wanted.Name));
            }
        });
        return Answer.Of(
            new JsonObject { ["party"] = wanted.Name, ["kind"] = PartyWords.English(wanted.Kind), ["state"] = nameof(PartyState.Registered) },
            $"{wanted.Name} is registered. File its evidence with `sandbox party evidence`, then admit it.");
    }

    public static async Task<Answer> FileAsync(OpenDomain domain, Actor actor, NewEvidence wanted, byte[] paper, CancellationToken cancel)
    {
        var facts = new Facts { ["party"] = Names.Valid(wanted.Party) ? wanted.Party : "?" };
        if (!Names.Valid(wanted.Party) || domain.Registry.Find<Party>(wanted.Party) is not { } party)
        {
            return domain.Refuse("party.evidence", actor.Name, [Refusals.Missing("organisation", "单位", "?")], facts);
        }

        if (Deciders(domain, party.PartyKind, actor) is { } stranger)
        {
            return domain.Refuse("party.evidence", actor.Name, [stranger], facts);
        }

        var known = domain.Profile.Parties.Evidence.TryGetValue(party.PartyKind, out var demands) ? demands.Value.Select(demand => demand.Paper).ToArray() : [];
        if (!known.Contains(wanted.Paper))
        {
            return domain.Refuse("party.evidence", actor.Name, [UnknownEvidence(known)], facts);
        }

        if (paper.Length == 0 || wanted.Until < wanted.From || wanted.Level is not (null or (>= 1 and <= 5)) || wanted.LastEvent > domain.Today)
        {
            return domain.Refuse("party.evidence", actor.Name, [Refusals.Form("evidence's description", "证明材料说明")], facts);
        }

        var (stored, digest) = await PaperStore.KeepAsync(domain, actor.Name, paper, cancel).ConfigureAwait(false);
        facts["paper"] = wanted.Paper;
        facts["expires"] = IsoDay.Word(wanted.Until);
        facts["object"] = stored.Commitment;
        domain.Commit(new("party.evidence-filed", actor.Name, facts), writer =>
        {
            var now = writer.Find<Party>(wanted.Party)!;
            writer.Update(now with { Evidence = [.. now.Evidence, new PartyEvidence(wanted.Paper, wanted.Level, wanted.From, wanted.Until, wanted.LastEvent, stored, digest, actor.Name)] });
        });
        return Answer.Of(new JsonObject { ["party"] = wanted.Party, ["paper"] = wanted.Paper, ["digest"] = digest, ["expires"] = IsoDay.Word(wanted.Until) }, $"Filed; it counts until {IsoDay.Word(wanted.Until)}.");
    }

    /// <summary>Null when the actor decides about organisations of a kind.</summary>
    internal static Refusal? Deciders(OpenDomain domain, PartyKind kind, Actor actor)
    {
        var decider = PartyTransitions.Decider(kind, domain.Profile.Parties);
        return actor.Role == decider || (actor.Role == Role.Authority && kind != PartyKind.Developer) ? null
            : decider == Role.Operator ? Refusals.NotThisRole("decide about developers and partners under this profile", "决定开发主体和平台合作方事项", "the operating unit", "运营单位")
            : Refusals.NotThisRole("decide about organisations", "决定单位登记事项", "the bureau", "主管部门");
    }

    /// <summary>Whether an organisation is an operating unit by name, by persons, or by ties at any remove.</summary>
    private static bool TiedToOperator(IReadOnlyList<Party> all, RegistryWriter writer, NewParty wanted)
    {
        var operators = all.Where(party => party.PartyKind == PartyKind.Operator).Select(party => party.Id)
            .Concat(writer.All<Person>().Where(person => person.Role == Role.Operator).Select(person => person.Organisation)).ToHashSet(StringComparer.Ordinal);
        var ties = all.ToDictionary(party => party.Id, party => party.AffiliateOf, StringComparer.Ordinal);
        var (seen, open) = (new HashSet<string>(StringComparer.Ordinal), new Queue<string>([wanted.Name, .. wanted.AffiliateOf]));
        while (open.TryDequeue(out var name))
        {
            if (operators.Contains(name))
            {
                return true;
            }

            // A tie binds both ways.
            if (seen.Add(name))
            {
                foreach (var next in (ties.GetValueOrDefault(name) ?? []).Concat(ties.Where(tie => tie.Value.Contains(name)).Select(tie => tie.Key)))
                {
                    open.Enqueue(next);
                }
            }
        }

        return false;
    }

    internal static Refusal Barred() => new(
        "YN25-21-2",
        "The organisation, its credit code or one that it is tied to stands on the block list; the grounds are with its entry (`sandbox party show`).",
        "A barred organisation is not registered again.",
        "该单位、其统一社会信用代码或其关联单位已列入黑名单；理由见其登记（sandbox party show）。",
        "已列入黑名单的单位不得再次登记。");

    private static Refusal BadCode() => new(
        "YN23-20-1",
        "The unified social credit code is not a valid one (18 characters, the last one a check character).",
        "Give the code of the organisation's certificate.",
        "统一社会信用代码无效（18 位，末位为校验码）。",
        "请按证照填写统一社会信用代码。");

    private static Refusal SecondRegistration() => new(
        "CT-7-1",
        "There is already a registration under this unified social credit code; an organisation has exactly one.",
        "Use the standing registration.",
        "该统一社会信用代码已有登记；每个单位只能有一个登记。",
        "请使用现有登记。");

    private static Refusal UnknownEvidence(string[] known) => new(
        "CC-14-1",
        "The active profile asks for no such evidence from an organisation of this kind.",
        known.Length == 0 ? "It asks for none from this kind." : $"It asks for: {string.Join(", ", known)}.",
        "现行规则不要求该类单位提供此项证明。",
        known.Length == 0 ? "该类单位无须提供证明。" : $"应提供：{string.Join("、", known)}。");
}
