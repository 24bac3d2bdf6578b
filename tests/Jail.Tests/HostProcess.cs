using System.Globalization;
using Sandbox.Jail.Launching;
using Sandbox.Jail.Native;
using Sandbox.Jail.Pipes;
using Sandbox.Jail.Spawning;

namespace Sandbox.Jail.Tests;

/// <summary>The probe run as a host process of its own, unjailed: it starts jailed children and can be killed or run as another user.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly KernelProcess _process;
    private readonly Pipe _input = Pipe.Create();
    private readonly PipeReader _output;

    public HostProcess(IReadOnlyList<string> prefix, IReadOnlyList<string> environment, params string[] arguments)
    {
        using var output = Pipe.Create();
        string[] line = [.. prefix, Path.Combine(EnginePaths.DotnetRoot, "dotnet"), Children.Probe, .. arguments];
        var id = Spawner.Start(line, ["PATH=/usr/bin:/bin", .. environment], [new(_input.Read, 0), new(output.Write, 1), new(output.Write, 2)]);
        _process = KernelProcess.Open(id);
        _output = new PipeReader(Pipe.Duplicate(output.Read), long.MaxValue, () => { });
    }

    public Task<string?> LineAsync() => new StreamReader(_output).ReadLineAsync();

    public void Kill() => _process.Signal(LibCProcess.SIGKILL);

    /// <summary>Processes of the machine that carry the token in their command line, without this host process itself.</summary>
    public IReadOnlyList<string> Carrying(string token) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).OfType<string>()
            .Where(name => name.All(char.IsAsciiDigit) && name != _process.Id.ToString(CultureInfo.InvariantCulture) && CommandLine(name).Contains(token, StringComparison.Ordinal)),
    ];

    public void Dispose()
    {
        Kill();
        _ = LibCProcess.Wait(_process.Id, out _, out _);
        _process.Dispose();
        _output.Dispose();
        _input.Dispose();
    }

    private static string CommandLine(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
