using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Calendars;
using Sandbox.Host.Domains;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Cases;

namespace Sandbox.Host.Cases;

/// <summary>What runs out next in a case. A case that is late stays where it is: silence decides nothing.</summary>
/// <param name="Clock">Name of the clock; null where none runs.</param>
/// <param name="Counted">Null where a clock runs that the profile gives no limit and nobody set one.</param>
internal sealed record CaseDue(string? Clock, ClockResult? Counted, IReadOnlyList<string> References, ClockState State)
{
    public static CaseDue Of(OpenDomain domain, CaseForm form, Case item)
    {
        if (form.Clocks.FirstOrDefault(clock => clock.States.Contains(item.State)) is not { } clock)
        {
            return new(null, null, [], ClockState.Unlimited);
        }

        var from = clock.FromOpening ? item.OpenedAt : item.Steps.Reverse().TakeWhile(step => clock.States.Contains(step.To)).LastOrDefault()?.At ?? item.OpenedAt;
        var received = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, domain.Time.LocalTimeZone).DateTime);
        if (clock.Limits.GetValueOrDefault(domain.Record.Profile) is { } limit)
        {
            var counted = LoadedYear.Calendar(domain).LastDay(limit.Limit, received);
            return new(clock.Name, counted, limit.Ref, counted.On(domain.Today));
        }

        if (clock.DueField is { } field && item.Steps.LastOrDefault(step => step.Content.TryGetProperty(field, out _)) is { } set
            && IsoDay.TryRead(set.Content.GetProperty(field).GetString(), out var last))
        {
            var counted = new ClockResult.Known(last, last.AddDays(1));
            return new(clock.Name, counted, [], counted.On(domain.Today));
        }

        return new(clock.Name, null, [], ClockState.Unlimited);
    }

    public JsonNode? ToJson() => Clock is null ? null : new JsonObject
    {
        ["clock"] = Clock,
        ["last_day"] = Counted is ClockResult.Known known ? IsoDay.Word(known.LastDay) : null,
        ["state"] = State switch { ClockState.Overdue => "overdue", ClockState.Running => "running", ClockState.Unknown => "not countable", _ => "no limit" },
        ["ref"] = new JsonArray([.. References.Select(item => (JsonNode)item)]),
    };

    public string Words => Clock is null ? "" : Counted is ClockResult.Known known ? $"{Clock}: {IsoDay.Word(known.LastDay)}{(State == ClockState.Overdue ? " OVERDUE 逾期" : "")}" : State == ClockState.Unknown ? $"{Clock}: the calendar ends before it" : $"{Clock}: no limit";
}
