using System.Globalization;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Policy.Calendars;

namespace Sandbox.Host.Calendars;

/// <summary>A year of the official calendar that the bureau has loaded; it stands over a shipped year of the same number.</summary>
/// <param name="Id">The year in four digits.</param>
/// <param name="Source">The official notice.</param>
/// <param name="LoadedBy">Person of the bureau.</param>
public sealed record LoadedYear(string Id, string Source, IReadOnlyList<DateOnly> DaysOff, IReadOnlyList<DateOnly> MakeUpDays, string LoadedBy, DateTimeOffset LoadedAt) : IAggregate
{
    public static string Kind => "calendar-year";

    /// <summary>The calendar in force in a domain: the shipped years with those that the bureau loaded.</summary>
    public static WorkingCalendar Calendar(OpenDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return WorkingCalendar.Shipped.With(domain.Registry.All<LoadedYear>().Select(year => new CalendarYear(int.Parse(year.Id, CultureInfo.InvariantCulture), year.Source, year.DaysOff.ToHashSet(), year.MakeUpDays.ToHashSet())));
    }
}
