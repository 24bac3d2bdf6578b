using Sandbox.Fixtures;
using Sandbox.Jail.Filters;
using Sandbox.Jail.Probing;

namespace Sandbox.Jail.Tests;

/// <summary>The attack program, compiled statically and dynamically linked, and the names of its attacks.</summary>
public sealed class ProbeProgram : IDisposable
{
    private readonly TemporaryFolder _static = new(), _dynamic = new();

    public ProbeProgram()
    {
        var source = System.IO.Path.Combine(Checkout.Root, "tests", "Jail.Tests", "Native", "probe_attacks.c");
        var compiler = SecondStage.FindCompiler() ?? throw new InvalidOperationException("These tests need a C compiler: apt-get install gcc libc6-dev.");
        (Static, Dynamic) = (System.IO.Path.Combine(_static.Path, "probe_attacks"), System.IO.Path.Combine(_dynamic.Path, "probe_attacks"));
        Assert.NotNull(ToolRun.Output([compiler, "-O1", "-static", "-o", Static, source]));
        Assert.NotNull(ToolRun.Output([compiler, "-O1", "-o", Dynamic, source]));
        Names = ToolRun.Output([Static, "list"])!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public string Static { get; }

    public string Dynamic { get; }

    public IReadOnlyList<string> Names { get; }

    public void Dispose()
    {
        _static.Dispose();
        _dynamic.Dispose();
    }
}
