using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests;

/// <summary>
/// docs/guide.md as a reader follows it: every sh block is run in order in one shell, and the text block below it must be what came. Figures that differ
/// from run to run are left out of the comparison; "…" in a text block stands for anything.
/// </summary>
public sealed partial class GuideTests
{
    private sealed record Step(string Commands, string Shown)
    {
        /// <summary>A block whose output begins with a refusal ends with exit code 1.</summary>
        public int Code => Shown.StartsWith("refused ", StringComparison.Ordinal) ? Ran.Refused : Ran.Done;
    }

    [Fact]
    public async Task Every_command_of_the_guide_gives_what_the_guide_shows()
    {
        var steps = Steps(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "guide.md")));
        Assert.True(steps.Count > 20, "the guide has lost its blocks");

        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("sandbox"), $"#!/bin/sh\nexec dotnet '{SandboxProgram.Path}' \"$@\"\n");
        File.SetUnixFileMode(folder.File("sandbox"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(folder.File("artifacts"), Path.Combine(Checkout.Root, "artifacts"));

        var output = await RunAsync(folder.Path, Script(steps));
        var from = 0;
        foreach (var (step, index) in steps.Select((step, index) => (step, index)))
        {
            var mark = Mark().Match(output, from);
            Assert.True(mark.Success && mark.Groups[1].Value == $"{index}", $"the guide stops in this block:\n{step.Commands}\n{output[from..]}");
            var came = output[from..mark.Index];
            Assert.True(mark.Groups[2].Value == $"{step.Code}", $"this block ended with {mark.Groups[2].Value} in place of {step.Code}:\n{step.Commands}\n{came}");
            AssertShown(step, came);
            from = mark.Index + mark.Length;
        }
    }

    private static List<Step> Steps(string guide) =>
        [.. Block().Matches(guide).Select(match => new Step(match.Groups["commands"].Value, match.Groups["shown"].Value))];

    // A block that is to succeed stops the shell at its first failing command.
    private static string Script(List<Step> steps) => string.Concat(steps.Select((step, index) =>
        $"{(step.Code == Ran.Done ? "set -e" : "set +e")}\n{step.Commands}\necho \"@@END {index} $?\"\n"));

    private static async Task<string> RunAsync(string folder, string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", "exec 2>&1\n" + script]) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = folder };
        start.Environment.Remove("SANDBOX_DIR");
        using var shell = Process.Start(start)!;
        shell.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var output = await shell.StandardOutput.ReadToEndAsync(limit.Token);
            await shell.WaitForExitAsync(limit.Token);
            return output;
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static void AssertShown(Step step, string came)
    {
        var text = Plain(came);
        var from = 0;
        foreach (var line in step.Shown.Split('\n').SelectMany(line => line.Split('…')).Select(Plain).Where(line => line.Length > 0 && line != "#"))
        {
            var at = text.IndexOf(line, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"the guide shows what did not come: {line}\nafter\n{step.Commands}\ncame\n{came}");
            from = at + line.Length;
        }
    }

    /// <summary>Without blanks, line breaks and table lines (they follow the width), figures as one #, random texts as one ~.</summary>
    private static string Plain(string text) => Figures().Replace(Drawing().Replace(Random().Replace(text, "~"), ""), "#");

    [GeneratedRegex(@"```sh\n(?<commands>.*?)```(\n```text\n(?<shown>.*?)```)?", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex(@"@@END (\d+) (\d+)\n")]
    private static partial Regex Mark();

    [GeneratedRegex(@"[\s─-╿]+")]
    private static partial Regex Drawing();

    [GeneratedRegex(@"(?<=root\s|key=|sandbox-key:sm:|content\s|sha256:)[A-Za-z0-9+/=_-]+")]
    private static partial Regex Random();

    [GeneratedRegex(@"[0-9][0-9.,:-]*")]
    private static partial Regex Figures();
}
