using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Sandbox.Fixtures;

namespace Sandbox.Sandbox.Tests.Door;

/// <summary>A process of the built program that answers call after call (see the project WarmDoor). It is of one call at a time; calls at one time are in processes of their own.</summary>
internal sealed class WarmProgram : IDisposable
{
    /// <summary>Then a fresh one: what a call leaves behind in its process is to be seen by some calls, not to gather for ever.</summary>
    private const int MostCalls = 100;

    private static readonly ConcurrentBag<WarmProgram> Idle = [];
    private readonly Process _process;
    private int _calls;

    private WarmProgram()
    {
        var start = SandboxProgram.Words([]);
        start.Environment["DOTNET_STARTUP_HOOKS"] = Path.Combine(
            Checkout.Root, "artifacts", "bin", "WarmDoor", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Sandbox.WarmDoor.dll");
        start.RedirectStandardError = false;
        start.StandardErrorEncoding = null;
        _process = SandboxProgram.Start(start);
    }

    public static async Task<Ran> RunAsync(string[] words, string input)
    {
        var command = string.Join(' ', words);
        var program = Idle.TryTake(out var idle) ? idle : new WarmProgram();
        var whole = false;
        try
        {
            await program._process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { Words = words, Input = input }));
            await program._process.StandardInput.FlushAsync();
            var line = await program._process.StandardOutput.ReadLineAsync().WaitAsync(SandboxProgram.Late);
            Assert.True(line is not null, $"`sandbox {command}` ended its process");
            var answer = JsonSerializer.Deserialize<Answered>(line)!;
            whole = ++program._calls < MostCalls;
            return new Ran(command, answer.Code, answer.Output, answer.Errors);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"`sandbox {command}` did not end in time");
            throw;
        }
        finally
        {
            // One that did not answer is not asked again.
            if (whole)
            {
                Idle.Add(program);
            }
            else
            {
                program.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private sealed record Answered(int Code, string Output, string Errors);
}
