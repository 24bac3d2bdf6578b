using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Jail;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>
/// A provider's part of a round. <see cref="EncryptAsync"/> is what happens at the provider's home: rows are added up in the clear, encrypted and signed there.
/// <see cref="SubmitAsync"/> is the platform's door: it sees ciphertexts only.
/// </summary>
public static class ContributeToRound
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string roundId, TextReader csv, string groupColumn, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var round = RoundReading.Find(domain, roundId);
        var terms = RoundReading.Terms(domain, round);
        var contribution = await EncryptAsync(domain, actor, round, terms, csv, groupColumn, cancel).ConfigureAwait(false);
        return await SubmitAsync(domain, actor, roundId, contribution, cancel).ConfigureAwait(false);
    }

    public static async Task<byte[]> EncryptAsync(OpenDomain domain, Actor actor, Round round, SignedRound terms, TextReader csv, string groupColumn, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(terms);
        var tally = new RoundTally(terms);
        try
        {
            Fill(tally, terms, csv, groupColumn);
        }
        catch (DecoderFallbackException)
        {
            // The file is not UTF-8.
            throw new RefusedException(RoundWords.Csv());
        }

        var publicKey = domain.Unseal(KeyScope.Round, round.Id, round.PublicKey);
        var contribution = await Contribution.EncryptAsync(
            tally, actor.Organisation, publicKey, actor.Key, new ManagedBackend(), cancel).ConfigureAwait(false);
        return contribution.ToBytes();
    }

    public static async Task<Answer> SubmitAsync(OpenDomain domain, Actor actor, string roundId, byte[] contribution, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var round = RoundReading.Find(domain, roundId);
        var terms = RoundReading.Terms(domain, round);
        var facts = new Facts { ["round"] = round.Id, ["organisation"] = actor.Organisation };
        var (contributor, refusal) = RoundSummation.CheckArrival(terms, contribution, domain.Time.GetUtcNow());
        refusal ??= contributor != actor.Organisation ? Refusals.Who() : null;
        if (refusal is not null)
        {
            return domain.Refuse("round.contribute", actor.Name, [refusal], facts);
        }

        using var stored = await domain.SealAsync("he-part", KeyScope.Round, round.Id, actor.Name, contribution, cancel).ConfigureAwait(false);
        domain.Commit(new("round.contributed", actor.Name, facts), writer =>
        {
            var now = writer.Find<Round>(round.Id)!;
            if (now.State != RoundState.Open)
            {
                throw new RefusedException(RoundWords.State("contributed to", "提交", now.State));
            }

            if (now.Contributions.Any(other => other.Contributor == contributor))
            {
                throw new RefusedException(RoundWords.Twice());
            }

            writer.Update(now with { Contributions = [.. now.Contributions, new RoundContribution(contributor!, stored.Commit(), domain.Time.GetUtcNow())] });
        });
        return Answer.Of(
            new JsonObject { ["round"] = round.Id, ["contributor"] = contributor, ["bytes"] = contribution.Length },
            $"{contributor} has contributed {contribution.Length:N0} encrypted bytes to '{round.Id}'.");
    }

    private static void Fill(RoundTally tally, SignedRound terms, TextReader csv, string groupColumn)
    {
        var rows = new CsvRows(csv);
        var header = rows.Next() ?? throw new RefusedException(RoundWords.Csv());
        var group = Array.IndexOf(header, groupColumn);
        var measures = terms.Terms.Measures.Select(measure => Array.IndexOf(header, measure.Name)).ToArray();
        if (group < 0 || measures.Contains(-1))
        {
            throw new RefusedException(RoundWords.Csv());
        }

        var values = new string?[measures.Length];
        while (rows.Next() is { } row)
        {
            if (row.Length != header.Length)
            {
                throw new RefusedException(RoundWords.Row(rows.Line, RoundWords.Csv()));
            }

            for (var i = 0; i < measures.Length; i++)
            {
                values[i] = row[measures[i]];
            }

            if (tally.Add(row[group], values) is { } refusal)
            {
                throw new RefusedException(RoundWords.Row(rows.Line, refusal));
            }
        }
    }
}
