using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Models;
using Sandbox.Host.Answers;
using Sandbox.Host.Models;
using Sandbox.Jail;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary><c>model inspect|try|submit|approve|block|list</c> and <c>run</c>.</summary>
internal static class ModelVerbs
{
    public static Command Group() => Verb.Group("model", "Inspect, submit and review models (WebAssembly, or parameters of XGBoost, ONNX and linear models).", Inspect(), Try(), Submit(), Review("approve", "As the bureau: approve exactly this digest.", true), Review("block", "As the bureau: stop a model at once.", false), List());

    public static Command Run()
    {
        var model = new Option<string>("--model", "-m") { Description = "Submitted model", Required = true };
        var zone = new Option<string>("--zone", "-z") { Description = "Zone it reads", Required = true };
        var kind = new Option<string>("--kind") { Description = "train or apply", DefaultValueFactory = _ => "apply" };
        var parameters = new Option<string?>("--parameters") { Description = "JSON object of parameters (default: the model's own)" };
        var trained = new Option<string?>("--trained") { Description = "Run whose held output holds the trained parameters" };
        var start = Verb.Create(
            "start",
            "Run a model in its jail. The output is held; it leaves only through an export.",
            ["run start --model flight-delay-train --kind train --zone shuttle-wb --as li", "run start --model flight-delay --zone shuttle-prod --trained run-1 --as li"],
            [model, zone, kind, parameters, trained],
            async context =>
            {
                var wanted = context.Get(kind) switch { "train" => ModelKind.Train, "apply" => ModelKind.Apply, _ => ModelKind.Unknown };
                if (wanted == ModelKind.Unknown)
                {
                    return new Answer.Misused("The kind is train or apply.");
                }

                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await context.ShowAsync($"Running {context.Get(model)}", (Action<double, string> _) =>
                        RunModel.RunAsync(domain, actor, new NewRun(context.Get(model), context.Get(zone), wanted, context.Get(parameters), context.Get(trained)), context.Cancel)).ConfigureAwait(false);
                }
            });
        var id = new Argument<string>("run");
        var report = Verb.Create("report", "As a reviewer: see how a run ended and what it used.", ["run report run-3 --as qian"], [id], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return RunModel.ReadHeld(domain, actor, context.Get(id));
            }
        });
        var replayed = new Argument<string>("run");
        var replay = Verb.Create(
            "replay",
            "As an auditor or reviewer: execute a past run once more and compare its reason, fuel and output bytes. Nothing of either output is shown.",
            ["run replay run-3 --as zhou"],
            [replayed],
            async context =>
            {
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return await context.ShowAsync($"Replaying {context.Get(replayed)}", (Action<double, string> _) => ReplayRun.RunAsync(domain, actor, context.Get(replayed), context.Cancel)).ConfigureAwait(false);
                }
            });
        var list = Verb.Create("list", "Show the runs.", ["run list"], [], context =>
        {
            using var domain = context.Open();
            Run[] runs = [.. domain.Registry.All<Run>().Where(context.Sight.Sees)];
            return Answer.Of(
                new JsonObject { ["runs"] = new JsonArray([.. runs.Select(run => (JsonNode)new JsonObject { ["run"] = run.Id, ["model"] = run.Model, ["zone"] = run.Zone, ["kind"] = run.RunKind, ["completed"] = run.Completed })]) },
                console =>
                {
                    var table = new Table().AddColumns("run", "model", "kind", "zone", "completed");
                    foreach (var run in runs)
                    {
                        table.AddRow(run.Id, run.Model, run.RunKind, run.Zone, run.Completed ? "yes" : "no");
                    }

                    console.Write(table);
                });
        });
        return Verb.Group("run", "Run models and look at runs.", start, report, replay, list);
    }

    private static Command Inspect()
    {
        var path = new Argument<string>("path") { Description = "Folder or .zip with model.json and one of model.wasm, parameters.json and parameters.onnx, or a bare .wasm file" };
        return Verb.Create("inspect", "Read a module, or the parameters of a model without code, without running it and say what it is and whether it would be taken. Needs no domain.", ["model inspect ./artifacts/models/district-income", "model inspect ./models/scoring/example"], [path], context =>
        {
            var target = context.Get(path);
            if (target.EndsWith(".wasm", StringComparison.Ordinal))
            {
                var bare = ModelInspector.Inspect(InputFile.ReadAll(target, 33 << 20));
                return bare.IsAccepted ? Shown(bare.Report!) : new Answer.Refused(bare.Refusals);
            }

            return ModelPackage.Read(target) switch
            {
                PackageResult.Accepted { Package: var package } => Shown(package),
                PackageResult.Refused refused => new Answer.Refused(refused.Refusals),
                _ => new Answer.Failed("The package could not be read."),
            };
        });
    }

    private static Command Try()
    {
        var path = new Argument<string>("path") { Description = "Folder or .zip with model.json and one of model.wasm, parameters.json and parameters.onnx" };
        var rows = new Option<int>("--rows") { Description = "Rows that are made up, 0 to 10,000,000", DefaultValueFactory = _ => 1000 };
        var columns = new Option<string[]>("--column") { Description = "NAME=KIND, KIND one of number, whole, text, time, yes-no or values like 4403|3101 to draw from (default: number)", DefaultValueFactory = _ => [] };
        var parameters = new Option<string?>("--parameters") { Description = "JSON object of parameters (default: the model's own)" };
        var trained = new Option<string?>("--trained") { Description = "File with trained parameters: the output of a try of the training model" };
        var output = new Option<string?>("--output", "-o") { Description = "File for the output, an Arrow stream" };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the rows and of the run", DefaultValueFactory = _ => 1 };
        return Verb.Create(
            "try",
            "Run a packaged model in its jail on made-up rows of its declared columns, and hold its output against what it declares. Needs no domain; everything is told.",
            ["model try ./artifacts/models/district-income --column 'division=440304|310101'", "model try ./my-model --rows 1000000 --column date=time --output out.arrow"],
            [path, rows, columns, parameters, trained, output, seed],
            async context =>
            {
                if (context.Get(rows) is < 0 or > TryModel.MostRows)
                {
                    return new Answer.Misused("--rows lies between 0 and 10000000.");
                }

                var read = ModelPackage.Read(context.Get(path));
                if (read is not PackageResult.Accepted { Package: var package })
                {
                    return new Answer.Refused(((PackageResult.Refused)read).Refusals);
                }

                if (MadeUpRows.Of(package.Manifest.Inputs[0].Columns, context.Get(columns), context.Get(seed)) is not { } made)
                {
                    return new Answer.Misused("--column is NAME=KIND: a column that model.json names, once, and number, whole, text, time, yes-no or values with | between them.");
                }

                var (answer, bytes) = await TryModel.RunAsync(
                    new Jailer(EnginePaths.Locate(), new JailOptions()),
                    package,
                    made,
                    context.Get(rows),
                    context.Get(parameters),
                    context.Get(trained) is { } file ? InputFile.ReadAll(file, 256 << 20) : null,
                    context.Get(seed),
                    context.Cancel).ConfigureAwait(false);
                if (bytes is not null && context.Get(output) is { } target)
                {
                    OutputFile.Write(target, bytes);
                }

                return answer;
            });
    }

    private static Answer Shown(ModuleReport report) => Answer.Of(ModelReport.Json(report), console =>
    {
        console.WriteLine("An acceptable module:");
        ModelReport.Print(console, report);
    });

    private static Answer Shown(ModelPackage package)
    {
        var body = ModelReport.Json(package);
        body["name"] = package.Manifest.Name;
        body["kind"] = package.Manifest.Kind.ToString();
        body["digest"] = package.Digest;
        return Answer.Of(body, console =>
        {
            console.WriteLine($"'{package.Manifest.Name}' {package.Manifest.Version} ({package.Manifest.Kind}), digest {package.Digest}:");
            ModelReport.Print(console, package);
        });
    }

    private static Command Submit()
    {
        var path = new Argument<string>("path") { Description = "Folder or .zip with model.json and one of model.wasm, parameters.json and parameters.onnx" };
        var scenario = new Option<string>("--scenario", "-s") { Description = "Scenario it is for", Required = true };
        return Verb.Create("submit", "Submit a model for a scenario; it waits for review.", ["model submit ./artifacts/models/district-income --scenario shuttle --as li"], [path, scenario], async context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return await SubmitModel.RunAsync(domain, actor, context.Get(scenario), context.Get(path), context.Cancel).ConfigureAwait(false);
            }
        });
    }

    private static Command Review(string verb, string description, bool approve)
    {
        var id = new Argument<string>("model");
        return Verb.Create(verb, description, [$"model {verb} district-income --as zhao"], [id], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return ReviewModel.Run(domain, actor, context.Get(id), approve);
            }
        });
    }

    private static Command List() => Verb.Create("list", "Show the submitted models.", ["model list"], [], context =>
    {
        using var domain = context.Open();
        Model[] models = [.. domain.Registry.All<Model>().Where(context.Sight.Sees)];
        return Answer.Of(
            new JsonObject { ["models"] = new JsonArray([.. models.Select(model => (JsonNode)new JsonObject { ["model"] = model.Id, ["version"] = model.Version, ["kind"] = model.RunKind, ["state"] = model.State.ToString(), ["digest"] = model.Digest })]) },
            console =>
            {
                var table = new Table().AddColumns("model", "version", "kind", "state", "digest");
                foreach (var model in models)
                {
                    table.AddRow(model.Id, Markup.Escape(model.Version), model.RunKind, model.State.ToString(), model.Digest[..23] + "…");
                }

                console.Write(table);
            });
    });
}
