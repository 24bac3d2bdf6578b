using System.Diagnostics;
using System.Text;
using Sandbox.Fixtures;

namespace Sandbox.Sandbox.Tests.Door;

/// <summary>
/// Calls the built program the way a user does: a process of its own with words, and back come exit code, standard output and standard error.
/// Every call is held to what holds always: no stack trace, no type names of errors, no planted value.
/// </summary>
internal static class SandboxProgram
{
    public static string Path { get; } = System.IO.Path.Combine(
        Checkout.Root, "artifacts", "app", "Sandbox", System.IO.Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "Sandbox.dll");

    /// <summary>No call of a test needs longer.</summary>
    public static TimeSpan Late { get; } = TimeSpan.FromMinutes(4);

    public static Ran Run(params string[] words) => RunAsync(words).GetAwaiter().GetResult();

    /// <summary>The same with <c>--json</c>.</summary>
    public static Ran Json(params string[] words)
    {
        var ran = Run([.. words, "--json"]);
        if (ran.Code != Ran.Usage || ran.Output.Length > 0)
        {
            Assert.Equal(ran.Code switch { 0 => "done", 1 => "refused", 2 => "usage", _ => "failed" }, ran.Json["status"]!.GetValue<string>());
        }

        return ran;
    }

    /// <summary>A call in a process that had calls before it, which is what a test of an act wants; the tests of the process itself take <see cref="RunAsync(ProcessStartInfo, string)"/>.</summary>
    public static async Task<Ran> RunAsync(string[] words, string input = "")
    {
        // These work on the bytes of the process's own standard input and output.
        if (words is ["jail", ..])
        {
            return await RunAsync(Words(words), input);
        }

        var ran = await WarmProgram.RunAsync(words, input);
        AssertClean(ran);
        return ran;
    }

    public static async Task<Ran> RunAsync(ProcessStartInfo words, string input = "")
    {
        using var process = Start(words);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading.
        }

        var command = string.Join(' ', words.ArgumentList.Skip(1));
        using var late = new CancellationTokenSource(Late);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"`sandbox {command}` did not end in time");
        }

        var ran = new Ran(command, process.ExitCode, await output, await errors);
        AssertClean(ran);
        return ran;
    }

    public static Process Start(params string[] words) => Start(Words(words));

    /// <summary>The call as the system starts it.</summary>
    public static ProcessStartInfo Words(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path);
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        start.Environment.Remove("SANDBOX_DIR");
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return start;
    }

    /// <summary>What holds for every call.</summary>
    public static void AssertClean(Ran ran)
    {
        foreach (var text in new[] { ran.Output, ran.Errors })
        {
            Assert.False(text.Contains("\n   at ", StringComparison.Ordinal) || text.StartsWith("   at ", StringComparison.Ordinal), $"a stack trace: {ran}");
            Assert.False(text.Contains("Exception", StringComparison.Ordinal), $"an exception's name: {ran}");
            Planted.AssertAbsent($"the answer of `sandbox {ran.Command}`", text);
        }

        Assert.True(ran.Code is >= Ran.Done and <= Ran.Failed, $"an exit code that is none of ours: {ran}");
    }

    internal static Process Start(ProcessStartInfo words)
    {
#pragma warning disable RS0030 // The door of the program is a process; the ban is for the rooms.
        return Process.Start(words)!;
#pragma warning restore RS0030
    }
}
