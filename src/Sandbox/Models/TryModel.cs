using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Enclave.Models;
using Sandbox.Enclave.Runs;
using Sandbox.Host.Answers;
using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Vault.Arrow;
using Spectre.Console;

namespace Sandbox.Host.Models;

/// <summary>Runs a package as a domain would – jail, meter, limits, partitions – on rows that are made up. Nothing here is anybody's data, so all of it is told.</summary>
internal static class TryModel
{
    public const int MostRows = 10_000_000;

    private const int ShownRows = 10, ShownText = 4096;

    /// <returns>The answer, and the output of a run that completed.</returns>
    public static async Task<(Answer Answer, byte[]? Output)> RunAsync(
        Jailer jailer, ModelPackage package, MadeUpRows made, int rows, string? parametersJson, byte[]? trained, ulong seed, CancellationToken cancel)
    {
        var result = await new ModelRunner(jailer, null, new ArrowPartitions()).RunAsync(
            package,
            (target, token) => Task.Run(() => made.Write(rows, target), token),
            parametersJson,
            trained,
            cancel,
            RunSettings.Default with { Seed = seed }).ConfigureAwait(false);
        if (result is not RunResult.Ended { Outcome: var outcome })
        {
            return (new Answer.Refused(((RunResult.Refused)result).Refusals), null);
        }

        if (outcome.Output is not { } bytes)
        {
            return (Answer.No(NotCompleted(outcome)), null);
        }

        ArrowTable table;
        try
        {
            table = ArrowTable.FromUntrusted(bytes, ArrowLimits.Default);
        }
        catch (ArrowFormatException error)
        {
            return (Answer.No(NotDeclared(error.Message)), bytes);
        }

        return Difference(package.Manifest.Output, table.Schema) is { } difference
            ? (Answer.No(NotDeclared(difference)), bytes)
            : (Shown(package, rows, outcome, table), bytes);
    }

    private static Answer Shown(ModelPackage package, int rows, RunOutcome outcome, ArrowTable table)
    {
        var shown = First(table);
        var body = new JsonObject
        {
            ["model"] = package.Manifest.Name,
            ["digest"] = package.Digest,
            ["rows"] = rows,
            ["reason"] = outcome.Reason.ToString(),
            ["partitions"] = outcome.Partitions,
            ["fuel"] = outcome.FuelUsed,
            ["cpu_ms"] = (long)outcome.Cpu.TotalMilliseconds,
            ["peak_memory_bytes"] = outcome.PeakMemoryBytes,
            ["bytes_in"] = outcome.BytesIn,
            ["bytes_out"] = outcome.BytesOut,
            ["jail_level"] = outcome.JailLevel,
            ["stderr"] = outcome.HeldStderr,
            ["output_rows"] = table.Rows,
            ["output"] = new JsonArray([.. shown.Select(row => (JsonNode)new JsonArray([.. row.Select(cell => (JsonNode?)cell)]))]),
        };
        return Answer.Of(body, console =>
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"'{package.Manifest.Name}' completed on {rows:N0} made-up rows: {outcome.FuelUsed:N0} fuel, {outcome.Cpu.TotalSeconds:0.00} s of processor, {outcome.PeakMemoryBytes >> 20} MiB at most{(outcome.Partitions is { } parts ? $", {parts} partition{(parts == 1 ? "" : "s")}" : "")}."));
            console.WriteLine($"Its output has the columns that it declares, {table.Rows:N0} rows.");
            var drawn = new Table().AddColumns([.. table.Schema.Fields.Select(field => Markup.Escape(field.Name))]);
            foreach (var row in shown)
            {
                drawn.AddRow([.. row.Select(cell => Markup.Escape(cell ?? ""))]);
            }

            console.Write(drawn);
            if (outcome.HeldStderr.Length > 0)
            {
                console.WriteLine("What it wrote to standard error:");
                console.WriteLine(Printable(outcome.HeldStderr));
            }
        });
    }

    private static List<string?[]> First(ArrowTable table)
    {
        var rows = new List<string?[]>();
        foreach (var batch in table.Batches)
        {
            for (var row = 0; row < batch.Rows && rows.Count < ShownRows; row++)
            {
                var at = row;
                rows.Add([.. batch.Columns.Select(column => column.Field.Type.IsText
                    ? column.GetText(at) is { } text ? Printable(text) : null
                    : column.Field.Type.Kind == ArrowKind.Float64 ? column.GetDouble(at)?.ToString("R", CultureInfo.InvariantCulture) : column.GetInt64(at)?.ToString(CultureInfo.InvariantCulture))]);
            }
        }

        return rows;
    }

    /// <summary>What the output has otherwise than declared, or null.</summary>
    private static string? Difference(ModelOutput declared, ArrowSchema schema)
    {
        if (schema.Fields.Count != declared.Columns.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {schema.Fields.Count} columns and declares {declared.Columns.Count}");
        }

        for (var i = 0; i < declared.Columns.Count; i++)
        {
            var (field, wanted) = (schema.Fields[i], declared.Columns[i]);
            var fits = wanted.Type switch
            {
                ModelColumnType.Text => field.Type.IsText,
                ModelColumnType.WholeNumber => field.Type.Kind == ArrowKind.Int64,
                ModelColumnType.RealNumber => field.Type.Kind == ArrowKind.Float64,
                _ => false,
            };
            if (!fits || field.Name != wanted.Name)
            {
                return string.Create(CultureInfo.InvariantCulture, $"column {i + 1} is not '{wanted.Name}' of the declared type");
            }
        }

        return null;
    }

    private static Refusal NotCompleted(RunOutcome outcome)
    {
        var code = outcome.ModelExitCode is { } exit ? string.Create(CultureInfo.InvariantCulture, $" with its own code {exit}") : "";
        var said = outcome.HeldStderr.Length == 0 ? "" : $" It wrote: {Printable(outcome.HeldStderr)}";
        return new(
            "SB-TRY-1",
            $"On made-up rows the model did not complete: {outcome.Reason}{code}.{said}",
            "Say with --column what its columns hold, give it more of what it lacks in model.json, or mend it.",
            $"模型在虚构数据上未能完成：{outcome.Reason}。",
            "请用 --column 说明各列内容，在 model.json 中放宽限额，或修正模型。");
    }

    private static Refusal NotDeclared(string what) => new(
        "SB-TRY-2",
        $"The model's output is not what model.json declares: {what}.",
        "Make output.columns and what the model writes the same, in the same order.",
        "模型输出与 model.json 声明不一致。",
        "请使 output.columns 与模型实际输出的列及顺序一致。");

    private static string Printable(string text)
    {
        var shown = new string([.. text.Take(ShownText).Select(c => char.IsControl(c) && c != '\n' ? ' ' : c)]);
        return shown.TrimEnd();
    }
}
