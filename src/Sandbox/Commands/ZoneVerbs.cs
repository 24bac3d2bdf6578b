using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Vault.Queries;
using Sandbox.Vault.Zones;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>zone open|refresh|list|show|preview|destroy</c> and <c>query</c>.</summary>
internal static class ZoneVerbs
{
    public static Command Group() => Verb.Group("zone", "Build zones of a granted scenario and look at them.", Open(), Refresh(), List(), Show(), Preview(), Destroy());

    public static Command Query()
    {
        var zone = new Option<string>("--zone", "-z") { Description = "The zone", Required = true };
        var sql = new Argument<string?>("sql") { Description = "One SELECT; without it statements are read from standard input, each ended by ;", Arity = ArgumentArity.ZeroOrOne };
        var set = new Option<string[]>("--set") { Description = "A value for $name in the statement, in a workbench: name=5, name=0.5, name=true, name=text, name='5' as text. May be given several times.", HelpName = "name=value", AllowMultipleArgumentsPerToken = false };
        var keep = new Option<string?>("--keep") { Description = "Keep the whole answer in the zone as results.NAME instead of showing it (workbench only)", HelpName = "name" };
        var history = new Option<bool>("--history") { Description = "Show what you asked this zone; nobody else can" };
        var again = new Option<int?>("--again") { Description = "Ask statement N of your history anew", HelpName = "N" };
        return Verb.Create(
            "query",
            "Ask a zone. A workbench runs one SELECT over sampled and masked rows; a production zone answers counts, sums and means of groups that are large enough (docs/queries.md). An answer shows at most the display limit of the profile and can't be kept as a file; --keep keeps the whole of it in the zone.",
            [
                "query --zone shuttle-wb --as wu \"SELECT origin, avg(delay) FROM flights GROUP BY origin ORDER BY 2 DESC LIMIT 10\"",
                "query --zone shuttle-wb --as wu --set from=JFK --set least=30 'SELECT count(*) FROM flights WHERE origin = $from AND delay >= $least'",
                "query --zone shuttle-wb --as wu \"EXPLAIN SELECT origin, count(*) FROM flights GROUP BY origin\"",
                "query --zone shuttle-wb --as wu --keep late \"SELECT * FROM flights WHERE delay > 60\"",
                "query --zone shuttle-wb --as wu --history",
                "query --zone shuttle-wb --as wu --again 3",
                "query --zone shuttle-wb --as wu < statements.sql",
                "query --zone shuttle-prod --as wu \"SELECT origin, count(*), avg(delay) FROM flights WHERE distance > 500 GROUP BY origin ORDER BY 3 DESC\"",
            ],
            [zone, sql, set, keep, history, again],
            async context =>
            {
                QueryParameter?[] given = [.. (context.Get(set) ?? []).Select(QueryParameter.Of)];
                QueryParameter[] parameters = [.. given.OfType<QueryParameter>()];
                if (parameters.Length < given.Length || given.Length > QueryParameter.Most || parameters.DistinctBy(parameter => parameter.Name, StringComparer.Ordinal).Count() < given.Length)
                {
                    return new Answer.Misused($"--set is name=value, each name once, at most {QueryParameter.Most}; a name is a letter, then letters, digits and underscores. --set 的形式为 name=value，名称不得重复。");
                }

                var (one, name, shows, number) = (context.Get(sql), context.Get(keep), context.Get(history), context.Get(again));
                if ((shows && (one ?? name) is not null) || (number is not null && (shows || one is not null || given.Length > 0)) || (name is not null && one is null && number is null)
                    || (one is null && number is null && !shows && !context.HasInput))
                {
                    return new Answer.Misused("--history stands alone; --again takes the place of the statement and its values; --keep needs one statement. --history 须单独使用；--again 代替语句及取值；--keep 须给出一条语句。");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    if (shows)
                    {
                        return ShowHistory.Run(domain, actor, context.Get(zone));
                    }

                    if (number is { } wanted)
                    {
                        var (asked, missing) = ShowHistory.Find(domain, actor, context.Get(zone), wanted);
                        if (asked is null)
                        {
                            return missing!;
                        }

                        (one, parameters) = (asked.Sql, [.. asked.Parameters]);
                    }

                    var (session, refusal) = await QueryZone.OpenAsync(domain, actor, context.Get(zone), context.Cancel, one, name is not null).ConfigureAwait(false);
                    if (session is null)
                    {
                        return refusal!;
                    }

                    await using (session.ConfigureAwait(false))
                    {
                        return one is null ? await LoopAsync(context, session, parameters).ConfigureAwait(false)
                            : name is null ? await session.RunAsync(one, parameters, context.Cancel).ConfigureAwait(false)
                            : await session.KeepAsync(name, one, parameters, context.Cancel).ConfigureAwait(false);
                    }
                }
            });
    }

    private static async Task<Answer> LoopAsync(VerbContext context, QueryZone session, IReadOnlyList<QueryParameter> parameters)
    {
        var output = Consoles.Output();
        var printer = new AnswerPrinter(context.Json, output, context.Remarks, Console.Out);
        var (asked, answered) = (0, 0);
        var statement = new StringBuilder();
        while (await Console.In.ReadLineAsync(context.Cancel).ConfigureAwait(false) is { } line)
        {
            statement.AppendLine(line);
            if (statement.Length > 1 << 18)
            {
                return new Answer.Misused("A statement is longer than this command reads.");
            }

            if (!line.TrimEnd().EndsWith(';'))
            {
                continue;
            }

            var text = statement.ToString().Trim().TrimEnd(';');
            statement.Clear();
            asked++;
            answered += printer.Print(await session.RunAsync(text, parameters, context.Cancel).ConfigureAwait(false)) == 0 ? 1 : 0;
        }

        return Answer.Of(new JsonObject { ["statements"] = asked, ["answered"] = answered }, $"{asked} statements, {answered} answered.");
    }

