using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Due;

/// <summary>
/// Whom an open request waits for. The task of a decider exists from the decision of the one before it, and not earlier: a source department is
/// asked only after the authority has confirmed (CC-18-1, FT-18-1), and a request that was refused is nobody's task.
/// </summary>
internal static class ScenarioClocks
{
    public static IEnumerable<DueItem> Of(OpenDomain domain, WorkingCalendar calendar)
    {
        var sets = domain.Registry.All<DataSet>().ToDictionary(set => set.Id, StringComparer.Ordinal);
        foreach (var scenario in domain.Registry.All<Scenario>())
        {
            if (Waits(scenario) is { } waits)
            {
                var step = Steps(domain.Profile, scenario).FirstOrDefault(item => item.Decider == waits.Decider);
                var since = Day(domain, waits.Since);
                var clock = step?.Limit is { } limit ? calendar.LastDay(limit, since, domain.Procedures.Start) : null;
                foreach (var organisation in waits.Decider == Role.SourceDepartment ? Unanswered(scenario, sets) : [null])
                {
                    yield return new("scenario", scenario.Id, waits.Step, waits.StepZh, scenario.Partner ? domain.Procedures.PartnerRule : domain.Procedures.RequestRule, [waits.Decider], organisation, since, clock)
                    {
                        // In principle only: nothing is granted before the supplier has signed (YB 14).
                        Preset = waits.Decider == Role.SourceDepartment && scenario.Proof is not null && domain.Procedures.PermissionPresetsGrant.Count > 0 ? "grant" : null,
                    };
                }
            }

            foreach (var item in Deliveries(domain, scenario, sets, calendar))
            {
                yield return item;
            }
        }
    }

    private static (Role Decider, string Step, string StepZh, DateTimeOffset Since)? Waits(Scenario scenario) => scenario.State switch
    {
        ScenarioState.PartnerRequested => (Role.Operator, "first_check", "初审", scenario.RequestedAt ?? default),
        ScenarioState.Requested => (Role.Authority, "confirmation", "评估确认", scenario.Taken(ScenarioCommand.PassOn) ?? scenario.RequestedAt ?? default),
        ScenarioState.AuthorityConfirmed => (Role.SourceDepartment, "answer", "答复是否授权", scenario.Taken(ScenarioCommand.Confirm) ?? scenario.RequestedAt ?? default),
        _ => null,
    };

    private static IReadOnlyList<RequestStep> Steps(Profile profile, Scenario scenario) =>
        scenario.Partner && profile.PartnerRequestSteps is { } partner ? partner.Value : profile.OperatorRequestSteps.Value;

    private static IEnumerable<string?> Unanswered(Scenario scenario, Dictionary<string, DataSet> sets) => scenario.Tables
        .Select(table => sets.GetValueOrDefault(table.DataSet)?.Provider)
        .Distinct(StringComparer.Ordinal)
        .Where(provider => !scenario.Consents.Any(consent => consent.Agreed && consent.Step == nameof(ScenarioCommand.Consent) && consent.Organisation == provider));

    // A supplier that has agreed delivers; the task is closed by the first load from the day of the grant on (YB 15).
    private static IEnumerable<DueItem> Deliveries(OpenDomain domain, Scenario scenario, Dictionary<string, DataSet> sets, WorkingCalendar calendar)
    {
        if (scenario.State != ScenarioState.Granted || domain.Procedures.Find("delivery") is not { } chain || chain.Steps[0] is not { Limit: { } limit } step
            || scenario.Taken(ScenarioCommand.Consent) is not { } granted)
        {
            yield break;
        }

        foreach (var set in scenario.Tables.Select(table => sets.GetValueOrDefault(table.DataSet)).OfType<DataSet>().Where(set => !set.Batches.Any(batch => batch.LoadedAt >= granted)))
        {
            yield return new("delivery", $"{scenario.Id}/{set.Id}", step.Name, step.NameZh, chain.Rule, step.By, set.Provider, Day(domain, granted), calendar.LastDay(limit, Day(domain, granted), domain.Procedures.Start));
        }
    }

    internal static DateOnly Day(OpenDomain domain, DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, domain.Time.LocalTimeZone).DateTime);
}
