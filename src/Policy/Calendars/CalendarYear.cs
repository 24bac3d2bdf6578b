namespace Sandbox.Policy.Calendars;

/// <summary>One year of the official calendar: where it differs from the plain week of Monday to Friday (YB-13-2).</summary>
/// <param name="Year">The year that the notice is about.</param>
/// <param name="Source">The official notice: a title, number or address.</param>
/// <param name="DaysOff">Public holidays and days off in lieu; days of the weekend may be among them. Days of the December before belong here too where the notice names them.</param>
/// <param name="MakeUpDays">Saturdays and Sundays on which people work.</param>
public sealed record CalendarYear(int Year, string Source, IReadOnlySet<DateOnly> DaysOff, IReadOnlySet<DateOnly> MakeUpDays);
