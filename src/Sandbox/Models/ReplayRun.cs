using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;

namespace Sandbox.Host.Models;

/// <summary>
/// Executes a past run once more – the module by its digest, its parameters, trained parameters, seed, clock and zone – and compares reason, fuel and output bytes with
/// what was held then. Neither output is shown to anybody, and the new one is not kept.
/// </summary>
public static class ReplayRun
{
    /// <summary>Ends that the module and its limits alone decide. Time and crashes depend on the machine.</summary>
    private static readonly ExitReason[] Repeatable = [ExitReason.Completed, ExitReason.Trapped, ExitReason.OutOfFuel, ExitReason.OutOfMemory, ExitReason.OutputTooLarge];

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string runId, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var run = domain.Registry.Find<Run>(runId) ?? throw new RefusedException(Refusals.Missing("run", "运行", Names.Valid(runId) ? runId : "?"));
        var scenario = ScenarioAccess.Find(domain, run.Scenario);
        var facts = new Facts { ["run"] = run.Id, ["model"] = run.Model, ["digest"] = run.ModelDigest, ["zone"] = run.Zone };

        // An auditor may; so may whoever reviews what is held. What is compared is told, what is held is not.
        if (actor.Role != Role.Auditor && ScenarioAccess.Decide(domain, actor, scenario, DomainAction.ReadHeldOutput, run.ZoneKind, []) is Decision.Denied denied)
        {
            return domain.Refuse("run.replay", actor.Name, denied.Reasons, facts);
        }

        // Whatever of this is destroyed, or is not what it was, refuses by itself before anything runs.
        var zone = QueryZone.Find(domain, run.Zone);
        var then = Recorded(domain, run);
        if (then is null || domain.Registry.Find<Model>(run.Model) is not { } model || model.Digest != run.ModelDigest)
        {
            return domain.Refuse("run.replay", actor.Name, [ModelWords.NotRepeatable()], facts);
        }

        var package = StoredPackage.Read(domain, model);
        domain.ModelJails.Prepare(package);
        var held = run.Held is { } output ? domain.Unseal(KeyScope.Scenario, run.Scenario, output) : null;
        switch (await RunExecution.RunAsync(domain, scenario, zone, package, run.Parameters, run.TrainedRun, then.Settings, cancel).ConfigureAwait(false))
        {
            case RunResult.Refused refused:
                return domain.Refuse("run.replay", actor.Name, refused.Refusals, facts);
            case RunResult.Ended { Outcome: var now }:
                return Compared(domain, actor, run, then, held, now, facts);
            default:
                return new Answer.Failed("The replay ended in a way this version does not know.");
        }
    }

    private static Answer Compared(OpenDomain domain, Actor actor, Run run, Before then, byte[]? held, RunOutcome now, Facts facts)
    {
        var reason = now.Reason.ToString() == then.Reason && now.ModelExitCode == then.ExitCode;
        var fuel = now.FuelUsed == then.Fuel;
        var output = (now.Output is null) == (held is null) && (held is null || now.Output.AsSpan().SequenceEqual(held));
        facts["same_reason"] = reason ? 1 : 0;
        facts["same_fuel"] = fuel ? 1 : 0;
        facts["same_output"] = output ? 1 : 0;
        if (!(reason && fuel && output))
        {
            return domain.Refuse("run.replay", actor.Name, [ModelWords.ReplayDiffers(reason, fuel, output)], facts);
        }

        domain.Note(new("run.replayed", actor.Name, facts));
        return Answer.Of(
            new JsonObject { ["run"] = run.Id, ["same"] = true, ["same_reason"] = reason, ["same_fuel"] = fuel, ["same_output"] = output },
            $"Run {run.Id} of '{run.Model}' was executed once more: the same reason, the same fuel and the same output, byte for byte.");
    }

    /// <summary>What the held report says of the first execution; null when it can't be repeated.</summary>
    private static Before? Recorded(OpenDomain domain, Run run)
    {
        try
        {
            var report = JsonNode.Parse(domain.Unseal(KeyScope.Scenario, run.Scenario, run.HeldReport))?.AsObject() ?? [];
            return report["seed"] is { } seed && report["clock_ns"] is { } clock && report["fuel"] is { } fuel && Enum.TryParse<ExitReason>(report["reason"]?.GetValue<string>(), out var reason) && Repeatable.Contains(reason)
                ? new(reason.ToString(), report["model_exit_code"]?.GetValue<int>(), fuel.GetValue<long>(), new RunSettings(clock.GetValue<long>(), seed.GetValue<ulong>()))
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private sealed record Before(string Reason, int? ExitCode, long Fuel, RunSettings Settings);
}
