using System.Globalization;
using Sandbox.Bench.Measuring;
using Spectre.Console;

namespace Sandbox.Bench.Reporting;

/// <summary>The report as a table for people.</summary>
internal static class TableReport
{
    private const int PlainWidth = 150;

    public static void Print(Machine machine, int runs, IReadOnlyList<BenchLine> lines)
    {
        var plain = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect, ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect });
        if (plain)
        {
            console.Profile.Width = PlainWidth;
        }

        console.WriteLine(machine.ToString());
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"medians of {runs} runs after a warm-up, ours and rival in turn; in brackets least to most; ratio = our speed over the rival's"));
        var table = new Table().Border(TableBorder.Simple).AddColumns("line", "what and against whom", "ours", "rival", "result", "target", "");
        foreach (var line in lines)
        {
            table.AddRow(
                new Text(line.Name),
                new Text(line.RivalName is { } rival ? $"{line.What}\nvs {rival}" : line.What),
                new Text(Side(line.Ours, line.Unit)),
                new Text(line.Rival is { } theirs ? Side(theirs, line.Unit) : ""),
                new Text(Result(line)),
                new Text(Wanted(line)),
                new Markup(line.Verdict switch
                {
                    LineVerdict.Pass => "[green]pass[/]",
                    LineVerdict.NoTarget => "",
                    _ => "[red]below target[/]",
                }));
        }

        console.Write(table);
    }

    private static string Side(Series series, string unit) => $"{Number(series.Median)} {unit}\n({Number(series.Least)}–{Number(series.Most)})";

    private static string Result(BenchLine line) => line.Target?.Judged == Judged.Difference && line.Difference is { } difference
        ? string.Create(CultureInfo.InvariantCulture, $"{difference:+0.00;-0.00} {line.Unit}")
        : line.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}×") : "";

    private static string Wanted(BenchLine line) => line.Target is not { } target ? "" : string.Create(
        CultureInfo.InvariantCulture, $"{(target.AtLeast ? "≥" : "≤")} {target.Limit:0.###}{(target.Judged == Judged.Ratio ? "×" : " " + line.Unit)}");

    private static string Number(double value) => value.ToString(value >= 1000 ? "N0" : value >= 100 ? "0" : value >= 10 ? "0.0" : "0.000", CultureInfo.InvariantCulture);
}
