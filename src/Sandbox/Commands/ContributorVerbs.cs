using System.CommandLine;
using System.Text;
using Sandbox.Enclave.Rounds;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;

namespace Sandbox.Host.Commands;

/// <summary><c>he contribute</c> and <c>he witness</c>: no domain and no master key, only an invitation, two public keys and one's own key.</summary>
internal static class ContributorVerbs
{
    public static Command Contribute()
    {
        var invitation = new Argument<string>("invitation") { Description = "The file that the platform sent" };
        var csv = new Option<FileInfo?>("--csv") { Description = "Your own rows as CSV; they are added up here and only ciphertexts go on" };
        var arrow = new Option<FileInfo?>("--arrow") { Description = "Your own rows as an Arrow IPC stream or file, in place of --csv" };
        var group = new Option<string?>("--group") { Description = "Column that names the group; not needed where the round has the one group all" };
        var trust = new Option<bool>("--trust-key-holder") { Description = "Take part although the total's noise is not flooded: you trust the key holder not to study it" };
        var (platform, holder) = (RoundOptions.PlatformKey(), RoundOptions.HolderKey());
        var (target, backend) = (RoundOptions.Out("Where the contribution goes"), RoundOptions.Backend());
        return Verb.Create(
            "contribute",
            "As a provider, at home: add your rows up, encrypt the sums, sign them.",
            [
                "he contribute visits.invitation --csv county.csv --group age_band --person-key county.key --platform-key domain.pub --holder-key bureau.pub --out county.part",
                "he contribute visits.invitation --arrow county.arrow --person-key county.key --platform-key domain.pub --holder-key bureau.pub --out county.part",
            ],
            [invitation, csv, arrow, group, trust, platform, holder, backend, target],
            async context =>
            {
                if ((context.Get(csv) is null) == (context.Get(arrow) is null))
                {
                    return new Answer.Misused("Give your rows with --csv or with --arrow.");
                }

                using var key = RoundOptions.OwnKey(context);
                var read = RoundInvitation.FromUntrusted(
                    RoundFiles.Read(context.Get(invitation), RoundInvitation.MostBytes), RoundFiles.ReadPublicKey(context.Get(platform)), RoundFiles.ReadPublicKey(context.Get(holder)));
                using var stream = RoundFiles.Open((context.Get(csv) ?? context.Get(arrow))!.FullName);
                using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
                ProviderRows rows = context.Get(csv) is null ? new ArrowRows(stream) : new CsvRows(reader);
                return await context.ShowAsync("contribution", report => ContributeToRound.RunAsync(
                    new(read, key, context.Get(group), context.Get(trust)), rows, context.Get(target),
                    done => report(done == 0 ? 0.5 : 0.5 * stream.Position / Math.Max(stream.Length, 1), done == 0 ? "encrypting" : $"{done:N0} rows"),
                    TimeProvider.System.GetUtcNow(), RoundOptions.Engines(context, backend), context.Cancel)).ConfigureAwait(false);
            });
    }

    public static Command Witness()
    {
        var recount = new Argument<string>("recount") { Description = "The file that the platform sent" };
        var (platform, holder) = (RoundOptions.PlatformKey(), RoundOptions.HolderKey());
        var (target, backend) = (RoundOptions.Out("Where the signed statement goes"), RoundOptions.Backend());
        return Verb.Create(
            "witness",
            "As a witness, at home: add the contributions up again and sign that the total is their sum.",
            ["he witness visits.recount --person-key audit.key --platform-key domain.pub --holder-key bureau.pub --out audit.witness"],
            [recount, platform, holder, backend, target],
            async context =>
            {
                using var key = RoundOptions.OwnKey(context);
                return await context.ShowAsync("recount", report => WitnessTotal.RunAsync(
                    context.Get(recount), RoundFiles.ReadPublicKey(context.Get(platform)), RoundFiles.ReadPublicKey(context.Get(holder)), key, context.Get(target),
                    done => report(0.5, $"{done} contributions"), RoundOptions.Engines(context, backend), context.Cancel)).ConfigureAwait(false);
            });
    }
}
