using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Policy;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Due;

/// <summary>Something that somebody has to do. That it is late changes nothing in the thing itself: silence decides nothing.</summary>
/// <param name="What">Kind of thing: scenario, a chain, delivery, data, negative_list, classification, open_catalogue, calendar.</param>
/// <param name="Subject">Its name.</param>
/// <param name="Step">What is to be done.</param>
/// <param name="StepZh">The same in Chinese.</param>
/// <param name="Rule">Requirement that sets the time.</param>
/// <param name="For">Roles that it is for.</param>
/// <param name="Organisation">Organisation that it is for; null for any with that role.</param>
/// <param name="Since">Day from which the time runs.</param>
/// <param name="Clock">How the time stands; null when the text gives none.</param>
internal sealed record DueItem(string What, string Subject, string Step, string StepZh, string Rule, IReadOnlyList<Role> For, string? Organisation, DateOnly Since, ClockResult? Clock)
{
    /// <summary>Answer that is expected in principle, which whoever it is for still gives and signs; null where none is.</summary>
    public string? Preset { get; init; }

    public ClockState State(DateOnly today) => Clock?.On(today) ?? ClockState.Unlimited;

    public static string Word(ClockState state) => state switch
    {
        ClockState.Overdue => "overdue",
        ClockState.Running => "running",
        ClockState.Unlimited => "no_limit",
        _ => "not_counted",
    };

    public static string WordZh(ClockState state) => state switch
    {
        ClockState.Overdue => "逾期",
        ClockState.Running => "在期",
        ClockState.Unlimited => "无期限",
        _ => "未能计算",
    };

    public JsonObject Json(DateOnly today)
    {
        var known = Clock as ClockResult.Known;
        return new()
        {
            ["what"] = What,
            ["subject"] = Subject,
            ["step"] = Step,
            ["step_zh"] = StepZh,
            ["rule"] = Rule,
            ["for"] = new JsonArray([.. For.Select(role => (JsonNode)RoleWords.English(role))]),
            ["organisation"] = Organisation,
            ["preset"] = Preset,
            ["since"] = IsoDay.Word(Since),
            ["last_day"] = known is null ? null : IsoDay.Word(known.LastDay),
            ["overdue_from"] = known is null ? null : IsoDay.Word(known.OverdueFrom),
            ["state"] = Word(State(today)),
            ["advice"] = (Clock as ClockResult.Refused)?.Reason.Remedy,
            ["advice_zh"] = (Clock as ClockResult.Refused)?.Reason.RemedyZh,
        };
    }
}
