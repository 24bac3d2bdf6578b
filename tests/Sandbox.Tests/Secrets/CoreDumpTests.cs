using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Secrets;

/// <summary>A running program forbids core dumps before it opens anything.</summary>
public sealed class CoreDumpTests
{
    [Fact]
    public void The_program_writes_no_core_file_from_its_first_moment()
    {
        using var process = SandboxProgram.Start(SandboxProgram.Words(["doctor"]));
        try
        {
            var core = "";
            while (!process.HasExited)
            {
                try
                {
                    core = File.ReadLines($"/proc/{process.Id}/limits").FirstOrDefault(line => line.StartsWith("Max core file size", StringComparison.Ordinal)) ?? core;
                }
                catch (IOException)
                {
                    // It ended between the two.
                }

                if (string.Join(' ', core.Split(' ', StringSplitOptions.RemoveEmptyEntries)) == "Max core file size 0 0 bytes")
                {
                    return;
                }

                Thread.Sleep(5);
            }

            Assert.Fail($"the limit stayed at: {core}");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
