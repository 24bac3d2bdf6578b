using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Commands;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Spectre.Console;

namespace Sandbox.Host.Demo;

/// <summary>What happened at one station of the demo.</summary>
/// <param name="Outcome"><c>done</c>, <c>refused</c> (as it should be) or <c>kept</c> (done by an earlier, interrupted run).</param>
/// <param name="Rule">Rules of a refusal.</param>
internal sealed record DemoEvent(string Station, string What, string Outcome, string Rule, double Seconds);

/// <summary>An answer other than the one that the demo promises: the demo stops and says so.</summary>
internal sealed class DemoBrokenException(string what, Answer answer) : Exception(what)
{
    public Answer Answer { get; } = answer;
}

/// <summary>The stage the stations play on: the open domain, the people, and the record of what happened.</summary>
internal sealed class DemoStage(OpenDomain domain, IAnsiConsole console, CancellationToken cancel) : IDisposable
{
    private readonly Dictionary<string, Actor> _actors = new(StringComparer.Ordinal);
    private readonly List<DemoEvent> _events = [];
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private string _station = "";
    private Action<double, string>? _report;

    public OpenDomain Domain { get; } = domain;

    public CancellationToken Cancel { get; } = cancel;

    public IReadOnlyList<DemoEvent> Events => _events;

    public double Seconds => TimeProvider.System.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Path of the release, once there is one.</summary>
    public string? Package { get; set; }

    /// <summary>Does something long behind a progress bar; nothing else is printed meanwhile.</summary>
    public Task<Answer> WorkAsync(string title, Func<Task<Answer>> work) => Work.ShowAsync(console, title, report =>
    {
        _report = report;
        return work();
    });

    /// <summary>How far the present work is, 0…1.</summary>
    public void Progress(double fraction, string step) => _report?.Invoke(fraction, step);

    public void Begin(string station, string title)
    {
        _station = station;
        console.MarkupLineInterpolated($"[bold]{station}[/]  {title}");
    }

    public Actor As(string name)
    {
        if (!_actors.TryGetValue(name, out var actor))
        {
            actor = Actor.Authenticate(Domain, name, null);
            _actors.Add(name, actor);
        }

        return actor;
    }

    /// <summary>Something that must succeed.</summary>
    public JsonObject Done(string what, Answer answer)
    {
        if (answer is not Answer.Done done)
        {
            throw new DemoBrokenException(what, answer);
        }

        Add(what, "done", "");
        return done.Body;
    }

    /// <summary>Something that must be refused.</summary>
    public void Refused(string what, Answer answer)
    {
        if (answer is not Answer.Refused { Refusals: { Count: > 0 } refusals })
        {
            throw new DemoBrokenException(what, answer);
        }

        Add(what, "refused", string.Join(' ', refusals.Select(refusal => refusal.Rule).Distinct(StringComparer.Ordinal)));
        console.MarkupLineInterpolated($"      [grey]{refusals[0].Why} {refusals[0].Remedy}[/]");
        console.MarkupLineInterpolated($"      [grey]{refusals[0].WhyZh}{refusals[0].RemedyZh}[/]");
    }

    /// <summary>Something that an earlier, interrupted run of the demo has done.</summary>
    public void Kept(string what) => Add(what, "kept", "");

    public void Say(string line) => console.MarkupLineInterpolated($"      [grey]{line}[/]");

    public void Show(Answer answer)
    {
        if (answer is Answer.Done done)
        {
            done.Human(console);
        }
    }

    public void Dispose()
    {
        foreach (var actor in _actors.Values)
        {
            actor.Dispose();
        }
    }

    private void Add(string what, string outcome, string rule)
    {
        _events.Add(new DemoEvent(_station, what, outcome, rule, Seconds));
        var colour = outcome switch { "done" => "green", "refused" => "yellow", _ => "blue" };
        console.MarkupLine($"   [{colour}]{outcome,-7}[/] {Markup.Escape(what)}{(rule.Length > 0 ? $"  [bold]{Markup.Escape(rule)}[/]" : "")}");
    }
}
