using System.Reflection;
using System.Text;
using System.Text.Json;

/// <summary>
/// Lets one process of the built program answer many calls, one after another: its own entry point is called with each call's words, and what it writes goes back as a line of JSON.
/// The start of a process is most of a call's time, and the tests make thousands. Named by DOTNET_STARTUP_HOOKS, which wants exactly this name and no namespace.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        var entry = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "Sandbox.dll")).EntryPoint!;
        var calls = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        var answers = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        while (calls.ReadLine() is { } line)
        {
            var call = JsonSerializer.Deserialize<Call>(line)!;
            using var output = new StringWriter();
            using var errors = new StringWriter();
            Console.SetOut(output);
            Console.SetError(errors);
            Console.SetIn(new StringReader(call.Input));
            var code = entry.Invoke(null, [call.Words]) is int said ? said : 0;
            answers.WriteLine(JsonSerializer.Serialize(new Answered(code, output.ToString(), errors.ToString())));
        }

        Environment.Exit(0);
    }

    private sealed record Call(string[] Words, string Input);

    private sealed record Answered(int Code, string Output, string Errors);
}
