using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Models;

/// <summary>What a person wants to run.</summary>
/// <param name="Wanted">Train or apply: different rights.</param>
/// <param name="ParametersJson">JSON object of parameters, or null for the defaults.</param>
/// <param name="TrainedRun">Run whose held output holds the trained parameters, for a model that needs them.</param>
public sealed record NewRun(string Model, string Zone, ModelKind Wanted, string? ParametersJson, string? TrainedRun);

/// <summary>Runs a model in its jail over one table of a zone. The output is sealed and held; a production run tells its owner only that it finished.</summary>
public static class RunModel
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, NewRun wanted, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(wanted);
        var zone = QueryZone.Find(domain, wanted.Zone);
        var scenario = ScenarioAccess.Find(domain, zone.Scenario);
        var facts = new Facts { ["zone"] = zone.Id, ["scenario"] = scenario.Id, ["kind"] = wanted.Wanted.ToString() };
        if (domain.Registry.Find<Model>(wanted.Model) is not { } model || model.Scenario != scenario.Id)
        {
            return domain.Refuse("run", actor.Name, [Refusals.Missing("model", "模型", Names.Valid(wanted.Model) ? wanted.Model : "?")], facts);
        }

        facts["model"] = model.Id;
        facts["digest"] = model.Digest;
        var package = StoredPackage.Read(domain, model);
        var input = package.Manifest.Inputs[0];
        if (Check(domain, actor, scenario, zone, model, package.Manifest, wanted) is { } refusals)
        {
            return domain.Refuse("run", actor.Name, refusals, facts);
        }

        // Its jail comes up while parameters, keys and the zone are opened.
        domain.ModelJails.Prepare(package);
        facts["table"] = input.Table;

        if (wanted.TrainedRun is { } trainedRun)
        {
            if (RunExecution.Trained(domain, scenario, trainedRun) is null)
            {
                return domain.Refuse("run", actor.Name, [ModelWords.NoTrained()], facts);
            }

            // Parameters learnt from rows that may not be seen any more still tell of them.
            if (domain.Registry.Find<Run>(trainedRun) is { } trained && domain.Registry.Find<Zone>(trained.Zone) is { } learnt && StaleZones.Of(domain, learnt, scenario) is { } old)
            {
                return domain.Refuse("run", actor.Name, [old], facts);
            }

            facts["trained"] = trainedRun;
        }

        await using var watch = AccessWatch.Start(domain, actor, scenario.Id, wanted.Wanted == ModelKind.Train ? DomainAction.Train : DomainAction.Apply, cancel);
        RunResult result;
        try
        {
            result = await RunExecution.RunAsync(domain, scenario, zone, package, wanted.ParametersJson, wanted.TrainedRun, RunSettings.Default, watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (watch.Lost is not null)
        {
            return domain.Refuse("run", actor.Name, watch.Lost!, facts);
        }

        if (watch.Lost is { } lost)
        {
            return domain.Refuse("run", actor.Name, lost, facts);
        }

        return result switch
        {
            RunResult.Ended { Outcome: var outcome } => await KeepAsync(domain, actor, scenario, zone, model, wanted, outcome, facts, cancel).ConfigureAwait(false),
            RunResult.Refused refused => domain.Refuse("run", actor.Name, refused.Refusals, facts),
            _ => new Answer.Failed("The run ended in a way this version does not know."),
        };
    }

    private static IReadOnlyList<Refusal>? Check(OpenDomain domain, Actor actor, Scenario scenario, Zone zone, Model model, ModelManifest manifest, NewRun wanted)
    {
        var input = manifest.Inputs[0];
        var table = zone.Tables.FirstOrDefault(item => item.Name == Names.Table(input.Table));
        if (table is null || input.Columns.Any(column => table.Columns.All(item => item.Name != column)))
        {
            return [ModelWords.Ungranted(Names.Valid(input.Table) ? input.Table : "?")];
        }

        if (StaleZones.Of(domain, zone, scenario) is { } stale)
        {
            return [stale];
        }

        if (model.State == ModelState.Blocked)
        {
            return [ModelWords.Blocked()];
        }

        if (manifest.Kind != wanted.Wanted)
        {
            return [ModelWords.OtherKind(wanted.Wanted.ToString())];
        }

        var columns = input.Columns.Select(column => new ColumnName(input.Table, column)).ToHashSet();
        var action = wanted.Wanted == ModelKind.Train ? DomainAction.Train : wanted.Wanted == ModelKind.Apply ? DomainAction.Apply : DomainAction.Unknown;
        return ScenarioAccess.Decide(
            domain, actor, scenario, action, zone.ZoneKind, columns, modelReviewed: model.State == ModelState.Approved, sampledAndMasked: zone.ZoneKind == ZoneKind.Workbench) is Decision.Denied denied
            ? denied.Reasons
            : null;
    }

    private static async Task<Answer> KeepAsync(
        OpenDomain domain, Actor actor, Scenario scenario, Zone zone, Model model, NewRun wanted, RunOutcome outcome, Facts facts, CancellationToken cancel)
    {
        var id = $"run-{domain.Registry.All<Run>().Count + 1}";
        var report = new JsonObject
        {
            ["reason"] = outcome.Reason.ToString(),
            ["model_exit_code"] = outcome.ModelExitCode,
            ["partitions"] = outcome.Partitions,
            ["fuel"] = outcome.FuelUsed,
            ["fuel_limit"] = outcome.FuelLimit,
            ["clock_ns"] = outcome.Settings.ClockNanoseconds,
            ["seed"] = outcome.Settings.Seed,
            ["cpu_ms"] = (long)outcome.Cpu.TotalMilliseconds,
            ["wall_ms"] = (long)outcome.Wall.TotalMilliseconds,
            ["peak_memory_bytes"] = outcome.PeakMemoryBytes,
            ["bytes_in"] = outcome.BytesIn,
            ["bytes_out"] = outcome.BytesOut,
            ["jail_level"] = outcome.JailLevel,
            ["stderr"] = outcome.HeldStderr,
        };
        using var heldReport = await domain.SealAsync("run-report", KeyScope.Scenario, scenario.Id, actor.Name, Encoding.UTF8.GetBytes(report.ToJsonString()), cancel).ConfigureAwait(false);
        using var output = outcome.Output is { } bytes ? await domain.SealAsync("held", KeyScope.Scenario, scenario.Id, actor.Name, bytes, cancel).ConfigureAwait(false) : null;
        var completed = outcome.Reason == ExitReason.Completed && output is not null;
        facts["completed"] = completed ? 1 : 0;
        Run? run = null;
        domain.Commit(new("run.finished", actor.Name, facts), writer =>
        {
            // What ended while the model ran keeps nothing of it.
            if (writer.Find<Scenario>(scenario.Id) is not { State: ScenarioState.Granted } now || Standing.Of(domain, actor.Name, actor.Organisation, now, DomainAction.Apply) is Decision.Denied)
            {
                throw new RefusedException([.. ScenarioAccess.Decide(domain, actor, writer.Find<Scenario>(scenario.Id)!, DomainAction.Query, zone.ZoneKind).Refusals]);
            }

            // Nor what may not be seen any more.
            if (StaleZones.Of(domain, zone, now) is { } stale)
            {
                throw new RefusedException(stale);
            }

            // The number is taken under the write lock: two runs that end together do not share one.
            for (var number = writer.All<Run>().Count + 1; run is null; number++)
            {
                id = $"run-{number.ToString(CultureInfo.InvariantCulture)}";
                var candidate = new Run(
                    id, scenario.Id, model.Id, model.Digest, wanted.Wanted.ToString(), zone.Id, zone.ZoneKind, completed, output?.Commit(), heldReport.Commit(), wanted.ParametersJson, actor.Name, domain.Time.GetUtcNow(), wanted.TrainedRun);
                run = writer.TryAdd(candidate) ? candidate : null;
            }

            facts["run"] = run.Id;
        });
        return Shown(run!, outcome);
    }

    /// <summary>What the owner of a run is told. Of a production run only that it finished or did not: time, sizes and reasons are answers too.</summary>
    private static Answer Shown(Run run, RunOutcome outcome)
    {
        var body = new JsonObject { ["run"] = run.Id, ["model"] = run.Model, ["zone"] = run.Zone, ["completed"] = run.Completed, ["held"] = run.Held is not null };
        var words = run.Completed ? $"Run {run.Id} of '{run.Model}' finished; its output is held for the gate." : $"Run {run.Id} of '{run.Model}' did not complete.";
        if (run.ZoneKind == ZoneKind.Workbench)
        {
            body["reason"] = outcome.Reason.ToString();
            body["partitions"] = outcome.Partitions;
            body["cpu_ms"] = (long)outcome.Cpu.TotalMilliseconds;
            body["peak_memory_bytes"] = outcome.PeakMemoryBytes;
            words += string.Create(CultureInfo.InvariantCulture, $" ({outcome.Reason}, {outcome.Cpu.TotalSeconds:0.00} s of processor, {outcome.PeakMemoryBytes / 1048576} MiB at most)");
        }

        return Answer.Of(body, words);
    }

    /// <summary>Asks for a held output. Nobody but a reviewer gets further than this; even a reviewer is shown it only within an export request.</summary>
    public static Answer ReadHeld(OpenDomain domain, Actor actor, string runId)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var run = domain.Registry.Find<Run>(runId) ?? throw new RefusedException(Refusals.Missing("run", "运行", "?"));
        var scenario = ScenarioAccess.Find(domain, run.Scenario);
        var decision = ScenarioAccess.Decide(domain, actor, scenario, DomainAction.ReadHeldOutput, run.ZoneKind, []);
        var facts = new Facts { ["run"] = run.Id };
        if (decision is Decision.Denied denied)
        {
            return domain.Refuse("run.read", actor.Name, denied.Reasons, facts);
        }

        domain.Note(new("run.report-shown", actor.Name, facts));
        var report = JsonNode.Parse(domain.Unseal(KeyScope.Scenario, run.Scenario, run.HeldReport))!.AsObject();
        report.Remove("stderr");
        return Answer.Of(report, console => console.WriteLine(report.ToJsonString(new JsonSerializerOptions(RegistryDatabase.Format) { WriteIndented = true })));
    }
}
