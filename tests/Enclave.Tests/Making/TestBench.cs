using System.Diagnostics;
using Sandbox.Enclave.Models;
using Sandbox.Fixtures;
using Sandbox.Jail;

namespace Sandbox.Enclave.Tests.Making;

/// <summary>What the tests share: one jailer, the sample models, packages around hand-made modules.</summary>
internal static class TestBench
{
    private static readonly Lazy<string> Models = new(BuildModels);

    public static EnginePaths Engines { get; } = EnginePaths.Locate();

    public static Jailer Jailer { get; } = new(Engines, new JailOptions());

    public const string Manifest =
        """
        {"name":"test","version":"1","kind":"apply","inputs":[{"table":"t","columns":["a"]}],
         "output":{"kind":"report","columns":[{"name":"a","type":"utf8"}],"dimensions":[],"measures":[]},
         "parameters":[],"limits":{"memory_mib":32,"cpu_seconds":5,"output_bytes":1048576}}
        """;

    public static ModelPackage Package(byte[] module, string? manifest = null) =>
        ModelPackage.FromUntrusted(module, System.Text.Encoding.UTF8.GetBytes(manifest ?? Manifest)) is PackageResult.Accepted accepted
            ? accepted.Package
            : throw new InvalidOperationException("The test's module was refused.");

    public static ModelPackage Sample(string name) =>
        ModelPackage.Read(Path.Combine(Models.Value, name)) is PackageResult.Accepted accepted ? accepted.Package : throw new InvalidOperationException($"The sample model {name} was refused.");

    public static string ModelsFolder => Models.Value;

    public static string ScoringModule => Path.Combine(Models.Value, "scoring", ModelPackage.ModuleFile);

    private static string BuildModels()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "sample-models");
        using var build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Checkout.Root, "models", "build.sh"), folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = build.StandardOutput.ReadToEndAsync();
        var errors = build.StandardError.ReadToEnd();
        build.WaitForExit();
        return build.ExitCode == 0 ? folder : throw new InvalidOperationException("models/build.sh failed: " + errors + text.Result);
    }
}
