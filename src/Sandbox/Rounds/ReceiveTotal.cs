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

/// <summary>Takes the key holder's envelope in, for the gate only. The figures are sealed; they leave, if at all, by an export.</summary>
internal static class ReceiveTotal
{
    private const int MostEnvelope = 64 << 20;

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string roundId, string file, CancellationToken cancel)
    {
        var round = RoundReading.Find(domain, roundId);
        var facts = new Facts { ["round"] = round.Id };
        if (ScenarioAccess.Decide(domain, actor, ScenarioAccess.Find(domain, round.Scenario), DomainAction.OpenTotal, ZoneKind.Unknown, []) is Decision.Denied denied)
        {
            return domain.Refuse("round.receive", actor.Name, denied.Reasons, facts);
        }

        var terms = RoundReading.Terms(domain, round);
        if (round.State != RoundState.Permitted || round.Receiver is not { } sealedKey || RoundReading.Total(domain, round, terms) is not { } total)
        {
            return domain.Refuse("round.receive", actor.Name, [RoundWords.State("received", "接收", round.State)], facts);
        }

        using var receiver = EnvelopeKey.FromScalar(domain.Keys.Suite, domain.Unseal(KeyScope.Round, round.Id, sealedKey));
        if (OpenedTable.FromUntrusted(terms, total, receiver, RoundFiles.Read(file, MostEnvelope)) is not { } totals)
        {
            return domain.Refuse("round.receive", actor.Name, [RoundWords.Envelope()], facts);
        }

        var compared = RoundReading.Others(domain.Registry.All<Round>(), round.Id, RoundState.Opened);
        var figures = Withhold(domain, round, OpenedFigures.Of(totals), terms, total);
        using var stored = await domain.SealAsync("he-opened", KeyScope.Round, round.Id, actor.Name, figures.ToBytes(), cancel).ConfigureAwait(false);
        facts["total"] = total.Digest;
        facts["cells"] = figures.Figures.Count;
        facts["withheld"] = figures.Withheld;
        domain.Commit(new("round.opened-total", actor.Name, facts), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            if (!compared.SetEquals(RoundReading.Others(writer.All<Round>(), round.Id, RoundState.Opened)))
            {
                throw new RefusedException(RoundWords.Meanwhile());
            }

            writer.Update(now.State == RoundState.Permitted
                ? now with { State = RoundState.Opened, Opened = stored.Commit() }
                : throw new RefusedException(RoundWords.State("received", "接收", now.State)));
        });
        return Answer.Of(
            new JsonObject { ["round"] = round.Id, ["contributors"] = total.Contributors.Count, ["figures"] = figures.Figures.Count, ["withheld"] = figures.Withheld, ["held"] = true },
            $"The total of '{round.Id}' over {total.Contributors.Count} contributors is with the gate: {figures.Figures.Count} figures are held for an export request, {figures.Withheld} were withheld.");
    }

    private static OpenedFigures Withhold(OpenDomain domain, Round round, OpenedFigures figures, SignedRound terms, EncryptedTotal total)
    {
        var struck = new HashSet<(string Group, string Measure)>();
        foreach (var other in domain.Registry.All<Round>().Where(one => one.Id != round.Id && one.State == RoundState.Opened))
        {
            var theirs = RoundReading.Terms(domain, other);
            if (RoundReading.Total(domain, other, theirs) is { } before)
            {
                struck.UnionWith(CellsBetweenRounds.Unsafe(
                    figures, terms.FootprintOf(total), OpenedFigures.Read(domain, other), theirs.FootprintOf(before), Math.Max(terms.Terms.MinimumCell, theirs.Terms.MinimumCell)));
            }
        }

        return CellsBetweenRounds.Without(figures, struck);
    }
}
