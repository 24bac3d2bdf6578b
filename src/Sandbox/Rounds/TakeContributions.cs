using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Rounds;

/// <summary>The platform's door for contributions: it sees ciphertexts only. Each file is judged for itself; one that is late, doubled or hostile is named and stops no other.</summary>
internal static class TakeContributions
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string roundId, IReadOnlyList<string> files, CancellationToken cancel)
    {
        var round = RoundReading.Find(domain, roundId);
        var terms = RoundReading.Terms(domain, round);
        var taken = new List<(string File, string Contributor)>();
        var refused = new List<(string File, string? Contributor, Refusal Reason)>();
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            var (contributor, refusal) = await TakeAsync(domain, actor, round, terms, file, cancel).ConfigureAwait(false);
            if (refusal is null)
            {
                taken.Add((file, contributor!));
            }
            else
            {
                refused.Add((file, contributor, refusal));
            }
        }

        if (taken.Count == 0)
        {
            return domain.Refuse("round.take", actor.Name, [.. refused.Select(item => Named(item.Contributor, item.Reason))], new Facts { ["round"] = round.Id, ["left_out"] = refused.Count });
        }

        if (refused.Count > 0)
        {
            domain.Refuse("round.take", actor.Name, [.. refused.Select(item => item.Reason)], new Facts { ["round"] = round.Id, ["left_out"] = refused.Count });
        }

        return Answer.Of(
            new JsonObject
            {
                ["round"] = round.Id,
                ["taken"] = new JsonArray([.. taken.Select(item => (JsonNode)new JsonObject { ["file"] = Path.GetFileName(item.File), ["contributor"] = item.Contributor })]),
                ["refused"] = new JsonArray([.. refused.Select(item =>
                {
                    var body = AnswerPrinter.ToJson(item.Reason);
                    body["file"] = Path.GetFileName(item.File);
                    body["contributor"] = item.Contributor;
                    return (JsonNode)body;
                })]),
            },
            console =>
            {
                foreach (var (_, contributor) in taken)
                {
                    console.MarkupLineInterpolated($"The contribution of {contributor} to '{round.Id}' is taken.");
                }

                foreach (var (file, contributor, reason) in refused)
                {
                    console.MarkupLineInterpolated($"left out {Path.GetFileName(file)} ({contributor ?? "unknown"}): {reason.Rule} {reason.Why} {reason.Remedy}");
                }
            });
    }

    private static async Task<(string? Contributor, Refusal? Refusal)> TakeAsync(OpenDomain domain, Actor actor, Round round, SignedRound terms, string file, CancellationToken cancel)
    {
        byte[] bytes;
        try
        {
            bytes = RoundFiles.Read(file, Contribution.MostBytes(terms.Terms));
        }
        catch (RefusedException too)
        {
            return (null, too.Refusals[0]);
        }

        var (contributor, refusal) = RoundSummation.CheckArrival(terms, bytes, domain.Time.GetUtcNow());
        if (refusal is not null)
        {
            return (contributor, refusal);
        }

        // Before anything is sealed, so that a doubled one costs nothing; and again inside the transaction.
        if (Now(domain.Registry.Find<Round>(round.Id)!) is { } reason)
        {
            return (contributor, reason);
        }

        using var stored = await domain.SealAsync("he-part", KeyScope.Round, round.Id, actor.Name, bytes, cancel).ConfigureAwait(false);
        try
        {
            domain.Commit(new("round.contributed", actor.Name, new Facts { ["round"] = round.Id, ["organisation"] = contributor! }), writer =>
            {
                var now = writer.Find<Round>(round.Id)!;
                if (Now(now) is { } again)
                {
                    throw new RefusedException(again);
                }

                writer.Update(now with { Contributions = [.. now.Contributions, new RoundContribution(contributor!, stored.Commit(), domain.Time.GetUtcNow())] });
            });
        }
        catch (RefusedException refusedNow)
        {
            return (contributor, refusedNow.Refusals[0]);
        }

        return (contributor, null);

        Refusal? Now(Round now) =>
            now.State != RoundState.Open ? RoundWords.State("contributed to", "提交", now.State)
            : now.Contributions.Any(other => other.Contributor == contributor) ? RoundWords.Twice()
            : null;
    }

    private static Refusal Named(string? contributor, Refusal reason) =>
        contributor is null ? reason : reason with { Why = $"{contributor}: {reason.Why}", WhyZh = $"{contributor}：{reason.WhyZh}" };
}
