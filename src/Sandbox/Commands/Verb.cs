using System.CommandLine;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Spectre.Console;

namespace Sandbox.Host.Commands;

/// <summary>Makes a command whose action answers with an <see cref="Answer"/>, whose help has examples and whose errors never show a stack trace.</summary>
internal static class Verb
{
    public static Command Group(string name, string description, params Command[] verbs)
    {
        var command = new Command(name, description);
        foreach (var verb in verbs)
        {
            command.Add(verb);
        }

        HelpWithExamples.Add(command, verbs.SelectMany(verb => HelpWithExamples.Of(verb).Take(1)));
        return command;
    }

    public static Command Create(string name, string description, string[] examples, IEnumerable<Symbol> words, Func<VerbContext, Task<Answer>> action)
    {
        var command = new VerbCommand(name, description, examples, action);
        HelpWithExamples.Add(command, examples.Select(example => example.StartsWith('#') ? example : "sandbox " + example));
        foreach (var word in words)
        {
            switch (word)
            {
                case Option option:
                    command.Add(option);
                    break;
                case Argument argument:
                    command.Add(argument);
                    break;
            }
        }

        command.SetAction(async (parse, cancel) =>
        {
            // The interrupt handler is set up when the action first waits.
            await Task.Yield();
            var context = new VerbContext(parse, cancel);
            var answer = await context.AnswerAsync(action).ConfigureAwait(false);
            if (context.Settings().UnsafeNoJail)
            {
                context.Remarks.MarkupLine("[red]UNSAFE[/] --unsafe-no-jail: foreign code and files were handled without a jail where none could be built. Development only. 未隔离运行，仅限开发使用。");
                answer = answer is Answer.Done done ? done with { Body = Marked(done.Body) } : answer;
            }

            return new AnswerPrinter(context.Json, Consoles.Output(), context.Remarks, Console.Out).Print(answer);
        });
        return command;
    }

    /// <summary>
    /// A verb whose standard output is the bytes that it works on: everything else goes to standard error, also with <c>--json</c>. The action says its exit code once it has
    /// printed its own report, or gives an answer to print.
    /// </summary>
    public static Command CreateStreaming(string name, string description, string[] examples, IEnumerable<Symbol> words, Func<VerbContext, Task<(int? Code, Answer? Answer)>> action)
    {
        var command = Create(name, description, examples, words, _ => new Answer.Failed("This verb answers by itself."));
        command.SetAction(async (parse, cancel) =>
        {
            await Task.Yield();
            var context = new VerbContext(parse, cancel);
            int? code = null;
            var answer = await ErrorBoundary.RunAsync(async () =>
            {
                (code, var said) = await action(context).ConfigureAwait(false);
                return said ?? new Answer.Failed("The work ended without a report.");
            }).ConfigureAwait(false);
            return code ?? new AnswerPrinter(context.Json, context.Remarks, context.Remarks, Console.Error).Print(answer);
        });
        return command;
    }

    private static JsonObject Marked(JsonObject body)
    {
        body["unsafe_no_jail"] = true;
        return body;
    }

    public static Command Create(string name, string description, string[] examples, IEnumerable<Symbol> words, Func<VerbContext, Answer> action) =>
        Create(name, description, examples, words, context => Task.FromResult(action(context)));
}

/// <summary>A command with the action behind it, so that another door than the terminal can take it.</summary>
internal sealed class VerbCommand(string name, string description, IReadOnlyList<string> examples, Func<VerbContext, Task<Answer>> act) : Command(name, description)
{
    /// <summary>Command lines without the program's name; lines that begin with # are remarks.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    public Func<VerbContext, Task<Answer>> Act { get; } = act;
}
