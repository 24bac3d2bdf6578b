using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Answers;
using Sandbox.Host.Jails;
using Sandbox.Jail;

namespace Sandbox.Host.Commands;

/// <summary><c>jail run|probe</c>: the models' jail without a domain.</summary>
internal static class JailVerbs
{
    public static Command Group() => Verb.Group("jail", "Use the models' jail without a domain: run one module, or see what the jail holds.", Run(), Probe());

    private static Command Run()
    {
        var module = new Argument<string>("module") { Description = "WebAssembly module: a command for WASI preview 1" };
        var arguments = new Option<string[]>("--arg") { Description = "An argument for the module; may be given again", DefaultValueFactory = _ => [] };
        var fuel = Number<long?>("--fuel", "Units of fuel, about one an instruction (default: no meter)", 1, ModelRunner.UnstatedFuel);
        var memory = Number<int?>("--memory", "Memory in MiB (default: 512)", 1, 4096);
        var time = Number<double?>("--time", "Seconds (default: 60)", 0.001, 86400);
        var most = Number<int?>("--output", "Output in MiB (default: 256)", 1, 65536);
        var seed = Number<ulong?>("--seed", "Seed of the module's random numbers (default: 1)", 0, ulong.MaxValue);
        var clock = Number<long?>("--clock", "The module's clock at its start, nanoseconds since 1970 (default: the year 2000)", 0, long.MaxValue);
        return Verb.CreateStreaming(
            "run",
            "Run one module in the jail: input from standard input, output to standard output, the report to standard error. Exit code 3 unless it completed with its own code 0.",
            ["jail run kernel.wasm < rows.arrow > out.arrow", "jail run model.wasm --arg fast --fuel 1000000000 --memory 64 --time 10 --json < in > out"],
            [module, arguments, fuel, memory, time, most, seed, clock],
            async context =>
            {
                var given = context.Get(arguments);
                if (given.Any(text => text.Contains('\0', StringComparison.Ordinal)))
                {
                    return (null, new Answer.Misused("An argument holds a NUL character."));
                }

                using var input = Console.OpenStandardInput();
                using var output = Console.OpenStandardOutput();
                var defaults = RunSettings.Default;
                var wanted = new NewJailRun(
                    context.Get(module), given, context.Get(fuel), context.Get(memory) ?? 512, TimeSpan.FromSeconds(context.Get(time) ?? 60), context.Get(most) ?? 256,
                    new RunSettings(context.Get(clock) ?? defaults.ClockNanoseconds, context.Get(seed) ?? defaults.Seed));
                var report = await JailRun.RunAsync(new Jailer(EnginePaths.Locate(), new JailOptions()), wanted, input, output, context.Cancel).ConfigureAwait(false);
                return (JailRunPrinter.Print(report, context.Json, Console.Error, context.Remarks), null);
            });
    }

    private static Command Probe()
    {
        var program = new Argument<string>("program") { Description = "Native program (ELF, x86-64), static or dynamically linked" };
        var arguments = new Argument<string[]>("arguments") { Description = "Its arguments", Arity = ArgumentArity.ZeroOrMore };
        var stage = new Option<int?>("--stage") { Description = "1: the filter of the engine's start; 2: also the filter under which models run (default: one after the other)" };
        stage.AcceptOnlyFromAmong("1", "2");
        return Verb.Create(
            "probe",
            "Put a native program where a model's engine would run and show what it can do there.",
            ["jail probe ./attack ptrace", "jail probe --stage 2 ./attack socket"],
            [program, arguments, stage],
            async context =>
            {
                var jailer = new Jailer(EnginePaths.Locate(), new JailOptions());
                var reports = new List<NativeProbeReport>();
                foreach (var one in context.Get(stage) is { } chosen ? new[] { chosen } : [1, 2])
                {
                    reports.Add(await NativeProbe.RunAsync(jailer, one, context.Get(program), context.Get(arguments) ?? [], context.Cancel).ConfigureAwait(false));
                }

                return Answer.Of(
                    new JsonObject { ["stages"] = new JsonArray([.. reports.Select(report => (JsonNode)Json(report))]) },
                    console =>
                    {
                        foreach (var report in reports)
                        {
                            console.Profile.Out.Writer.Write(NativeProbe.Shown(report.Output));
                            console.Profile.Out.Writer.WriteLine($"{(report.Output is [.., not (byte)'\n'] ? "\n" : "")}stage {report.Stage}: {NativeProbe.Ending(report.Exit)}");
                        }
                    });
            });
    }

    private static JsonObject Json(NativeProbeReport report) => new()
    {
        ["stage"] = report.Stage,
        ["reason"] = report.Exit.Reason.ToString(),
        ["exit_code"] = report.Exit.Code,
        ["signal"] = report.Exit.Signal,
        ["output"] = Encoding.UTF8.GetString(report.Output),
        ["stderr"] = report.Exit.HeldStderr,
        ["cpu_seconds"] = Math.Round(report.Exit.Cpu.TotalSeconds, 6),
    };

    private static Option<T> Number<T>(string name, string description, object least, object most)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            T? value;
            try
            {
                value = result.GetValueOrDefault<T>();
            }
            catch (InvalidOperationException)
            {
                // It is no number at all: the parser says so itself.
                return;
            }

            if (value is null)
            {
                return;
            }

            if (Comparer<object>.Default.Compare(value, Convert.ChangeType(least, value.GetType(), System.Globalization.CultureInfo.InvariantCulture)) < 0
                || Comparer<object>.Default.Compare(value, Convert.ChangeType(most, value.GetType(), System.Globalization.CultureInfo.InvariantCulture)) > 0)
            {
                result.AddError($"{name} lies between {least} and {most}.");
            }
        });
        return option;
    }
}
