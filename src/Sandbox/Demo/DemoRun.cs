using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Spectre.Console;

namespace Sandbox.Host.Demo;

/// <summary>Runs the stations in order on one domain. Every station asks the registry what an interrupted run has done already.</summary>
internal static class DemoRun
{
    private const string ProfileName = "futian";
    private static readonly string[] Overlays = ["changchun:training"];

    private static readonly Func<DemoStage, Task>[] Stations =
    [
        DataStation.RunAsync,
        ScenarioStation.RunAsync,
        WorkbenchStation.RunAsync,
        ModelStation.RunAsync,
        RoundStation.RunAsync,
        GateStation.RunAsync,
        ProofStation.RunAsync,
    ];

    public static async Task<Answer> RunAsync(VerbContext context, string suite, bool fresh)
    {
        var folder = context.DirGiven ? context.Folder : Path.GetFullPath(DemoVerbs.DefaultFolder);
        if (fresh && new DomainFolder(folder).Exists)
        {
            Directory.Delete(folder, recursive: true);
            if (Directory.Exists(folder + ".homes"))
            {
                Directory.Delete(folder + ".homes", recursive: true);
            }
        }

        // With --json standard output holds one object, so the story goes to standard error.
        var console = context.Json ? context.Remarks : Consoles.Output();
        if (!new DomainFolder(folder).Exists)
        {
            var acknowledged = Acknowledged(DomainProfile.Load(ProfileName, Overlays), DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date));
            if (acknowledged.OutsideValidity)
            {
                console.MarkupLineInterpolated($"[yellow]The profile {ProfileName} is not in force today. The demo uses it all the same and says so in its ledger.[/]");
                console.MarkupLineInterpolated($"[yellow]配置 {ProfileName} 今日不在有效期内；演示仍使用该配置，并在账本中注明。[/]");
            }

            var made = InitDomain.Run(
                folder,
                new NewDomain("demo", ProfileName, Overlays, suite, 1, DemoCast.Bureau, "data-bureau", acknowledged),
                context.Unlocking(),
                TimeProvider.System);
            if (made is not Answer.Done)
            {
                return made;
            }
        }

        using var domain = OpenDomain.Open(folder, context.Unlocking(), TimeProvider.System, context.Settings());
        return await PlayAsync(context, domain, console).ConfigureAwait(false);
    }

    /// <summary>What the demo acknowledges about its profile: nothing, and after it has lapsed that. A real domain asks a person.</summary>
    internal static ProfileAcknowledgement Acknowledged(Policy.Profiles.Profile profile, DateOnly today) =>
        profile.InForce(today, ProfileAcknowledgement.None) is Decision.Denied && profile.InForce(today, new(OutsideValidity: true)) is Decision.Permitted
            ? new(OutsideValidity: true)
            : ProfileAcknowledgement.None;

    private static async Task<Answer> PlayAsync(VerbContext context, OpenDomain domain, IAnsiConsole console)
    {
        using var stage = new DemoStage(domain, console, context.Cancel);
        console.MarkupLineInterpolated($"[bold]Sandbox demo[/] in {domain.Folder.Root}: profile {domain.Profile.Name}, suite {domain.Record.Suite}, jail level {domain.Jailer.Probe().Level}");
        try
        {
            foreach (var station in Stations)
            {
                context.Cancel.ThrowIfCancellationRequested();
                await station(stage).ConfigureAwait(false);
            }
        }
        catch (DemoBrokenException broken)
        {
            return broken.Answer is Answer.Done
                ? new Answer.Failed($"The demo expected a refusal and did not get it: {broken.Message}. This is a fault of the product; please report it.")
                : Explain(broken);
        }

        return Finished(stage);
    }

    private static Answer Explain(DemoBrokenException broken) => broken.Answer switch
    {
        Answer.Refused refused => new Answer.Refused([.. refused.Refusals.Select(refusal => refusal with { Why = $"{broken.Message}: {refusal.Why}" })]),
        Answer.Failed failed => new Answer.Failed($"{broken.Message}: {failed.Sentence}"),
        var other => other,
    };

    private static Answer Finished(DemoStage stage)
    {
        var seconds = Math.Round(stage.Seconds, 1);
        return Answer.Of(
            new JsonObject
            {
                ["folder"] = stage.Domain.Folder.Root,
                ["release"] = stage.Package,
                ["public_key"] = stage.Domain.Folder.PublicKey,
                ["seconds"] = seconds,
                ["jail_level"] = stage.Domain.Jailer.Probe().Level,
                ["events"] = new JsonArray([.. stage.Events.Select(item => (JsonNode)new JsonObject
                {
                    ["station"] = item.Station,
                    ["what"] = item.What,
                    ["outcome"] = item.Outcome,
                    ["rule"] = item.Rule,
                    ["at_seconds"] = Math.Round(item.Seconds, 2),
                })]),
            },
            console =>
            {
                var table = new Table { Title = new TableTitle("What happened") }.AddColumns("station", "done", "refused, as it must be", "kept from before");
                foreach (var group in stage.Events.GroupBy(item => item.Station))
                {
                    table.AddRow(Markup.Escape(group.Key), Count(group, "done"), Count(group, "refused"), Count(group, "kept"));
                }

                console.Write(table);
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s on {Environment.ProcessorCount} processors. The release: {stage.Package}"));
                console.WriteLine("Try next:");
                console.WriteLine($"  ./sandbox verify {stage.Package} --key {stage.Domain.Folder.PublicKey}");
                console.WriteLine($"  ./sandbox query --dir {stage.Domain.Folder.Root} --as {DemoCast.Scientist} --zone {WorkbenchStation.Zone} \"SELECT sex, birth_year, count(*) FROM register GROUP BY ALL ORDER BY ALL\"");
                console.WriteLine($"  ./sandbox ledger show --dir {stage.Domain.Folder.Root}");
                console.WriteLine($"  ./sandbox export show {DemoFiles.SafeExport} --dir {stage.Domain.Folder.Root} --as {DemoCast.FirstReviewer}");
            });
    }

    private static string Count(IEnumerable<DemoEvent> events, string outcome) => events.Count(item => item.Outcome == outcome).ToString(CultureInfo.InvariantCulture);
}
