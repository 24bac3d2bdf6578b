using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Calendars;
using Sandbox.Host.Cases;
using Sandbox.Host.Catalogues;
using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Procedures;
using Sandbox.Host.Tenancy;
using Sandbox.Policy;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Cases;
using Sandbox.Policy.Catalogues;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;
using Spectre.Console;

namespace Sandbox.Host.Due;

/// <summary>
/// What waits for whom, and what is late: worked out anew from the registry each time, so that nothing can fall out of a list of its own.
/// What can't be counted because a year's calendar is missing is shown as that, never as in time.
/// </summary>
internal static class DueList
{
    /// <summary>The calendar of next year is asked for this many days before the end of the loaded ones.</summary>
    private const int CalendarDays = 30;

    private static readonly Limit Year = new(1, LimitUnit.Year);

    /// <param name="late">Only what is overdue or can't be counted.</param>
    /// <param name="role">Only what is for this role; null for all.</param>
    /// <param name="organisation">Only what is for this organisation or for any; null for all.</param>
    /// <param name="sight">Where given, what is for any of a role is told only of scenarios that are seen.</param>
    public static Answer Show(OpenDomain domain, bool late, Role? role, string? organisation, Sight? sight = null)
    {
        var today = domain.Today;
        var items = All(domain)
            .Where(item => (!late || item.State(today) is ClockState.Overdue or ClockState.Unknown) && (role is null || item.For.Contains(role.Value)) && (organisation is null || (item.Organisation is null && (sight is null || (item.What == "scenario" && sight.Knows(domain.Registry, Named.Scenario, item.Subject)))) || item.Organisation == organisation))
            .OrderBy(item => item.State(today))
            .ThenBy(item => (item.Clock as ClockResult.Known)?.LastDay ?? item.Since)
            .ThenBy(item => item.Subject, StringComparer.Ordinal)
            .ToArray();
        return Answer.Of(
            new JsonObject
            {
                ["today"] = IsoDay.Word(today),
                ["overdue"] = items.Count(item => item.State(today) == ClockState.Overdue),
                ["not_counted"] = items.Count(item => item.State(today) == ClockState.Unknown),
                ["items"] = new JsonArray([.. items.Select(item => (JsonNode)item.Json(today))]),
            },
            console =>
            {
                if (items.Length == 0)
                {
                    console.WriteLine("Nothing waits. 无待办事项。");
                    return;
                }

                var table = new Table().AddColumns("state 状态", "what 事项", "step 步骤", "for 办理人", "since 起算", "last day 截止", "rule 依据");
                foreach (var item in items)
                {
                    var state = item.State(today);
                    table.AddRow(
                        $"{(state is ClockState.Overdue or ClockState.Unknown ? "! " : "")}{DueItem.Word(state)} {DueItem.WordZh(state)}", $"{item.What} {item.Subject}", $"{item.Step} {item.StepZh}{(item.Preset is { } preset ? $" (preset 预设: {preset})" : "")}",
                        Markup.Escape($"{string.Join(", ", item.For.Select(RoleWords.English))}{(item.Organisation is { } of ? $" ({of})" : "")}"), IsoDay.Word(item.Since),
                        item.Clock is ClockResult.Known known ? IsoDay.Word(known.LastDay) : "–", item.Rule);
                }

                console.Write(table);
                foreach (var advice in items.Select(item => item.Clock).OfType<ClockResult.Refused>().Select(refused => refused.Reason).Distinct())
                {
                    console.WriteLine($"! {advice.Remedy}\n  {advice.RemedyZh}");
                }

                console.WriteLine("What is late stays undecided: silence is no consent. 逾期事项仍未决定，不视为同意。");
            });
    }

    public static IEnumerable<DueItem> All(OpenDomain domain)
    {
        var calendar = LoadedYear.Calendar(domain);
        return [.. ScenarioClocks.Of(domain, calendar), .. Procedures(domain, calendar), .. Cases(domain), .. Reviews(domain, calendar), .. Stale(domain, calendar), .. NextCalendar(domain, calendar)];
    }