    private static Command Open()
    {
        var scenario = new Argument<string>("scenario");
        var kind = new Option<string>("--kind") { Description = "workbench (sampled and masked, for development) or production (all granted rows, reviewed models only)", DefaultValueFactory = _ => "workbench" };
        var name = new Option<string?>("--name") { Description = "Name of the zone (default: scenario-wb or scenario-prod)" };
        return Verb.Create("open", "Build a zone in the build jail.", ["zone open shuttle --as li", "zone open shuttle --kind production --as li"], [scenario, kind, name], async context =>
        {
            var wanted = context.Get(kind) switch { "workbench" => ZoneKind.Workbench, "production" => ZoneKind.Production, _ => ZoneKind.Unknown };
            if (wanted == ZoneKind.Unknown)
            {
                return new Answer.Misused("The kind is workbench or production.");
            }

            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await context.ShowAsync("Building the zone", (Action<double, string> report) => BuildZone.RunAsync(
                    domain, actor, context.Get(scenario), wanted, context.Get(name), Progress(report), context.Cancel)).ConfigureAwait(false);
            }
        });
    }

    internal static IProgress<ZoneProgress> Progress(Action<double, string> report)
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        return new Direct<ZoneProgress>(step =>
        {
            // An estimate is worth something once a tenth is done.
            var gone = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            var left = step.Share is > 0.1 and < 1 ? $", about {TimeSpan.FromSeconds(Math.Ceiling(gone.TotalSeconds / step.Share * (1 - step.Share))):h\\:mm\\:ss} left" : "";
            report(step.Share, step.Stage + left);
        });
    }

    private static Command Refresh()
    {
        var id = new Argument<string>("zone");
        return Verb.Create(
            "refresh",
            "Build a zone once more from what its data sets and permissions are now, under the next free name. The old zone stays as it is, so that runs over it can be replayed, until it is destroyed.",
            ["zone refresh shuttle-wb --as li"],
            [id],
            async context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await context.ShowAsync("Building the zone", (Action<double, string> report) => RefreshZone.RunAsync(domain, actor, context.Get(id), Progress(report), context.Cancel)).ConfigureAwait(false);
                }
            });
    }

    private static Command Show()
    {
        var id = new Argument<string>("zone");
        return Verb.Create("show", "Show the tables, columns and masks of a zone.", ["zone show shuttle-wb"], [id], context =>
        {
            using var domain = context.Open();
            return BuildZone.Shown(QueryZone.Find(domain, context.Get(id)));
        });
    }

    private static Command Destroy()
    {
        var id = new Argument<string>("zone");
        return Verb.Create("destroy", "As its operating unit or the bureau: destroy a zone's key and file for good. Prints the signed certificate.", ["zone destroy shuttle-wb --as li"], [id], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return DestroyZone.Run(domain, actor, context.Get(id));
            }
        });
    }

    private static Command Preview()
    {
        var rule = new Option<string>("--rule") { Description = "A masking rule as JSON", Required = true };
        var kind = new Option<IdentifierKind>("--identifies") { Description = "What the column holds", DefaultValueFactory = _ => IdentifierKind.None };
        var grade = new Option<ColumnGrade>("--grade") { Description = "Its grade", DefaultValueFactory = _ => ColumnGrade.General };
        return Verb.Create(
            "preview",
            "Show what a masking rule does to made-up values under a throw-away key, who could undo it, and where it is allowed. Reads no data.",
            ["zone preview --rule '{\"rule\":\"keep-part\",\"part\":\"surname\"}' --identifies PersonName --grade Identifier", "zone preview --rule '{\"rule\":\"band\",\"width\":10}' --grade QuasiIdentifier"],
            [rule, kind, grade],
            context => MaskRule.FromUntrusted(context.Get(rule)) switch
            {
                MaskRuleResult.Read read => PreviewMask.Run(read.Rule, context.Get(kind), context.Get(grade)),
                MaskRuleResult.Refused refused => Answer.No(refused.Reason),
                _ => new Answer.Misused("--rule takes a masking rule."),
            });
    }

    private static Command List() => Verb.Create("list", "Show the zones.", ["zone list"], [], context =>
    {
        using var domain = context.Open();
        Zone[] zones = [.. domain.Registry.All<Zone>().Where(context.Sight.Sees)];
        return Answer.Of(
            new JsonObject { ["zones"] = new JsonArray([.. zones.Select(zone => (JsonNode)new JsonObject { ["zone"] = zone.Id, ["scenario"] = zone.Scenario, ["kind"] = zone.ZoneKind.ToString(), ["rows"] = Coarse.Count(zone.Rows), ["destroyed"] = zone.DestroyedAt is not null })]) },
            console =>
            {
                var table = new Table().AddColumns("zone", "scenario", "kind", "tables", "state");
                foreach (var zone in zones)
                {
                    table.AddRow(zone.Id, zone.Scenario, zone.ZoneKind.ToString(), string.Join(", ", zone.Tables.Select(item => item.Name)), zone.DestroyedAt is null ? "stands" : "destroyed");
                }

                console.Write(table);
            });
    });
}
