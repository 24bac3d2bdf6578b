using System.CommandLine;
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

        return command;
    }

    public static Command Create(string name, string description, string[] examples, IEnumerable<Symbol> words, Func<VerbContext, Task<Answer>> action)
    {
        var command = new Command(name, description + "\n\nExamples:\n" + string.Join('\n', examples.Select(example => "  sandbox " + example)));
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
            var context = new VerbContext(parse, cancel);
            var answer = await ErrorBoundary.RunAsync(() => action(context)).ConfigureAwait(false);
            var output = Consoles.Output();
            return new AnswerPrinter(context.Json, output, context.Remarks, Console.Out).Print(answer);
        });
        return command;
    }

    public static Command Create(string name, string description, string[] examples, IEnumerable<Symbol> words, Func<VerbContext, Answer> action) =>
        Create(name, description, examples, words, context => Task.FromResult(action(context)));
}
