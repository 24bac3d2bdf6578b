using System.Text.Json.Nodes;
using Sandbox.Enclave.Models;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Models;

/// <summary>An operating unit submits a model package for a scenario; it is inspected and sealed, and waits for review.</summary>
public static class SubmitModel
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string scenarioId, string path, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var scenario = ScenarioAccess.Find(domain, scenarioId);
        var facts = new Facts { ["scenario"] = scenario.Id };
        var read = ModelPackage.Read(path);
        if (read is not PackageResult.Accepted { Package: var package })
        {
            return domain.Refuse("model.submit", actor.Name, ((PackageResult.Refused)read).Refusals, facts);
        }

        var manifest = package.Manifest;
        if (!Names.Valid(manifest.Name))
        {
            return domain.Refuse("model.submit", actor.Name, [Refusals.BadName(manifest.Name)], facts);
        }

        if (manifest.Inputs.Count != 1)
        {
            return domain.Refuse("model.submit", actor.Name, [ModelWords.OneInput()], facts);
        }

        // Submitting touches no data, but only the scenario's own people may put code beside it and only for columns that it has.
        var columns = manifest.Inputs.SelectMany(input => input.Columns.Select(column => new ColumnName(input.Table, column))).ToHashSet();
        var decision = ScenarioAccess.Decide(domain, actor, scenario, DomainAction.Train, ZoneKind.Workbench, columns, sampledAndMasked: true);
        if (decision is Decision.Denied denied)
        {
            return domain.Refuse("model.submit", actor.Name, denied.Reasons, facts);
        }

        using var sealedPackage = await domain.SealAsync(StoredPackage.ObjectKind, KeyScope.Scenario, scenario.Id, actor.Name, StoredPackage.Write(package), cancel).ConfigureAwait(false);
        var model = new Model(
            manifest.Name, scenario.Id, manifest.Version, manifest.Kind.ToString(), package.Digest, ModelState.Submitted, sealedPackage.Commit(), actor.Name, actor.Organisation, null, domain.Time.GetUtcNow());
        facts["model"] = model.Id;
        facts["version"] = model.Version;
        facts["digest"] = model.Digest;
        domain.Commit(new("model.submitted", actor.Name, facts), writer =>
        {
            if (!writer.TryAdd(model))
            {
                throw new RefusedException(Refusals.Taken("model", "模型", model.Id));
            }
        });
        return Answer.Of(
            new JsonObject { ["model"] = model.Id, ["digest"] = model.Digest, ["state"] = model.State.ToString(), ["report"] = ModelReport.Json(package) },
            console =>
            {
                console.WriteLine($"Model '{model.Id}' {model.Version} ({model.RunKind}) is submitted, digest {model.Digest}.");
                ModelReport.Print(console, package);
            });
    }
}
