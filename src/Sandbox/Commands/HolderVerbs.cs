using System.CommandLine;
using Sandbox.Enclave.Homomorphic;
using Sandbox.Host.Answers;
using Sandbox.Host.Rounds;

namespace Sandbox.Host.Commands;

/// <summary><c>he keygen</c> and <c>he open</c>: at the bureau, on a machine of its own, without a domain.</summary>
internal static class HolderVerbs
{
    public static Command KeyGen()
    {
        var name = new Argument<string>("name") { Description = "Name of the files: NAME.hekey (secret) and NAME.hepub" };
        var contributors = new Option<string>("--contributors") { Description = "Your own list of contributors: one a line, name and public key", Required = true };
        var witnesses = new Option<string>("--witnesses") { Description = "Your own list of those who must add up again, in the same form", Required = true };
        var minimum = new Option<int>("--minimum") { Description = "Contributors below which you open nothing (3 or more)", DefaultValueFactory = _ => 3 };
        var set = new Option<string>("--set") { Description = "Parameter set: B has room to flood totals against yourself; A and C are shorter and have not, so that contributors must trust you", DefaultValueFactory = _ => ParameterSet.B.Name };
        var threshold = new Option<int>("--threshold") { Description = "Shares that open the secret key", DefaultValueFactory = _ => 2 };
        var (guard, share, backend) = (Guard(), Share(), RoundOptions.Backend());
        return Verb.Create(
            "keygen",
            "As the bureau: make the key of a round. Its secret half never goes to the platform.",
            [
                "he keygen visits --contributors counties.txt --witnesses audit.txt --guard bureau.guard --person-key zhao.key",
                "he keygen visits --contributors counties.txt --witnesses audit.txt --share a.share --share b.share --share c.share --threshold 2 --person-key zhao.key",
            ],
            [name, contributors, witnesses, minimum, set, guard, share, threshold, backend],
            async context =>
            {
                if (ParameterSet.Named(context.Get(set)) is not { } parameters)
                {
                    return new Answer.Misused("The parameter set is one of " + string.Join(", ", ParameterSet.All.Select(one => one.Name)) + ".");
                }

                using var key = RoundOptions.OwnKey(context);
                var wanted = new RoundKeyRequest(
                    context.Get(name) + ".hekey", context.Get(name) + ".hepub", PartyList.Read(context.Get(contributors)), PartyList.Read(context.Get(witnesses)), context.Get(minimum), parameters);
                return await MakeRoundKey.RunAsync(wanted, key, GuardOf(context, guard, share, context.Get(threshold)), RoundOptions.Engines(context, backend), context.Cancel).ConfigureAwait(false);
            });
    }

    public static Command Open()
    {
        var bundle = new Argument<string>("file") { Description = "The file that he round permit wrote" };
        var secret = new Option<string>("--secret") { Description = "The secret key file (NAME.hekey)", Required = true };
        var record = new Option<string?>("--record") { Description = "Your record of what you opened before (default: openings.log beside the secret key file)" };
        var platform = RoundOptions.PlatformKey();
        var target = RoundOptions.Out("Where the envelope for the gate goes");
        var (guard, share, backend) = (Guard(), Share(), RoundOptions.Backend());
        return Verb.Create(
            "open",
            "As the bureau, at the key holder: open one permitted total, once, for the gate only.",
            [
                "he open visits.hesum --secret visits.hekey --guard bureau.guard --person-key zhao.key --platform-key domain.pub --out visits.opened",
                "he open visits.hesum --secret visits.hekey --share a.share --share c.share --person-key zhao.key --platform-key domain.pub --out visits.opened",
            ],
            [bundle, secret, record, platform, guard, share, backend, target],
            async context =>
            {
                using var key = RoundOptions.OwnKey(context);
                var file = Path.GetFullPath(context.Get(secret));
                return await OpenTotal.RunAsync(
                    context.Get(bundle), RoundFiles.ReadPublicKey(context.Get(platform)), key, file, GuardOf(context, guard, share, 2),
                    context.Get(record) ?? Path.Combine(Path.GetDirectoryName(file)!, "openings.log"), context.Get(target), RoundOptions.Engines(context, backend), context.Cancel).ConfigureAwait(false);
            });
    }

    private static Option<string?> Guard() => new("--guard") { Description = "Key file that guards the secret key; made where it is not there. Keep it elsewhere than the secret key" };

    private static Option<string[]> Share() => new("--share") { Description = "File of a share of the key that guards the secret key; give several, for several people", AllowMultipleArgumentsPerToken = true };

    private static HolderGuard GuardOf(VerbContext context, Option<string?> guard, Option<string[]> share, int threshold) =>
        new(context.Get(guard), context.PassphraseFile, context.Get(share) ?? [], threshold);
}
