using Spectre.Console;

namespace Sandbox.Host.Answers;

/// <summary>Terminals as they are: colours and moving bars only where a person watches; files and pipes get plain text of a fixed width.</summary>
internal static class Consoles
{
    private const int PlainWidth = 120;

    public static IAnsiConsole Output() => Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>For acts that nobody watches on a terminal.</summary>
    public static IAnsiConsole Nowhere() => Create(TextWriter.Null, true);

    public static IAnsiConsole Errors() => Create(Console.Error, Console.IsErrorRedirected);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
