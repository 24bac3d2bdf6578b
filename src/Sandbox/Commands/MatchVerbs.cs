using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Matching;
using Sandbox.Host.Rounds;

namespace Sandbox.Host.Commands;

/// <summary><c>he match open|blind|reblind|count</c>: how many identifiers two providers have in common, shown to neither.</summary>
internal static class MatchVerbs
{
    public static Command Group() => Verb.Group("match", "Count the identifiers that two providers have in common.", Open(), Blind(), BlindAgain(), Count());

    private static Command Open()
    {
        var file = new Argument<FileInfo>("file") { Description = "Match file (JSON): name, scenario, purpose, identifier, first, second, padded_size, closes_at" };
        var target = RoundOptions.Out("Where the signed terms for the two parties go");
        return Verb.Create("open", "Open a match with fixed, signed terms.", ["he match open drivers.json --out drivers.terms --as li"], [file, target], context =>
        {
            var spec = MatchSpec.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, 1 << 16));
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return RunMatch.Open(domain, actor, spec, context.Get(target));
            }
        });
    }

    private static Command Blind()
    {
        var terms = new Argument<string>("terms") { Description = "The file that the platform sent" };
        var ids = new Option<string>("--ids") { Description = "Your identifiers, one a line", Required = true };
        var secret = new Option<string>("--secret") { Description = "Where your secret for this match goes; it stays with you", Required = true };
        var platform = RoundOptions.PlatformKey();
        var target = RoundOptions.Out("Where your points for the other party go");
        return Verb.Create("blind", "As a party, at home: hide your identifiers as points.", ["he match blind drivers.terms --ids own.txt --secret own.secret --person-key own.key --platform-key domain.pub --out own.points"], [terms, ids, secret, platform, target], async context =>
        {
            using var key = RoundOptions.OwnKey(context);
            return await context.ShowAsync("points", _ => Task.Run(() => PartyOfMatch.Blind(
                context.Get(terms), context.Get(ids), context.Get(secret), RoundFiles.ReadPublicKey(context.Get(platform)), key, context.Get(target), context.Cancel))).ConfigureAwait(false);
        });
    }

    private static Command BlindAgain()
    {
        var terms = new Argument<string>("terms") { Description = "The file that the platform sent" };
        var set = new Option<string>("--points") { Description = "The other party's points", Required = true };
        var secret = new Option<string>("--secret") { Description = "Your secret for this match", Required = true };
        var platform = RoundOptions.PlatformKey();
        var target = RoundOptions.Out("Where the result for the platform goes");
        return Verb.Create("reblind", "As a party, at home: put your secret on the other party's points.", ["he match reblind drivers.terms --points theirs.points --secret own.secret --person-key own.key --platform-key domain.pub --out theirs.double"], [terms, set, secret, platform, target], async context =>
        {
            using var key = RoundOptions.OwnKey(context);
            return await context.ShowAsync("points", _ => Task.Run(() => PartyOfMatch.BlindAgain(
                context.Get(terms), context.Get(set), context.Get(secret), RoundFiles.ReadPublicKey(context.Get(platform)), key, context.Get(target), context.Cancel))).ConfigureAwait(false);
        });
    }

    private static Command Count()
    {
        var match = new Argument<string>("match");
        var files = new Argument<string[]>("files") { Description = "What the two parties made with he match reblind", Arity = new ArgumentArity(2, 2) };
        return Verb.Create("count", "Count what both have in common, for the gate only.", ["he match count drivers a.double b.double --as li"], [match, files], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await RunMatch.CountAsync(domain, actor, context.Get(match), context.Get(files)[0], context.Get(files)[1], context.Cancel).ConfigureAwait(false);
            }
        });
    }
}
