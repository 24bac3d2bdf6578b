using System.Text.Json.Nodes;
using Sandbox.Policy;
using Spectre.Console;

namespace Sandbox.Host.Answers;

/// <summary>What a use case answers: closed, so that the command line and later the service print the same thing.</summary>
public abstract record Answer
{
    private Answer()
    {
    }

    /// <param name="Body">What <c>--json</c> prints, without a status field.</param>
    /// <param name="Human">Prints the same for people.</param>
    public sealed record Done(JsonObject Body, Action<IAnsiConsole> Human) : Answer;

    /// <summary>Nothing was changed; each refusal names its rule and what to do.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals) : Answer;

    /// <summary>The words could not be understood (exit code 2).</summary>
    public sealed record Misused(string Sentence) : Answer;

    /// <summary>Something broke outside the rules: disk, engine, interruption (exit code 3).</summary>
    public sealed record Failed(string Sentence) : Answer;

    public static Answer Of(JsonObject body, Action<IAnsiConsole> human) => new Done(body, human);

    public static Answer Of(JsonObject body, string sentence) => new Done(body, console => console.MarkupLineInterpolated($"{sentence}"));

    public static Answer No(params Refusal[] refusals) => new Refused(refusals);
}