    private static IEnumerable<DueItem> Procedures(OpenDomain domain, WorkingCalendar calendar)
    {
        foreach (var item in domain.Registry.All<ProcedureCase>())
        {
            if (domain.Procedures.Find(item.Chain) is not { } chain)
            {
                continue;
            }

            var facts = item.Facts(chain);
            if (facts.Current(chain) is not { } step)
            {
                continue;
            }

            var clock = item.CompleteBy is { } by ? new ClockResult.Known(by, by.AddDays(1)) : ChainRules.Clock(chain, facts, calendar, domain.Procedures.Start);
            string?[] asked = step.By.Contains(Role.SourceDepartment) ? [.. facts.Parties.Except(facts.Answered, StringComparer.Ordinal)] : [step.By.Contains(Role.Developer) ? item.Organisation : null];
            foreach (var organisation in asked)
            {
                yield return new(chain.Name, item.Id, step.Name, step.NameZh, chain.Rule, step.By, organisation, facts.StartedOn, clock);
            }
        }
    }

    private static IEnumerable<DueItem> Cases(OpenDomain domain)
    {
        foreach (var item in domain.Registry.All<Case>().Where(item => !item.Drill))
        {
            if (CaseForms.Find(item.CaseKind) is { } form && CaseDue.Of(domain, form, item) is { Clock: { } clock } due)
            {
                yield return new(
                    form.Kind, item.Id, clock, form.TitleZh, form.Requirement, CaseMachine.Takers(form, item.State, domain.Profile), null, ScenarioClocks.Day(domain, item.Steps[^1].At), due.Counted);
            }
        }
    }

    private static IEnumerable<DueItem> Reviews(OpenDomain domain, WorkingCalendar calendar)
    {
        foreach (var entry in domain.Registry.All<NegativeEntry>().Where(entry => entry.EndedAt is null))
        {
            yield return new("negative_list", entry.Id, "yearly_review", "年度复审", "YN25-15-1", [Role.Authority], null, entry.ReviewedOn, calendar.LastDay(Year, entry.ReviewedOn));
        }

        foreach (var known in domain.Registry.All<Classification>())
        {
            yield return new(
                "classification", known.Id, "review", "属性复审", "YN23-26-1", [Role.SourceDepartment], domain.Registry.Find<DataSet>(known.Id)?.Provider, ScenarioClocks.Day(domain, known.Now.At),
                new ClockResult.Known(known.ReviewBy, known.ReviewBy.AddDays(1)));
        }

        if (domain.Registry.All<CatalogueEntry>().Where(entry => entry.Open is not null).Select(entry => (DateTimeOffset?)entry.ChangedAt).Max() is { } adjusted)
        {
            var day = ScenarioClocks.Day(domain, adjusted);
            yield return new("open_catalogue", "open-catalogue", "yearly_adjustment", "年度调整", "YN23-13-2", [Role.SourceDepartment, Role.Authority], null, day, calendar.LastDay(Year, day));
        }
    }

    // Data that are older than their entry's frequency lets them be (YB 15).
    private static IEnumerable<DueItem> Stale(OpenDomain domain, WorkingCalendar calendar)
    {
        foreach (var entry in CatalogueEntry.Published(domain).Where(entry => entry.DataSet is not null && CatalogueFile.Frequencies.GetValueOrDefault(entry.Resource["update_frequency"]) is not null))
        {
            if (domain.Registry.Find<DataSet>(entry.DataSet!) is not { } set || set.Standing.Select(batch => (DateTimeOffset?)batch.LoadedAt).Max() is not { } loaded)
            {
                continue;
            }

            var day = ScenarioClocks.Day(domain, loaded);
            yield return new("data", set.Id, "update", "按更新频率更新", "YB-15-1", [Role.SourceDepartment], set.Provider, day, calendar.LastDay(CatalogueFile.Frequencies[entry.Resource["update_frequency"]]!, day));
        }
    }

    private static IEnumerable<DueItem> NextCalendar(OpenDomain domain, WorkingCalendar calendar)
    {
        var last = domain.Today.AddDays(CalendarDays);
        if (calendar.IsWorkingDay(last) is null)
        {
            yield return new("calendar", $"y{last.Year}", "load", "加载工作日历", "YB-13-2", [Role.Authority], null, domain.Today, new ClockResult.Refused(WorkingCalendar.NotLoaded(last.Year)));
        }
    }
}
