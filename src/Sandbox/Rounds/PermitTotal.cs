using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Export.Permits;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>The bureau has the gate sign a permit for exactly one total. What goes to the key holder is that total, the permit and the witnesses' statements, and nothing else.</summary>
internal static class PermitTotal
{
    private const int MostStatement = 1 << 20;

    /// <param name="contribution">Organisation whose single contribution somebody wants opened; the gate refuses it, whoever asks.</param>
    /// <param name="witnesses">Files of the witnesses' statements.</param>
    /// <param name="file">Where the file for the key holder goes.</param>
    public static Answer Run(OpenDomain domain, Actor actor, string roundId, string? contribution, IReadOnlyList<string> witnesses, string? file)
    {
        var round = RoundReading.Find(domain, roundId);
        var facts = new Facts { ["round"] = round.Id };
        var scenario = ScenarioAccess.Find(domain, round.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.OpenTotal, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return domain.Refuse("round.permit", actor.Name, denied.Reasons, facts);
        }

        var invitation = RoundReading.Invitation(domain, round);
        using var gate = domain.Keys.OpenSigningKey(KeyScope.Domain, InitDomain.GateKeyId);
        var minimum = domain.Profile.Floor.MinimumRoundContributors.Value;
        if (contribution is not null)
        {
            return RefuseSingle(domain, actor, round, invitation.Round, contribution, minimum, gate, facts);
        }

        if (RoundReading.Total(domain, round, invitation.Round) is not { } total || round.State is not (RoundState.Summed or RoundState.Permitted))
        {
            return domain.Refuse("round.permit", actor.Name, [RoundWords.State("permitted", "许可", round.State)], facts);
        }

        var compared = RoundReading.Others(domain.Registry.All<Round>(), round.Id, RoundState.Permitted, RoundState.Opened);
        if (RoundDifferencing.Check(invitation.Round.FootprintOf(total), RoundReading.Earlier(domain, round)) is { } differencing)
        {
            return domain.Refuse("round.permit", actor.Name, [differencing], facts);
        }

        var permit = PermitIssuer.Issue(
            new OpeningRequest(round.Id, invitation.Round.Digest, total.Digest, total.Contributors.ToArray(), invitation.Round.Terms.MinimumContributors, invitation.Round.Terms.Cells, Closed: true), minimum, gate);
        if (permit is not PermitResult.Issued issued)
        {
            return domain.Refuse("round.permit", actor.Name, [((PermitResult.Refused)permit).Reason], facts);
        }

        // A permit that was signed before is handed out again as it was: there is one for a total.
        var statement = round.Permit is { } before ? Encoding.UTF8.GetBytes(before) : issued.Statement.ToBytes();
        var signed = witnesses.Select(name => RoundFiles.Read(name, MostStatement)).ToArray();
        var given = new OpeningCase(invitation, total, statement, [.. signed.Select(one => (ReadOnlyMemory<byte>)one)], []);
        if (RoundOpening.Check(given, PublicKey.Parse(invitation.Round.Terms.HolderKey)) is { } problem)
        {
            return domain.Refuse("round.permit", actor.Name, [problem], facts);
        }

        facts["total"] = total.Digest;
        facts["contributors"] = total.Contributors.Count;
        domain.Commit(new("round.permitted", actor.Name, facts), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            if (!compared.SetEquals(RoundReading.Others(writer.All<Round>(), round.Id, RoundState.Permitted, RoundState.Opened)))
            {
                throw new RefusedException(RoundWords.Meanwhile());
            }

            writer.Update(now.State is RoundState.Summed or RoundState.Permitted
                ? now with { State = RoundState.Permitted, Permit = Encoding.UTF8.GetString(statement) }
                : throw new RefusedException(RoundWords.State("permitted", "许可", now.State)));
        });
        if (file is not null)
        {
            RoundFiles.Write(file, target => RoundContainer.Write(
                target, RoundContainer.ForOpening, new ReadOnlyMemory<byte>[] { invitation.ToBytes(), total.Statement, statement }.Concat(total.Ciphertexts.Select(one => (ReadOnlyMemory<byte>)one)).Concat(given.Witnesses)));
        }

        return Answer.Of(
            new JsonObject { ["round"] = round.Id, ["contributors"] = total.Contributors.Count, ["total"] = total.Digest, ["file"] = file },
            $"The gate permits to open the total of '{round.Id}' over {total.Contributors.Count} contributors, once, at the key holder.");
    }

    private static Answer RefuseSingle(OpenDomain domain, Actor actor, Round round, SignedRound terms, string contribution, int minimum, SigningKey gate, Facts facts)
    {
        var part = round.Contributions.FirstOrDefault(item => item.Contributor == contribution)
            ?? throw new RefusedException(Refusals.Missing("contribution", "提交", Names.Valid(contribution) ? contribution : "?"));
        var digest = Convert.ToHexStringLower(domain.Keys.Suite.Hash(domain.Unseal(KeyScope.Round, round.Id, part.Sealed)));
        var permit = PermitIssuer.Issue(
            new OpeningRequest(round.Id, terms.Digest, digest, [contribution], terms.Terms.MinimumContributors, terms.Terms.Cells, Closed: round.State != RoundState.Open), minimum, gate);
        return permit is PermitResult.Refused refused
            ? domain.Refuse("round.permit", actor.Name, [refused.Reason], facts)
            : throw new InvalidOperationException("The gate may never permit a single contribution.");
    }
}
