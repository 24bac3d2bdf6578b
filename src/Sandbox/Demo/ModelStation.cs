using Sandbox.Enclave.Models;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Models;
using Sandbox.Host.Zones;
using Sandbox.Policy;

namespace Sandbox.Host.Demo;

/// <summary>Station 4: models in WebAssembly. Training on the workbench only; reviewed models over all rows of production; outputs are held.</summary>
internal static class ModelStation
{
    public const string Production = DemoFiles.ScenarioName + "-prod";

    public const string Training = "flight-delay-train";

    public const string Applying = "flight-delay-apply";

    public const string Grouping = "district-income";

    /// <summary>A hostile model that hands rows back.</summary>
    public const string Copying = "row-copy";

    public static async Task RunAsync(DemoStage stage)
    {
        stage.Begin("4 models", "submit, train, review, apply in production");
        foreach (var name in new[] { Training, Applying, Grouping, Copying })
        {
            if (stage.Domain.Registry.Find<Model>(name) is null)
            {
                stage.Done($"submit {name} (C compiled to WebAssembly)", await SubmitModel.RunAsync(
                    stage.Domain, stage.As(DemoCast.Operator), DemoFiles.ScenarioName, Path.Combine(Folder(), name), stage.Cancel).ConfigureAwait(false));
            }
            else
            {
                stage.Kept($"model {name}");
            }
        }

        if (stage.Domain.Registry.Find<Zone>(Production) is null)
        {
            stage.Done("build the production zone over all rows", await stage.WorkAsync("building production", () => BuildZone.RunAsync(
                stage.Domain, stage.As(DemoCast.Operator), DemoFiles.ScenarioName, ZoneKind.Production, Production, ZoneVerbs.Progress(stage.Progress), stage.Cancel)).ConfigureAwait(false));
        }
        else
        {
            stage.Kept("the production zone");
        }

        var trained = await OnceAsync(stage, Training, WorkbenchStation.Zone, ModelKind.Train, null, "train the delay model on the workbench").ConfigureAwait(false);
        stage.Refused("train on production rows", await StartAsync(stage, Training, Production, ModelKind.Train, null).ConfigureAwait(false));
        if (stage.Domain.Registry.Find<Model>(Applying)!.State == ModelState.Submitted)
        {
            stage.Refused("apply an unreviewed model to production", await StartAsync(stage, Applying, Production, ModelKind.Apply, trained).ConfigureAwait(false));
        }

        foreach (var name in new[] { Applying, Grouping, Copying })
        {
            if (stage.Domain.Registry.Find<Model>(name)!.State == ModelState.Submitted)
            {
                stage.Done($"the bureau reviews and approves {name}", ReviewModel.Run(stage.Domain, stage.As(DemoCast.Bureau), name, approve: true));
            }
        }

        var applied = await OnceAsync(stage, Applying, Production, ModelKind.Apply, trained, "apply the delay model to 3,000,000 flights").ConfigureAwait(false);
        await OnceAsync(stage, Grouping, Production, ModelKind.Apply, null, "incomes by city over 200,000 residents").ConfigureAwait(false);
        await OnceAsync(stage, Copying, Production, ModelKind.Apply, null, "a hostile model that copies rows into its output").ConfigureAwait(false);
        stage.Refused("read the held output", RunModel.ReadHeld(stage.Domain, stage.As(DemoCast.Operator), applied));
    }

    /// <summary>Id of the completed run of a model, if there is one.</summary>
    public static string? FindRun(DemoStage stage, string model) => stage.Domain.Registry.All<Run>().FirstOrDefault(run => run.Model == model && run.Completed)?.Id;

    private static async Task<string> OnceAsync(DemoStage stage, string model, string zone, ModelKind kind, string? trained, string what)
    {
        if (FindRun(stage, model) is { } earlier)
        {
            stage.Kept(what);
            return earlier;
        }

        stage.Domain.Workers.PrepareScan();
        var answer = await stage.WorkAsync(what, () => StartAsync(stage, model, zone, kind, trained)).ConfigureAwait(false);
        var body = stage.Done(what, answer);
        if (body["completed"]!.GetValue<bool>() is false)
        {
            throw new DemoBrokenException(what, new Answer.Failed("The model did not complete: " + body.ToJsonString()));
        }

        stage.Show(answer);
        return body["run"]!.GetValue<string>();
    }

    private static Task<Answer> StartAsync(DemoStage stage, string model, string zone, ModelKind kind, string? trained) =>
        RunModel.RunAsync(stage.Domain, stage.As(DemoCast.Operator), new NewRun(model, zone, kind, model == Grouping ? """{"digits":4}""" : null, trained), stage.Cancel);

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "artifacts", "models");
            if (Directory.Exists(models))
            {
                return models;
            }
        }

        throw new RefusedException(Refusals.Missing("sample model", "示例模型", "artifacts/models (run models/build.sh)"));
    }
}
