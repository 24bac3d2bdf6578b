using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>Opens an aggregation round: terms are fixed and signed around the key that the bureau made elsewhere. The invitation is what contributors work with.</summary>
public static class OpenRound
{
    private const int MostKey = 8 << 20;

    /// <param name="keyFile">The bureau's public key file.</param>
    /// <param name="invitationFile">Where the invitation goes; null writes none.</param>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, RoundSpec spec, string keyFile, string? invitationFile, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(spec);
        var facts = new Facts { ["round"] = Names.Valid(spec.Name) ? spec.Name : "?" };
        if (Refused(domain, actor, spec) is { } reasons)
        {
            return domain.Refuse("round.open", actor.Name, reasons, facts);
        }

        var scenario = ScenarioAccess.Find(domain, spec.Scenario);
        var contributors = new List<RoundContributor>();
        foreach (var name in spec.Contributors)
        {
            if (!Names.Valid(name) || domain.Registry.Find<Person>(name) is not { Role: Role.SourceDepartment } person || contributors.Any(other => other.Id == person.Organisation))
            {
                return domain.Refuse("round.open", actor.Name, [RoundWords.Contributor(Names.Valid(name) ? name : "?")], facts);
            }

            contributors.Add(new(person.Organisation, person.PublicKey, spec.Weights?.GetValueOrDefault(name, 1) ?? 1));
        }

        if (!Names.Valid(spec.KeyHolder) || domain.Registry.Find<Person>(spec.KeyHolder) is not { Role: Role.Authority } holder
            || HolderKey.FromUntrusted(RoundFiles.Read(keyFile, MostKey), PublicKey.Parse(holder.PublicKey)) is not { } key)
        {
            return domain.Refuse("round.open", actor.Name, [RoundWords.KeyFile()], facts);
        }

        var terms = new RoundTerms
        {
            RoundId = spec.Name,
            Purpose = spec.Purpose,
            Parameters = key.Parameters,
            FloodingBits = spec.FloodingBits ?? RoundTerms.UsualFloodingBits,
            From = spec.From,
            Until = spec.Until,
            Measures = spec.Measures,
            CrossProducts = spec.CrossProducts,
            Groups = spec.Groups,
            Contributors = contributors,
            MinimumContributors = Math.Max(Math.Max(spec.MinimumContributors, key.MinimumContributors), domain.Profile.Floor.MinimumRoundContributors.Value),
            MinimumCell = Math.Max(spec.MinimumCell, domain.Profile.Floor.Disclosure.Value.MinimumContributors),
            MaximumRows = spec.MaximumRows,
            ClosesAt = spec.ClosesAt.ToUnixTimeSeconds(),
            PublicKeyDigest = SignedRound.DigestOfKey(domain.Keys.Suite, key.PublicKey.Span),
            HolderKey = holder.PublicKey,
            GateKey = domain.Record.GateKey,
        };
        var signed = SignedRound.Sign(terms, domain.Keys.DomainKey);
        if (signed is not TermsResult.Accepted { Round: var round })
        {
            return domain.Refuse("round.open", actor.Name, ((TermsResult.Refused)signed).Refusals, facts);
        }

        // A key is for one round: the holder opens one total with it, ever.
        if (Served(domain.Registry.All<Round>()))
        {
            return domain.Refuse("round.open", actor.Name, [RoundWords.KeyUsed()], facts);
        }

        var invitation = RoundInvitation.Of(round, key);
        using var stored = await domain.SealAsync("he-public", KeyScope.Round, spec.Name, actor.Name, key.ToBytes(), cancel).ConfigureAwait(false);
        facts["terms"] = round.Digest;
        facts["contributors"] = contributors.Count;
        facts["minimum"] = terms.MinimumContributors;
        facts["cells"] = terms.Cells;
        facts["flooding_bits"] = terms.FloodingBits;
        domain.Commit(new("round.opened", actor.Name, facts), writer =>
        {
            if (Served(writer.All<Round>()))
            {
                throw new RefusedException(RoundWords.KeyUsed());
            }

            var record = new Round(spec.Name, scenario.Id, RoundState.Open, Encoding.UTF8.GetString(round.ToBytes()), stored.Commit(), [], null, null, null, null, null, actor.Name);
            if (!writer.TryAdd(record))
            {
                throw new RefusedException(Refusals.Taken("round", "轮次", spec.Name));
            }
        });
        if (invitationFile is not null)
        {
            RoundFiles.Write(invitationFile, invitation.ToBytes());
        }

        return Answer.Of(
            new JsonObject { ["round"] = spec.Name, ["terms"] = round.Digest, ["contributors"] = contributors.Count, ["minimum"] = terms.MinimumContributors, ["cells"] = terms.Cells, ["flooding_bits"] = terms.FloodingBits, ["invitation"] = invitationFile },
            $"Round '{spec.Name}' is open for {contributors.Count} contributors; its total opens only with at least {terms.MinimumContributors} of them and the gate's permit. {terms.KeyHolderNoise}");

        bool Served(IEnumerable<Round> rounds) => rounds.Any(other => RoundReading.Terms(domain, other).Terms.PublicKeyDigest == terms.PublicKeyDigest);
    }

    /// <summary>Writes the invitation of an open round again.</summary>
    public static Answer Invite(OpenDomain domain, string roundId, string file)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var round = RoundReading.Find(domain, roundId);
        RoundFiles.Write(file, RoundReading.Invitation(domain, round).ToBytes());
        return Answer.Of(new JsonObject { ["round"] = round.Id, ["invitation"] = file }, $"The invitation of '{round.Id}' is in {file}.");
    }

    private static IReadOnlyList<Refusal>? Refused(OpenDomain domain, Actor actor, RoundSpec spec)
    {
        if (!Names.Valid(spec.Name))
        {
            return [Refusals.BadName(spec.Name)];
        }

        if (ScenarioAccess.Decide(domain, actor, ScenarioAccess.Find(domain, spec.Scenario), DomainAction.RequestExport, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return denied.Reasons;
        }

        if (domain.Registry.Find<Round>(spec.Name) is not null)
        {
            return [Refusals.Taken("round", "轮次", spec.Name)];
        }

        // A weight of somebody who is not asked is a slip, and silence about it would change the sum.
        return spec.Weights?.Keys.Except(spec.Contributors, StringComparer.Ordinal).Any() == true ? [RoundWords.Contributor("?")]
            : spec.ClosesAt <= domain.Time.GetUtcNow() ? [RoundWords.Over()]
            : null;
    }
}
