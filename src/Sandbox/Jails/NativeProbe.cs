using System.Text;
using Sandbox.Jail;

namespace Sandbox.Host.Jails;

/// <summary>How a native program ended in one stage of the model jail.</summary>
/// <param name="Stage">1 or 2.</param>
/// <param name="Output">What it wrote to standard output, at most the policy's limit.</param>
/// <param name="Exit">How it ended.</param>
public sealed record NativeProbeReport(int Stage, byte[] Output, JailExit Exit);

/// <summary>Puts a native program where a model's engine would run and shows what it can do there.</summary>
public static class NativeProbe
{
    public static async Task<NativeProbeReport> RunAsync(Jailer jailer, int stage, string program, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(jailer);
        var process = jailer.Start(
            new JailCommand { Policy = JailPolicies.Probe with { Stage2 = stage == 2, MinimumLevel = stage }, Program = program, Arguments = arguments }, cancel);
        await using var _ = process.ConfigureAwait(false);
        await process.Input.DisposeAsync().ConfigureAwait(false);
        using var output = new MemoryStream();
        try
        {
            await process.Output.CopyToAsync(output, cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // More than it may write: the exit says so.
        }

        return new(stage, output.ToArray(), await process.Exit.ConfigureAwait(false));
    }

    /// <summary>One sentence about the end.</summary>
    public static string Ending(JailExit exit)
    {
        ArgumentNullException.ThrowIfNull(exit);
        return exit.Signal switch
        {
            31 => $"{exit.Reason}: killed by the call filter (SIGSYS)",
            { } signal => $"{exit.Reason}: ended by signal {signal}",
            _ => $"{exit.Reason}: ended with code {exit.Code}",
        };
    }

    /// <summary>Foreign text without what could move a terminal.</summary>
    public static string Shown(ReadOnlySpan<byte> bytes) =>
        string.Concat(Encoding.UTF8.GetString(bytes).Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c));
}
