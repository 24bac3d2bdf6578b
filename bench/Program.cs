using System.CommandLine;
using System.Text;
using Sandbox.Bench.Micro;
using Sandbox.Bench.Subjects;
using Sandbox.Jail;
using Sandbox.Trust;
using Sandbox.Vault.DuckDb;

namespace Sandbox.Bench;

/// <summary><c>sandbox bench</c>. Exit codes: 0 measured, 1 a target was missed under <c>--strict</c>, 2 usage, 3 failed, 130 interrupted.</summary>
internal static class Program
{
    private const int Failed = 3;
    private const int Interrupted = 130;

    private static async Task<int> Main(string[] args)
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        var parsed = Command().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine(error.Message);
            }

            Console.Error.WriteLine("Try --help.");
            return 2;
        }

        try
        {
            // Ctrl-C cancels; the temporary folder goes when the measuring unwinds.
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30), EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted; the temporary folder is removed.");
            return Interrupted;
        }
        catch (Exception error) when (error is BenchBrokenException or EngineException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return Failed;
        }
        catch (JailRefusedException refusal)
        {
            Console.Error.WriteLine($"{refusal.Why} {refusal.Remedy}");
            return Failed;
        }
        catch (TrustException failure)
        {
            Console.Error.WriteLine($"{failure.Refusal.Why} {failure.Refusal.Remedy}");
            return Failed;
        }
    }

    private static RootCommand Command()
    {
        var only = new Option<string[]>("--only") { Description = "Measure this subject only; may be given several times", HelpName = "name", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. BenchRun.Subjects.Select(subject => subject.Name)]);
        var runs = new Option<int>("--runs") { Description = "Measured runs of each side after one warm-up, 1 to 1000", DefaultValueFactory = _ => 5, HelpName = "n" };
        runs.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var value) || value is < 1 or > 1000))
            {
                result.AddError("--runs takes a number from 1 to 1000.");
            }
        });
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of the table" };
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 when a line is below its target" };
        var micro = new Option<string?>("--micro") { Description = "Run the micro-benchmarks (BenchmarkDotNet) whose Class.Method matches instead", HelpName = "filter", Arity = ArgumentArity.ZeroOrOne };
        var root = new RootCommand(
            "Measure against named rivals, in one run on this machine.\n\nSubjects:\n"
            + string.Join('\n', BenchRun.Subjects.Select(subject => $"  {subject.Name,-8} {subject.Words}"))
            + "\n\nExamples:\n  sandbox bench\n  sandbox bench --only load --runs 9\n  sandbox bench --json --strict > bench.json\n  sandbox bench --micro Sm4\n\n"
            + "Exit codes: 0 measured, 1 a target was missed and --strict was given, 2 usage, 3 failed")
        { only, runs, json, strict, micro };
        root.SetAction(async (parse, cancellation) => parse.GetResult(micro) is null
            ? await BenchRun.RunAsync(parse.GetValue(only) ?? [], parse.GetValue(runs), parse.GetValue(json), parse.GetValue(strict), cancellation).ConfigureAwait(false)
            : RunMicro(parse.GetValue(micro)));
        return root;
    }

    private static int RunMicro(string? filter)
    {
        var folder = Directory.CreateTempSubdirectory("sandbox-bench-micro-").FullName;
        try
        {
            return MicroBenchmarks.Run(filter ?? "*", folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
