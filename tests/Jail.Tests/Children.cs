using System.Text;
using Sandbox.Fixtures;

namespace Sandbox.Jail.Tests;

/// <summary>Starts the test children and gathers what came of them.</summary>
internal static class Children
{
    public static Jailer Jailer { get; } = new(EnginePaths.Locate(), new JailOptions());

    /// <summary>A dotnet jail small enough for a test.</summary>
    public static JailPolicy Dotnet { get; } = JailPolicies.Query with
    {
        DataLimitBytes = 1L << 30,
        TmpfsBytes = 64 << 20,
        FileSizeLimit = 64 << 20,
        CpuLimit = TimeSpan.FromSeconds(20),
        WallLimit = TimeSpan.FromSeconds(30),
    };

    public static JailPolicy Node { get; } = JailPolicies.Model with { CpuLimit = TimeSpan.FromSeconds(20), WallLimit = TimeSpan.FromSeconds(30) };

    public static string Probe { get; } = Path.Combine(
        Checkout.Root, "artifacts", "bin", "JailProbe", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Sandbox.JailProbe.dll");

    public static Task<Ended> ProbeAsync(params string[] arguments) => ProbeAsync(Dotnet, arguments);

    public static Task<Ended> ProbeAsync(JailPolicy policy, params string[] arguments) =>
        RunAsync(new JailCommand { Policy = policy, Program = Probe, Arguments = arguments });

    public static async Task<Ended> ScriptAsync(string script, JailPolicy? policy = null, string input = "")
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "test.cjs");
        await File.WriteAllTextAsync(path, script);
        return await RunAsync(new JailCommand { Policy = policy ?? Node, Program = path }, input);
    }

    public static async Task<Ended> RunAsync(JailCommand command, string input = "")
    {
        await using var process = Jailer.Start(command);
        try
        {
            await process.Input.WriteAsync(Encoding.UTF8.GetBytes(input));
        }
        catch (IOException)
        {
            // The child ended without reading.
        }

        await process.Input.DisposeAsync();
        var output = "";
        try
        {
            output = await new StreamReader(process.Output, Encoding.UTF8).ReadToEndAsync();
        }
        catch (IOException)
        {
            output = "(too large)";
        }

        return new Ended(await process.Exit, output.Trim());
    }
}

internal sealed record Ended(JailExit Exit, string Output)
{
    public override string ToString() => $"{Exit} output «{Output}» stderr «{Exit.HeldStderr}»";
}
