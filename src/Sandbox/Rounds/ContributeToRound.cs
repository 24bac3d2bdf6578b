using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>What a provider contributes with.</summary>
/// <param name="Invitation">Read with the keys of platform and bureau that the provider knows.</param>
/// <param name="Key">The provider's own signing key.</param>
/// <param name="GroupColumn">Column that names the group; null where the round has the one group <c>all</c>.</param>
/// <param name="TrustsKeyHolder">Whether the provider takes part although the total's noise is not flooded.</param>
internal sealed record ContributionCase(RoundInvitation Invitation, SigningKey Key, string? GroupColumn, bool TrustsKeyHolder = false);

/// <summary>A provider's part of a round, at the provider's home and without any domain: rows are added up in the clear, encrypted and signed there.</summary>
internal static class ContributeToRound
{
    /// <param name="rows">The provider's rows.</param>
    /// <param name="target">File that the contribution goes to.</param>
    /// <param name="given">Invitation, key, group column.</param>
    /// <param name="report">Told the rows read, 0 when they are encrypted.</param>
    /// <param name="now">The present time: a round that is over is not encrypted for.</param>
    /// <param name="engines">What encrypts.</param>
    /// <param name="cancel">Ends the work.</param>
    public static async Task<Answer> RunAsync(ContributionCase given, ProviderRows rows, string target, Action<long> report, DateTimeOffset now, RoundEngines engines, CancellationToken cancel)
    {
        var terms = given.Invitation.Round.Terms;
        var contributor = terms.Contributors.FirstOrDefault(one => one.Key == given.Key.Public.ToString()) ?? throw new RefusedException(RoundWords.NotYours());
        if (now.ToUnixTimeSeconds() >= terms.ClosesAt)
        {
            throw new RefusedException(RoundWords.Ended());
        }

        if (terms.FloodingBits == 0 && !given.TrustsKeyHolder)
        {
            throw new RefusedException(RoundWords.NotFlooded());
        }

        if (File.Exists(target))
        {
            // Before the long work, not after it.
            RoundFiles.Write(target, []);
        }

        using var tally = new RoundTally(given.Invitation.Round);
        Fill(tally, given, rows, report, cancel);
        report(0);
        var contribution = await Contribution.EncryptAsync(tally, contributor.Id, given.Invitation.Key.PublicKey, given.Key, engines.For(terms.Parameters), cancel).ConfigureAwait(false);
        var bytes = contribution.ToBytes();
        RoundFiles.Write(target, bytes);
        return Answer.Of(
            new JsonObject { ["round"] = terms.RoundId, ["contributor"] = contributor.Id, ["rows"] = tally.Rows, ["incomplete"] = tally.Incomplete, ["bytes"] = bytes.Length, ["file"] = target },
            $"{contributor.Id} added up {tally.Rows:N0} rows at home and encrypted them for '{terms.RoundId}': {bytes.Length:N0} bytes in {target}.");
    }

    private static void Fill(RoundTally tally, ContributionCase given, ProviderRows rows, Action<long> report, CancellationToken cancel)
    {
        var terms = given.Invitation.Round.Terms;
        var header = rows.Header ?? throw new RefusedException(RoundWords.Csv());
        var group = given.GroupColumn is { } name ? Array.IndexOf(header, name) : -1;
        var measures = terms.Measures.Select(measure => Array.IndexOf(header, measure.Name)).ToArray();
        if ((given.GroupColumn is null ? terms.Groups is not ["all"] : group < 0) || measures.Contains(-1) || header.Distinct(StringComparer.Ordinal).Count() != header.Length)
        {
            throw new RefusedException(RoundWords.Csv());
        }

        rows.Choose(group < 0 ? measures : [.. measures, group]);
        while (rows.Next() is { } row)
        {
            if (tally.Add(group < 0 ? "all" : row[^1] ?? "", row.AsSpan(0, measures.Length)) is { } refusal)
            {
                throw new RefusedException(rows.Here(refusal));
            }

            if ((tally.Rows & 0xFFF) == 0)
            {
                cancel.ThrowIfCancellationRequested();
                report(tally.Rows);
            }
        }
    }
}
