using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>Opens an aggregation round: terms are fixed and signed, a key pair is made, the secret half is sealed for the key holder.</summary>
public static class OpenRound
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, RoundSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(spec);
        var facts = new Facts { ["round"] = Names.Valid(spec.Name) ? spec.Name : "?" };
        if (!Names.Valid(spec.Name))
        {
            return domain.Refuse("round.open", actor.Name, [Refusals.BadName(spec.Name)], facts);
        }

        var scenario = ScenarioAccess.Find(domain, spec.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.RequestExport, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return domain.Refuse("round.open", actor.Name, denied.Reasons, facts);
        }

        if (domain.Registry.Find<Round>(spec.Name) is not null)
        {
            return domain.Refuse("round.open", actor.Name, [Refusals.Taken("round", "轮次", spec.Name)], facts);
        }

        if (spec.ClosesAt <= domain.Time.GetUtcNow())
        {
            return domain.Refuse("round.open", actor.Name, [RoundWords.Over()], facts);
        }

        var contributors = new List<RoundContributor>();
        foreach (var name in spec.Contributors)
        {
            if (!Names.Valid(name) || domain.Registry.Find<Person>(name) is not { Role: Role.SourceDepartment } person || contributors.Any(other => other.Id == person.Organisation))
            {
                return domain.Refuse("round.open", actor.Name, [RoundWords.Contributor(Names.Valid(name) ? name : "?")], facts);
            }

            contributors.Add(new(person.Organisation, person.PublicKey));
        }

        using var keys = await new ManagedBackend().GenerateKeysAsync(cancel).ConfigureAwait(false);
        var terms = new RoundTerms
        {
            RoundId = spec.Name,
            Purpose = spec.Purpose,
            Measures = spec.Measures,
            Groups = spec.Groups,
            Contributors = contributors,
            MinimumContributors = Math.Max(spec.MinimumContributors, domain.Profile.Floor.MinimumRoundContributors.Value),
            MaximumRows = spec.MaximumRows,
            ClosesAt = spec.ClosesAt.ToUnixTimeSeconds(),
            PublicKeyDigest = SignedRound.DigestOfKey(domain.Keys.Suite, keys.PublicKey),
            GateKey = domain.Record.GateKey,
        };
        if (SignedRound.Sign(terms, domain.Keys.DomainKey) is not TermsResult.Accepted { Round: var round })
        {
            var refused = (TermsResult.Refused)SignedRound.Sign(terms, domain.Keys.DomainKey);
            return domain.Refuse("round.open", actor.Name, refused.Refusals, facts);
        }

        using var publicKey = await domain.SealAsync("he-public", KeyScope.Round, spec.Name, actor.Name, keys.PublicKey, cancel).ConfigureAwait(false);
        using var secretKey = await SealSecretAsync(domain, spec.Name, actor.Name, keys.SecretKey, cancel).ConfigureAwait(false);
        facts["terms"] = round.Digest;
        facts["contributors"] = contributors.Count;
        facts["minimum"] = terms.MinimumContributors;
        facts["cells"] = terms.Cells;
        domain.Commit(new("round.opened", actor.Name, facts), writer =>
        {
            var record = new Round(spec.Name, scenario.Id, RoundState.Open, Encoding.UTF8.GetString(round.ToBytes()), publicKey.Commit(), secretKey.Commit(), [], null, null, null, null, actor.Name);
            if (!writer.TryAdd(record))
            {
                throw new RefusedException(Refusals.Taken("round", "轮次", spec.Name));
            }
        });
        return Answer.Of(
            new JsonObject { ["round"] = spec.Name, ["terms"] = round.Digest, ["contributors"] = contributors.Count, ["minimum"] = terms.MinimumContributors, ["cells"] = terms.Cells },
            $"Round '{spec.Name}' is open for {contributors.Count} contributors; its total opens only with at least {terms.MinimumContributors} of them and the gate's permit.");
    }

    private static async Task<StagedObject> SealSecretAsync(OpenDomain domain, string round, string actor, Secret secret, CancellationToken cancel)
    {
        using var key = domain.Key(KeyScope.Round, round, actor);
        return await domain.Store.StageAsync(
            "he-secret",
            key,
            target =>
            {
                target.Write(secret.Bytes);
                return Task.CompletedTask;
            },
            cancel).ConfigureAwait(false);
    }
}
