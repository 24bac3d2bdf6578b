using Sandbox.Fixtures;
using Sandbox.Jail.Filters;
using Sandbox.Jail.Probing;

namespace Sandbox.Jail.Tests;

/// <summary>Compiles the hostile addon once for the tests that need it.</summary>
public sealed class AttackAddon : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AttackAddon()
    {
        Path = System.IO.Path.Combine(_folder.Path, "attack.node");
        var source = System.IO.Path.Combine(Checkout.Root, "tests", "Jail.Tests", "Native", "attack.c");
        var compiler = SecondStage.FindCompiler() ?? throw new InvalidOperationException("These tests need a C compiler: apt-get install gcc libc6-dev.");
        Assert.NotNull(ToolRun.Output([compiler, "-O1", "-fPIC", "-shared", "-o", Path, source]));
    }

    public string Path { get; }

    public void Dispose() => _folder.Dispose();
}
