using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Domains;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Trust;
using Sandbox.Vault.Scanning;

namespace Sandbox.Host.Models;

/// <summary>The execution itself, the same for a first run and for a replay: one table of a zone streamed into one jail, or by partitions into several.</summary>
internal static class RunExecution
{
    /// <summary>The trained parameters that a completed training run of the scenario left, or null.</summary>
    public static byte[]? Trained(OpenDomain domain, Scenario scenario, string runId) =>
        domain.Registry.Find<Run>(runId) is { Completed: true, Held: { } held } run && run.RunKind == nameof(ModelKind.Train) && run.Scenario == scenario.Id
            ? domain.Unseal(KeyScope.Scenario, scenario.Id, held)
            : null;

    /// <returns>The outcome, or refusals: of the parameters, or of the zone's scan, after which whatever the model made of the cut stream is worth nothing.</returns>
    public static async Task<RunResult> RunAsync(
        OpenDomain domain, Scenario scenario, Zone zone, ModelPackage package, string? parametersJson, string? trainedRun, RunSettings settings, CancellationToken cancel)
    {
        var trained = trainedRun is null ? null : Trained(domain, scenario, trainedRun);
        if (trainedRun is not null && trained is null)
        {
            return new RunResult.Refused([ModelWords.NoTrained()]);
        }

        var input = package.Manifest.Inputs[0];
        using var zoneKey = domain.Keys.OpenKey(KeyScope.Zone, zone.Id);
        var source = new ScanSource.ZoneTable(zone.Object, zoneKey, Names.Table(input.Table));
        Refusal? scanRefusal = null;
        var result = await new ModelRunner(domain.Jailer, domain.ModelJails, new ArrowPartitions()).RunAsync(
            package,
            async (target, token) =>
            {
                if (await new ScanService(domain.Jailer, domain.Store, domain.Workers).StreamAsync(source, input.Columns, target, token).ConfigureAwait(false) is ScanResult.Refused refused)
                {
                    scanRefusal = refused.Refusal;
                }
            },
            parametersJson,
            trained,
            cancel,
            settings).ConfigureAwait(false);
        return scanRefusal is null ? result : new RunResult.Refused([scanRefusal]);
    }
}
