using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>Closes a round and adds the contributions under encryption; those that do not hold are named and left out.</summary>
public static class SumRound
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string roundId, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var round = RoundReading.Find(domain, roundId);
        var facts = new Facts { ["round"] = round.Id };
        if (actor.Name != round.OpenedBy && actor.Role != Role.Authority)
        {
            return domain.Refuse("round.sum", actor.Name, [Refusals.NotThisRole("close the round", "截止该轮次", "whoever opened it, or the bureau", "开启人或主管部门")], facts);
        }

        if (round.State == RoundState.Open)
        {
            var needed = RoundReading.Terms(domain, round).Terms.MinimumContributors;
            if (round.Contributions.Count < needed)
            {
                // Closing can't be undone, so a round that could not be summed stays open.
                return domain.Refuse("round.sum", actor.Name, [RoundWords.NotYet(round.Contributions.Count, needed)], facts);
            }

            // Closed first: what comes during the summing is refused at the door and not silently left out.
            domain.Commit(new("round.closed", actor.Name, new Facts { ["round"] = round.Id }), writer =>
            {
                var now = writer.Find<Round>(round.Id)!;
                writer.Update(now.State == RoundState.Open ? now with { State = RoundState.Closed } : now);
            });
            round = RoundReading.Find(domain, roundId);
        }

        if (round.State != RoundState.Closed)
        {
            return domain.Refuse("round.sum", actor.Name, [RoundWords.State("summed", "汇总", round.State)], facts);
        }

        var terms = RoundReading.Terms(domain, round);
        var parts = round.Contributions.Select(part => (ReadOnlyMemory<byte>)domain.Unseal(KeyScope.Round, round.Id, part.Sealed)).ToArray();
        var result = await new RoundSummation(new ManagedBackend()).SumAsync(terms, parts, domain.Keys.DomainKey, cancel).ConfigureAwait(false);
        facts["left_out"] = result.Refused.Count;
        if (result is not SumResult.Summed { Total: var total })
        {
            return domain.Refuse("round.sum", actor.Name, [((SumResult.NotSummed)result).Reason, .. result.Refused.Select(refused => refused.Refusal)], facts);
        }

        var bytes = total.Ciphertexts.SelectMany(ciphertext => ciphertext).ToArray();
        using var stored = await domain.SealAsync("he-total", KeyScope.Round, round.Id, actor.Name, bytes, cancel).ConfigureAwait(false);
        facts["contributors"] = total.Contributors.Count;
        facts["total"] = total.Digest;
        domain.Commit(new("round.summed", actor.Name, facts), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            if (now.State != RoundState.Closed)
            {
                throw new RefusedException(RoundWords.State("summed", "汇总", now.State));
            }

            writer.Update(now with { State = RoundState.Summed, Total = stored.Commit(), TotalStatement = Encoding.UTF8.GetString(total.Statement) });
        });
        return Answer.Of(
            new JsonObject
            {
                ["round"] = round.Id,
                ["contributors"] = new JsonArray([.. total.Contributors.Select(id => (JsonNode)id)]),
                ["left_out"] = new JsonArray([.. result.Refused.Select(refused => (JsonNode)new JsonObject { ["contributor"] = refused.Contributor, ["rule"] = refused.Refusal.Rule })]),
                ["total"] = total.Digest,
            },
            $"Round '{round.Id}' is closed and summed over {total.Contributors.Count} contributors; {result.Refused.Count} left out. The total is still encrypted.");
    }
}
