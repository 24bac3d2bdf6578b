using System.CommandLine;
using Sandbox.Host.Answers;
using Sandbox.Host.Calendars;
using Sandbox.Policy.Profiles;

namespace Sandbox.Host.Commands;

/// <summary><c>calendar show|load|count</c>.</summary>
internal static class CalendarVerbs
{
    public static Command Group() => Verb.Group("calendar", "The official calendar of working days (工作日) that clocks count with: holidays and make-up working days of each year.", Show(), Load(), Count());

    private static Command Show()
    {
        var year = new Option<int?>("--year") { Description = "One year, with its days" };
        return Verb.Create("show", "Show which years are loaded, and the days of one.", ["calendar show", "calendar show --year 2026"], [year], context =>
        {
            using var domain = context.Open();
            return LoadCalendar.Show(domain, context.Get(year));
        });
    }

    private static Command Load()
    {
        var file = new Argument<FileInfo>("file") { Description = "Calendar file (JSON)" };
        return Verb.Create(
            "load",
            "As the bureau: load the official holidays of further years. A year that is there already is replaced, as a later notice replaces an earlier one.",
            [
                "calendar load holidays-2027.json --as zhao",
                "# the file: {\"years\":[{\"year\":2027,\"source\":\"notice of the State Council\",\"days_off\":[\"2027-01-01\",…],\"make_up_days\":[…]}]}",
            ],
            [file],
            context =>
            {
                var bytes = InputFile.ReadAll(context.Get(file).FullName, InputJson.Longest);
                var (domain, actor) = context.OpenAs();
                using (domain)
                using (actor)
                {
                    return LoadCalendar.Run(domain, actor, bytes);
                }
            });
    }

    private static Command Count()
    {
        var from = new Option<string>("--from") { Description = "Day of the event, yyyy-MM-dd; counting starts on the day after", Required = true };
        var count = new Option<int>("--count") { Description = "How many, 1 to 10000", Required = true };
        var unit = new Option<string>("--unit") { Description = "working_day, calendar_day, month or year", Required = true };
        return Verb.Create("count", "Count a limit: its last day and the day from which it is missed.", ["calendar count --from 2026-09-28 --count 5 --unit working_day"], [from, count, unit], context =>
        {
            var known = context.Get(unit) switch
            {
                "working_day" => LimitUnit.WorkingDay,
                "calendar_day" => LimitUnit.CalendarDay,
                "month" => LimitUnit.Month,
                "year" => LimitUnit.Year,
                _ => LimitUnit.Unknown,
            };
            if (known == LimitUnit.Unknown || context.Get(count) is < 1 or > 10_000
                || !IsoDay.TryRead(context.Get(from), out var day) || day.Year > 2200)
            {
                return new Answer.Misused("--unit is working_day, calendar_day, month or year; --count is 1 to 10000; --from is a day written yyyy-MM-dd.");
            }

            using var domain = context.Open();
            return LoadCalendar.Count(domain, day, new(context.Get(count), known));
        });
    }
}
