using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;
using Xunit.Abstractions;

namespace Sandbox.Sandbox.Tests.Killing;

/// <summary>A demo that is killed at a chosen moment and held against what must be true of its folder then.</summary>
internal sealed class KilledDemo(string folder, ITestOutputHelper log)
{
    /// <summary>Starts the demo and kills it some time after it has told of a number of events.</summary>
    /// <returns>True when it was killed, false when it had ended by itself before.</returns>
    public async Task<bool> PlayAsync(int events, TimeSpan after)
    {
        using var process = SandboxProgram.Start("demo", "--dir", folder, "--json");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var told = 0;
        var last = "";
        var reached = new TaskCompletionSource();
        var errors = Task.Run(async () =>
        {
            var all = new System.Text.StringBuilder();
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                all.AppendLine(line);
                if (line.StartsWith("   done", StringComparison.Ordinal) || line.StartsWith("   refused", StringComparison.Ordinal) || line.StartsWith("   kept", StringComparison.Ordinal))
                {
                    last = line.Trim();
                    if (++told >= events)
                    {
                        reached.TrySetResult();
                    }
                }
            }

            reached.TrySetResult();
            return all.ToString();
        });
        if (events == 0)
        {
            reached.TrySetResult();
        }

        await reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
        await Task.Delay(after);
        if (process.HasExited)
        {
            await process.WaitForExitAsync();
            var ended = new Ran("demo", process.ExitCode, await output, await errors);
            SandboxProgram.AssertClean(ended);
            ended.Ends(Ran.Done);
            log.WriteLine("it had ended by itself");
            return false;
        }

        var children = ProcessTree.KillLeader(process.Id);
        await process.WaitForExitAsync();
        log.WriteLine($"killed after {told} events and {after.TotalMilliseconds:0} ms (last: {last}); {children.Count} processes lived below it");
        Assert.Empty(await ProcessTree.SurvivorsAsync(children));
        Planted.AssertAbsent("the demo's story", await errors);
        await output;
        return true;
    }

    /// <summary>What holds at any moment, right after a kill and before anything is put in order.</summary>
    public void Check()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        Assert.Empty(RawValues.FindUnder(folder));
        Books.Check(folder);
    }

    public void Finish()
    {
        SandboxProgram.Json("demo", "--dir", folder).Ends(Ran.Done);
        Check();
        Books.CheckSwept(folder);

        // Whatever an interrupted making of the domain left beside it is gone too; the homes of the round's parties are meant to be there.
        Assert.Equal([folder, folder + ".homes"], Directory.GetFileSystemEntries(Path.GetDirectoryName(folder)!).Order(StringComparer.Ordinal));
    }
}
