using System.CommandLine;
using Sandbox.Host.Rounds;

namespace Sandbox.Host.Commands;

/// <summary><c>he round open|invite|take|close|recount|permit|receive</c>, <c>he sum</c> and <c>he status</c>: the platform's side of a round.</summary>
internal static class RoundVerbs
{
    private const int MostSpec = 4 << 20;

    public static Command Group() => Verb.Group("he", "Add up encrypted figures of several providers.", [
        HolderVerbs.KeyGen(), RoundGroup(), ContributorVerbs.Contribute(), Sum(), ContributorVerbs.Witness(), HolderVerbs.Open(), MatchVerbs.Group(), Status()]);

    private static Command RoundGroup() => Verb.Group("round", "The platform's side of an aggregation round.", OpenRoundVerb(), Invite(), Take(), Close(), Recount(), Permit(), Receive());

    private static Command OpenRoundVerb()
    {
        var file = new Argument<FileInfo>("file") { Description = "Round file (JSON): name, scenario, purpose, from, until, groups, measures, contributors, key_holder, minimum_contributors, maximum_rows, closes_at; optional cross_products, minimum_cell, weights" };
        var key = new Option<string>("--key") { Description = "Public key file that the bureau made with he keygen", Required = true };
        var target = new Option<string?>("--out") { Description = "Where the invitation for the contributors goes" };
        return Verb.Create("open", "Open a round with fixed, signed terms around a key of the bureau.", ["he round open visits.json --key visits.hepub --out visits.invitation --as li"], [file, key, target], async context =>
        {
            var spec = RoundSpec.FromUntrusted(InputFile.ReadAll(context.Get(file).FullName, MostSpec));
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await OpenRound.RunAsync(domain, actor, spec, context.Get(key), context.Get(target), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Invite()
    {
        var round = new Argument<string>("round");
        var target = new Option<string>("--out") { Description = "Where the invitation goes", Required = true };
        return Verb.Create("invite", "Write the invitation of a round once more.", ["he round invite visits --out visits.invitation"], [round, target], context =>
        {
            using var domain = context.Open();
            return OpenRound.Invite(domain, context.Get(round), context.Get(target));
        });
    }

    private static Command Take()
    {
        var round = new Argument<string>("round");
        var files = new Argument<string[]>("files") { Description = "Contributions as they came", Arity = ArgumentArity.OneOrMore };
        return Verb.Create("take", "Take contributions in; each that does not hold is named and left out.", ["he round take visits county-a.part county-b.part --as li"], [round, files], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await TakeContributions.RunAsync(domain, actor, context.Get(round), context.Get(files), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Close()
    {
        var round = new Argument<string>("round");
        return Verb.Create("close", "Take no further contributions.", ["he round close visits --as li"], [round], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return SumRound.Close(domain, actor, context.Get(round));
            }
        });
    }

    private static Command Sum()
    {
        var round = new Argument<string>("round");
        var backend = RoundOptions.Backend();
        return Verb.Create("sum", "Close a round and add the contributions under encryption.", ["he sum visits --as li"], [round, backend], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await context.ShowAsync("adding", report => SumRound.RunAsync(
                    domain, actor, context.Get(round), (done, all) => report((double)done / Math.Max(all, 1), $"{done} of {all}"), RoundOptions.Engines(context, backend), context.Cancel)).ConfigureAwait(false);
            }
        });
    }

    private static Command Recount()
    {
        var round = new Argument<string>("round");
        var target = new Option<string>("--out") { Description = "Where the witnesses' file goes", Required = true };
        return Verb.Create("recount", "Write what the witnesses add up again: ciphertexts only.", ["he round recount visits --out visits.recount --as li"], [round, target], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return SumRound.Recount(domain, actor, context.Get(round), context.Get(target));
            }
        });
    }

    private static Command Permit()
    {
        var round = new Argument<string>("round");
        var witnesses = new Option<string[]>("--witness") { Description = "Statement of a witness; give one for each", AllowMultipleArgumentsPerToken = true };
        var contribution = new Option<string?>("--contribution") { Description = "Try to have one organisation's contribution opened (always refused: it shows the rule)" };
        var target = new Option<string?>("--out") { Description = "Where the file for the key holder goes" };
        return Verb.Create(
            "permit",
            "As the bureau: have the gate permit one total, for the key holder to open.",
            ["he round permit visits --witness audit.witness --out visits.hesum --as zhao", "he round permit visits --contribution county-a --as zhao"],
            [round, witnesses, contribution, target],
            context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return PermitTotal.Run(domain, actor, context.Get(round), context.Get(contribution), context.Get(witnesses) ?? [], context.Get(target));
                }
            });
    }

    private static Command Receive()
    {
        var round = new Argument<string>("round");
        var file = new Argument<string>("file") { Description = "The envelope that he open wrote" };
        return Verb.Create("receive", "As the bureau: take the opened total in, for the gate only.", ["he round receive visits visits.opened --as zhao"], [round, file], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await ReceiveTotal.RunAsync(domain, actor, context.Get(round), context.Get(file), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Status()
    {
        var name = new Argument<string?>("round") { Arity = ArgumentArity.ZeroOrOne, Description = "One round in full" };
        return Verb.Create("status", "Show the rounds, or where one stands.", ["he status", "he status visits --json"], [name], context =>
        {
            using var domain = context.Open();
            return context.Get(name) is { } one ? RoundStatus.Of(domain, one) : RoundStatus.All(domain);
        });
    }
}
