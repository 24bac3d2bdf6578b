using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Matching;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Rounds;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Matching;

/// <summary>The platform's side of a match: it signs the terms, and counts what it can't read. The count is for the gate alone.</summary>
internal static class RunMatch
{
    public static Answer Open(OpenDomain domain, Actor actor, MatchSpec spec, string file)
    {
        var facts = new Facts { ["match"] = Names.Valid(spec.Name) ? spec.Name : "?" };
        var scenario = ScenarioAccess.Find(domain, spec.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.RequestExport, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return domain.Refuse("match.open", actor.Name, denied.Reasons, facts);
        }

        if (!Names.Valid(spec.Name) || domain.Registry.Find<Match>(spec.Name) is not null || domain.Registry.Find<Round>(spec.Name) is not null)
        {
            return domain.Refuse("match.open", actor.Name, [Names.Valid(spec.Name) ? Refusals.Taken("match or round", "匹配或轮次", spec.Name) : Refusals.BadName(spec.Name)], facts);
        }

        if (spec.ClosesAt <= domain.Time.GetUtcNow())
        {
            return domain.Refuse("match.open", actor.Name, [RoundWords.Over()], facts);
        }

        if (Party(domain, spec.First) is not { } first || Party(domain, spec.Second) is not { } second)
        {
            return domain.Refuse("match.open", actor.Name, [RoundWords.Contributor("?")], facts);
        }

        var signed = SignedMatch.Sign(new(spec.Name, spec.Purpose, spec.Identifier, first, second, spec.PaddedSize, spec.ClosesAt.ToUnixTimeSeconds()), domain.Keys.DomainKey);
        facts["terms"] = signed.Digest;
        domain.Commit(new("match.opened", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(new Match(spec.Name, scenario.Id, MatchState.Open, Encoding.UTF8.GetString(signed.ToBytes()), null, actor.Name)))
            {
                throw new RefusedException(Refusals.Taken("match", "匹配", spec.Name));
            }
        });
        RoundFiles.Write(file, signed.ToBytes());
        return Answer.Of(
            new JsonObject { ["match"] = spec.Name, ["terms"] = signed.Digest, ["padded_size"] = spec.PaddedSize, ["file"] = file },
            $"Match '{spec.Name}' is open for {first.Id} and {second.Id}; each hands over {spec.PaddedSize:N0} points. Its terms are in {file}.");
    }

    public static async Task<Answer> CountAsync(OpenDomain domain, Actor actor, string id, string one, string other, CancellationToken cancel)
    {
        var match = domain.Registry.Find<Match>(id) ?? throw new RefusedException(Refusals.Missing("match", "匹配", Names.Valid(id) ? id : "?"));
        var facts = new Facts { ["match"] = match.Id };
        if (actor.Name != match.OpenedBy && actor.Role != Role.Authority)
        {
            return domain.Refuse("match.count", actor.Name, [Refusals.NotThisRole("count a match", "统计匹配", "whoever opened it, or the bureau", "开启人或主管部门")], facts);
        }

        if (match.State != MatchState.Open)
        {
            return domain.Refuse("match.count", actor.Name, [MatchWords.Counted()], facts);
        }

        var signed = SignedMatch.FromUntrusted(Encoding.UTF8.GetBytes(match.Terms), domain.Keys.DomainKey.Public);
        if (domain.Time.GetUtcNow().ToUnixTimeSeconds() >= signed.Terms.ClosesAt)
        {
            return domain.Refuse("match.count", actor.Name, [RoundWords.Ended()], facts);
        }

        var limit = MatchSet.MostBytes(signed.Terms);
        var (a, b) = (RoundFiles.Read(one, limit), RoundFiles.Read(other, limit));
        if (MatchSet.PartyOf(signed, a)?.Id == signed.Terms.Second.Id)
        {
            (a, b) = (b, a);
        }

        var count = await Task.Run(() => MatchSet.Count(signed, a, b), cancel).ConfigureAwait(false);
        var compared = Counted(domain.Registry.All<Match>(), match.Id);
        var state = Small(domain, match, signed.Terms, count) ? MatchState.Withheld : MatchState.Counted;
        using var stored = await domain.SealAsync("match-count", KeyScope.Round, "match-" + match.Id, actor.Name, Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture)), cancel).ConfigureAwait(false);
        domain.Commit(new("match.counted", actor.Name, facts), writer =>
        {
            var now = writer.Find<Match>(match.Id)!;
            if (!compared.SetEquals(Counted(writer.All<Match>(), match.Id)))
            {
                throw new RefusedException(RoundWords.Meanwhile());
            }

            writer.Update(now.State == MatchState.Open ? now with { State = state, Count = stored.Commit() } : throw new RefusedException(MatchWords.Counted()));
        });

        // Whether it was withheld is told by the gate at an export request and by nobody before: it would be an answer.
        return Answer.Of(new JsonObject { ["match"] = match.Id, ["held"] = true }, $"The count of '{match.Id}' is held for the gate; it leaves, if at all, by an export request.");
    }

    /// <summary>The count, for the gate's checks.</summary>
    /// <exception cref="RefusedException">Not counted, or withheld.</exception>
    public static int Read(OpenDomain domain, Match match) => match switch
    {
        { State: MatchState.Counted } => Sealed(domain, match),
        { State: MatchState.Withheld } => throw new RefusedException(MatchWords.Withheld()),
        _ => throw new RefusedException(MatchWords.NotCounted()),
    };

    public static MatchTerms Terms(OpenDomain domain, Match match) => SignedMatch.FromUntrusted(Encoding.UTF8.GetBytes(match.Terms), domain.Keys.DomainKey.Public).Terms;

    // Two counts of the same parties that differ by few tell of few: as with any cell that is shown twice.
    private static bool Small(OpenDomain domain, Match match, MatchTerms terms, int count)
    {
        var minimum = domain.Profile.Floor.Disclosure.Value.MinimumContributors;
        var pair = new[] { terms.First.Id, terms.Second.Id }.ToHashSet(StringComparer.Ordinal);
        return count < minimum || domain.Registry.All<Match>().Where(other => other.Id != match.Id && other.Count is not null).Any(other =>
            pair.SetEquals([Terms(domain, other).First.Id, Terms(domain, other).Second.Id]) && !CellDifferencing.IsSafe(minimum, Sealed(domain, other), count, sameFigures: true));
    }

    private static HashSet<string> Counted(IEnumerable<Match> matches, string but) =>
        matches.Where(match => match.Id != but && match.Count is not null).Select(match => match.Id).ToHashSet(StringComparer.Ordinal);

    private static int Sealed(OpenDomain domain, Match match) =>
        int.Parse(Encoding.ASCII.GetString(domain.Unseal(KeyScope.Round, "match-" + match.Id, match.Count!)), NumberStyles.None, CultureInfo.InvariantCulture);

    private static RoundParty? Party(OpenDomain domain, string name) =>
        Names.Valid(name) && domain.Registry.Find<Person>(name) is { Role: Role.SourceDepartment } person ? new(person.Organisation, person.PublicKey) : null;
}
