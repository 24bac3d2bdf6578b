using System.Text.Json.Nodes;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Trust;

namespace Sandbox.Host.Rounds;

/// <summary>At the key holder, without any domain: opens one total on the gate's permit into an envelope that only the gate opens. Nobody is shown a figure here.</summary>
internal static class OpenTotal
{
    private const int MostStatement = 4 << 20, MostPermit = 1 << 16, MostWitness = 1 << 20;

    /// <param name="bundle">The file that the platform made.</param>
    /// <param name="platform">The domain's public key, as the bureau knows it.</param>
    /// <param name="bureau">The bureau's signing key, which signed the round's public key.</param>
    /// <param name="secretFile">The guarded secret key.</param>
    /// <param name="guard">How it opens.</param>
    /// <param name="recordFile">What the bureau opened before.</param>
    /// <param name="target">Where the envelope goes.</param>
    /// <param name="engines">What decrypts.</param>
    /// <param name="cancel">Ends the work; once the total is written down it counts as opened.</param>
    public static async Task<Answer> RunAsync(
        string bundle, PublicKey platform, SigningKey bureau, string secretFile, HolderGuard guard, string recordFile, string target, RoundEngines engines, CancellationToken cancel)
    {
        if (!guard.IsOne)
        {
            return Answer.No(RoundWords.Guard());
        }

        var given = Read(bundle, platform, bureau.Public);
        if (File.Exists(target))
        {
            RoundFiles.Write(target, []);
        }

        using var held = RoundFiles.Hold(recordFile);
        var record = HolderRecord.Read(recordFile, bureau);
        var repeated = record.MayRepeat(given.Total);
        given = given with { Earlier = repeated ? record.BeforeLast : record.Opened };
        if (RoundOpening.Check(given, bureau.Public) is { } refusal)
        {
            return Answer.No(refusal);
        }

        var round = given.Invitation.Round;
        if (record.KeyServed(given.Invitation, given.Total))
        {
            return Answer.No(RoundWords.KeyUsed());
        }

        using var secret = guard.Open(secretFile);
        var opening = new RoundOpening(engines.For(round.Terms.Parameters));
        if (!repeated)
        {
            record.Append(given.Invitation, given.Total);
        }

        var result = await opening.OpenAsync(given, secret, bureau, cancel).ConfigureAwait(false);
        if (result is not OpeningResult.Opened opened)
        {
            return Answer.No(((OpeningResult.Refused)result).Refusal);
        }

        RoundFiles.Write(target, opened.Envelope);
        record.Finish(given.Total);
        return Answer.Of(
            new JsonObject { ["round"] = round.Terms.RoundId, ["contributors"] = given.Total.Contributors.Count, ["figures"] = opened.Cells, ["withheld"] = opened.Withheld, ["envelope"] = target },
            $"The total of '{round.Terms.RoundId}' over {given.Total.Contributors.Count} contributors is opened for the gate: {opened.Cells} figures, {opened.Withheld} withheld as too small, in an envelope that only the gate opens: {target}.");
    }

    private static OpeningCase Read(string bundle, PublicKey platform, PublicKey bureau)
    {
        using var container = RoundContainer.FromUntrusted(RoundFiles.Open(bundle), RoundContainer.ForOpening);
        var invitation = RoundInvitation.FromUntrusted(container.Next(RoundInvitation.MostBytes), platform, bureau);
        var (statement, permit) = (container.Next(MostStatement), container.Next(MostPermit));
        var terms = invitation.Round.Terms;
        var ciphertexts = new byte[terms.Ciphertexts][];
        for (var i = 0; i < ciphertexts.Length; i++)
        {
            ciphertexts[i] = container.Next(terms.Parameters.CiphertextBytes);
        }

        var total = EncryptedTotal.FromUntrusted(invitation.Round, statement, ciphertexts) ?? throw new RefusedException(RoundWords.NotATotal());
        return new(invitation, total, permit, [.. container.Rest(MostWitness).Take(invitation.Key.Witnesses.Count).Select(one => (ReadOnlyMemory<byte>)one)], []);
    }
}
