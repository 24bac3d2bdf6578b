using Sandbox.Jail.Launching;
using Sandbox.Jail.Pipes;
using Sandbox.Jail.Spawning;
using Sandbox.Jail.Native;

namespace Sandbox.Jail.Probing;

/// <summary>Runs a trusted tool of the system (bubblewrap's version, the C compiler) to its end, unjailed.</summary>
internal static class ToolRun
{
    private const int MaxOutput = 64 * 1024, MaxMilliseconds = 30_000;

    /// <summary>Its standard output, or null when it failed.</summary>
    public static string? Output(IReadOnlyList<string> arguments)
    {
        try
        {
            return OutputAsync(arguments).GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<string?> OutputAsync(IReadOnlyList<string> arguments)
    {
        using var input = Pipe.Create();
        using var output = Pipe.Create();
        var id = Spawner.Start(arguments, ["PATH=/usr/bin:/bin", "LC_ALL=C", "TMPDIR=/tmp"], [new(input.Read, 0), new(output.Write, 1), new(output.Write, 2)]);
        using var process = KernelProcess.Open(id);
        input.Write.Dispose();
        output.Write.Dispose();
        using var limit = new CancellationTokenSource(MaxMilliseconds);
        using var kill = limit.Token.UnsafeRegister(_ => process.Signal(LibCProcess.SIGKILL), null);
        var text = await HeldText.ReadAsync(output.Read, MaxOutput, limit.Token).ConfigureAwait(false);
        await Readiness.Readable(process.Handle, CancellationToken.None).ConfigureAwait(false);
        return LibCProcess.Wait(id, out var status, out _) == id && status == 0 ? text : null;
    }
}
