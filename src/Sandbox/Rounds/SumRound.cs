using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>Closes a round and adds the contributions under encryption; those that do not hold are named and left out.</summary>
internal static class SumRound
{
    /// <summary>Ends the taking of contributions for good.</summary>
    public static Answer Close(OpenDomain domain, Actor actor, string roundId)
    {
        var round = RoundReading.Find(domain, roundId);
        if (NotAllowed(domain, actor, round, "round.close") is { } refused)
        {
            return refused;
        }

        if (round.State != RoundState.Open)
        {
            return domain.Refuse("round.close", actor.Name, [RoundWords.State("closed", "截止", round.State)], new Facts { ["round"] = round.Id });
        }

        var needed = RoundReading.Terms(domain, round).Terms.MinimumContributors;
        if (round.Contributions.Count < needed)
        {
            // Closing can't be undone, so a round that could not be summed stays open.
            return domain.Refuse("round.close", actor.Name, [RoundWords.NotYet(round.Contributions.Count, needed)], new Facts { ["round"] = round.Id });
        }

        domain.Commit(new("round.closed", actor.Name, new Facts { ["round"] = round.Id }), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            writer.Update(now.State == RoundState.Open ? now with { State = RoundState.Closed } : now);
        });
        return Answer.Of(
            new JsonObject { ["round"] = round.Id, ["contributions"] = round.Contributions.Count },
            $"Round '{round.Id}' is closed with {round.Contributions.Count} contributions.");
    }

    /// <param name="report">Told how many contributions were added, of how many.</param>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string roundId, Action<int, int> report, RoundEngines engines, CancellationToken cancel)
    {
        var round = RoundReading.Find(domain, roundId);
        if (NotAllowed(domain, actor, round, "round.sum") is { } refused)
        {
            return refused;
        }

        // Closed first: what comes during the summing is refused at the door and not silently left out.
        if (round.State == RoundState.Open)
        {
            var closed = Close(domain, actor, roundId);
            if (closed is not Answer.Done)
            {
                return closed;
            }

            round = RoundReading.Find(domain, roundId);
        }

        var facts = new Facts { ["round"] = round.Id };
        if (round.State != RoundState.Closed)
        {
            return domain.Refuse("round.sum", actor.Name, [RoundWords.State("summed", "汇总", round.State)], facts);
        }

        var terms = RoundReading.Terms(domain, round);
        using var receiver = EnvelopeKey.Generate(domain.Keys.Suite);
        var count = round.Contributions.Count;
        var result = await new RoundSummation(engines.For(terms.Terms.Parameters)).SumAsync(
            terms, RoundReading.Contributions(domain, round), receiver.Point.ToArray(), domain.Keys.DomainKey, new Commands.Direct<int>(done => report(done, count)), cancel).ConfigureAwait(false);
        facts["left_out"] = result.Refused.Count;
        if (result is not SumResult.Summed { Total: var total })
        {
            return domain.Refuse("round.sum", actor.Name, [((SumResult.NotSummed)result).Reason, .. result.Refused.Select(item => item.Refusal)], facts);
        }

        var bytes = total.Ciphertexts.SelectMany(ciphertext => ciphertext).ToArray();
        using var stored = await domain.SealAsync("he-total", KeyScope.Round, round.Id, actor.Name, bytes, cancel).ConfigureAwait(false);
        using var kept = await domain.SealAsync("he-receiver", KeyScope.Round, round.Id, actor.Name, receiver.Scalar.ToArray(), cancel).ConfigureAwait(false);
        facts["contributors"] = total.Contributors.Count;
        facts["total"] = total.Digest;
        domain.Commit(new("round.summed", actor.Name, facts), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            if (now.State != RoundState.Closed)
            {
                throw new RefusedException(RoundWords.State("summed", "汇总", now.State));
            }

            writer.Update(now with { State = RoundState.Summed, Total = stored.Commit(), Receiver = kept.Commit(), TotalStatement = Encoding.UTF8.GetString(total.Statement) });
        });
        return Answer.Of(
            new JsonObject
            {
                ["round"] = round.Id,
                ["contributors"] = new JsonArray([.. total.Contributors.Select(id => (JsonNode)id)]),
                ["left_out"] = new JsonArray([.. result.Refused.Select(item => (JsonNode)new JsonObject { ["contributor"] = item.Contributor, ["rule"] = item.Refusal.Rule })]),
                ["total"] = total.Digest,
            },
            $"Round '{round.Id}' is closed and summed over {total.Contributors.Count} contributors; {result.Refused.Count} left out. The total is still encrypted.");
    }

    /// <summary>Writes what a witness needs: terms, key, total and the contributions themselves, all of them ciphertexts.</summary>
    public static Answer Recount(OpenDomain domain, Actor actor, string roundId, string file)
    {
        var round = RoundReading.Find(domain, roundId);
        if (NotAllowed(domain, actor, round, "round.recount") is { } refused)
        {
            return refused;
        }

        var invitation = RoundReading.Invitation(domain, round);
        if (RoundReading.Total(domain, round, invitation.Round) is not { } total)
        {
            return domain.Refuse("round.recount", actor.Name, [RoundWords.State("recounted", "复核", round.State)], new Facts { ["round"] = round.Id });
        }

        domain.Note(new("round.recount", actor.Name, new Facts { ["round"] = round.Id, ["total"] = total.Digest }));
        RoundFiles.Write(file, target => RoundContainer.Write(
            target,
            RoundContainer.Recount,
            new ReadOnlyMemory<byte>[] { invitation.ToBytes(), total.Statement }.Concat(total.Ciphertexts.Select(one => (ReadOnlyMemory<byte>)one)).Concat(RoundReading.Contributions(domain, round))));
        return Answer.Of(new JsonObject { ["round"] = round.Id, ["recount"] = file }, $"The witnesses of '{round.Id}' add up {file} and sign; it holds ciphertexts only.");
    }

    private static Answer? NotAllowed(OpenDomain domain, Actor actor, Round round, string act) =>
        actor.Name != round.OpenedBy && actor.Role != Role.Authority
            ? domain.Refuse(act, actor.Name, [Refusals.NotThisRole("close the round", "截止该轮次", "whoever opened it, or the bureau", "开启人或主管部门")], new Facts { ["round"] = round.Id })
            : null;
}
