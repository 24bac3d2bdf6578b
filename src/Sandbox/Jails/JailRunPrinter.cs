using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Jail;
using Spectre.Console;

namespace Sandbox.Host.Jails;

/// <summary>Prints how a domain-less run ended and gives the exit code: 0 when it completed with the guest's code 0, else 3.</summary>
internal static class JailRunPrinter
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Print(JailRunReport report, bool json, TextWriter raw, IAnsiConsole console)
    {
        var good = report is { Reason: ExitReason.Completed, Outcome.GuestExitCode: 0 };
        if (json)
        {
            raw.WriteLine(Json(report, good).ToJsonString(OneLine));
        }
        else
        {
            Words(report, raw, console);
        }

        return good ? 0 : 3;
    }

    public static JsonObject Json(JailRunReport report, bool good)
    {
        var outcome = report.Outcome;
        return new JsonObject
        {
            ["status"] = good ? "done" : "failed",
            ["reason"] = report.Reason.ToString(),
            ["exit_code"] = outcome?.GuestExitCode,
            ["fuel"] = outcome?.FuelUsed,
            ["fuel_limit"] = outcome?.FuelLimit,
            ["cpu_seconds"] = outcome is null ? 0 : Math.Round(outcome.Cpu.TotalSeconds, 6),
            ["wall_seconds"] = outcome is null ? 0 : Math.Round(outcome.Wall.TotalSeconds, 6),
            ["peak_memory_bytes"] = outcome?.PeakMemoryBytes ?? 0,
            ["bytes_in"] = outcome?.BytesIn ?? 0,
            ["bytes_out"] = outcome?.BytesOut ?? 0,
            ["jail_level"] = outcome?.JailLevel,
            ["stderr"] = outcome?.HeldStderr ?? "",
            ["refusals"] = new JsonArray([.. report.Refusals.Select(AnswerPrinter.ToJson)]),
        };
    }

    private static void Words(JailRunReport report, TextWriter raw, IAnsiConsole console)
    {
        foreach (var refusal in report.Refusals)
        {
            AnswerPrinter.PrintRefusal(console, refusal);
        }

        if (report.Outcome is not { } outcome)
        {
            raw.WriteLine($"{report.Reason} ({Chinese(report.Reason)})");
            return;
        }

        // The guest's own words, without what could move a terminal.
        if (outcome.HeldStderr.Length > 0)
        {
            raw.WriteLine(string.Concat(outcome.HeldStderr.TrimEnd('\n').Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c)));
        }

        var code = outcome.GuestExitCode is { } own ? string.Create(CultureInfo.InvariantCulture, $", exit code {own}") : "";
        var fuel = outcome.FuelLimit is { } limit ? string.Create(CultureInfo.InvariantCulture, $", fuel {(outcome.FuelUsed is { } used ? used.ToString(CultureInfo.InvariantCulture) : "?")} of {limit}") : "";
        raw.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Reason} ({Chinese(report.Reason)}){code}{fuel}, {outcome.Cpu.TotalSeconds:0.000} s of processor, {outcome.Wall.TotalSeconds:0.000} s in all, {outcome.PeakMemoryBytes / 1048576} MiB at most, {outcome.BytesIn} bytes in, {outcome.BytesOut} bytes out, jail level {outcome.JailLevel}"));
    }

    private static string Chinese(ExitReason reason) => reason switch
    {
        ExitReason.Completed => "已完成",
        ExitReason.Trapped => "陷入异常",
        ExitReason.OutOfFuel => "燃料耗尽",
        ExitReason.OutOfMemory => "内存不足",
        ExitReason.TimedOut => "超时",
        ExitReason.OutputTooLarge => "输出超限",
        ExitReason.Refused => "已拒绝",
        ExitReason.Cancelled => "已取消",
        _ => "崩溃",
    };
}
