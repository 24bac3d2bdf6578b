using System.Reflection;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Calendars;

/// <summary>
/// The official calendar of working days (YB-13-2). Working days, calendar days, months and years stay apart as units: only working days
/// look at the holidays. A day in a year that is not loaded is refused, never guessed from the plain week.
/// </summary>
public sealed class WorkingCalendar
{
    private static readonly Lazy<WorkingCalendar> Official = new(() => new WorkingCalendar(ReadShipped()));
    private readonly SortedDictionary<int, CalendarYear> _years = [];

    private WorkingCalendar(IEnumerable<CalendarYear> years)
    {
        foreach (var year in years)
        {
            _years[year.Year] = year;
        }
    }

    /// <summary>The years that this build ships.</summary>
    public static WorkingCalendar Shipped => Official.Value;

    /// <summary>Every loaded year, in order.</summary>
    public IReadOnlyCollection<CalendarYear> Years => _years.Values;

    /// <summary>This calendar with further years; a year that is there already is replaced, as a later notice replaces an earlier one.</summary>
    public WorkingCalendar With(IEnumerable<CalendarYear> years) => new(_years.Values.Concat(years));

    /// <summary>Whether people work on a day; null when its year is not loaded.</summary>
    public bool? IsWorkingDay(DateOnly day) =>
        !_years.TryGetValue(day.Year, out var year) ? null
        : Named(day, item => item.MakeUpDays, year) || (!CalendarFile.Weekend(day) && !Named(day, item => item.DaysOff, year));

    /// <summary>The last day on which a limit is kept.</summary>
    /// <param name="limit">The limit as the regulation words it.</param>
    /// <param name="received">Day of the event that starts it.</param>
    /// <param name="start">Which day counts first.</param>
    public ClockResult LastDay(Limit limit, DateOnly received, CountingStart start = CountingStart.NextDay)
    {
        ArgumentNullException.ThrowIfNull(limit);
        if (limit.Count < 1 || !Enum.IsDefined(start))
        {
            return new ClockResult.Refused(NoLimit());
        }

        var first = start == CountingStart.SameDay ? received : received.AddDays(1);
        return limit.Unit switch
        {
            LimitUnit.WorkingDay => WorkingDays(limit.Count, first),
            LimitUnit.CalendarDay => Until(first.AddDays(limit.Count - 1)),
            LimitUnit.Month => Until(first.AddDays(-1).AddMonths(limit.Count)),
            LimitUnit.Year => Until(first.AddDays(-1).AddYears(limit.Count)),
            _ => new ClockResult.Refused(NoLimit()),
        };

        static ClockResult Until(DateOnly last) => new ClockResult.Known(last, last.AddDays(1));
    }

    private ClockResult WorkingDays(int count, DateOnly first)
    {
        var day = first;
        for (var left = count; ; day = day.AddDays(1))
        {
            if (IsWorkingDay(day) is not { } working)
            {
                return new ClockResult.Refused(NotLoaded(day.Year));
            }

            if (working && --left == 0)
            {
                return new ClockResult.Known(day, NextWorkingDay(day));
            }
        }
    }

    // Late from the next working day. Where the calendar ends the next day of the week stands in: earlier is the stricter side.
    private DateOnly NextWorkingDay(DateOnly after)
    {
        for (var day = after.AddDays(1); ; day = day.AddDays(1))
        {
            switch (IsWorkingDay(day))
            {
                case null:
                    return after.AddDays(1);
                case true:
                    return day;
            }
        }
    }

    // The notice of the year after may name days of this December.
    private bool Named(DateOnly day, Func<CalendarYear, IReadOnlySet<DateOnly>> days, CalendarYear year) =>
        days(year).Contains(day) || (day.Month == 12 && _years.TryGetValue(day.Year + 1, out var next) && days(next).Contains(day));

    /// <summary>What to do when a day lies in a year that is not loaded.</summary>
    public static Refusal NotLoaded(int year) => new(
        "YB-13-2",
        $"Working days in {year} can't be counted: the official calendar of that year is not loaded.",
        $"Load the State Council's notice of holidays for {year} (calendar load <file>).",
        $"无法计算 {year} 年的工作日：尚未加载该年度的官方放假安排。",
        $"请加载国务院办公厅 {year} 年节假日安排（calendar load <文件>）。");

    private static Refusal NoLimit() => new(
        "YB-13-2",
        "The limit has no count or no known unit.",
        "State a count above 0 and one of: working days, calendar days, months, years.",
        "期限缺少数值或单位不明。",
        "请给出大于 0 的数值，并注明工作日、自然日、月或年。");

    private static IReadOnlyList<CalendarYear> ReadShipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("calendars/years.json") ?? throw new InvalidOperationException("A data file is missing from this build.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return CalendarFile.FromUntrusted(bytes) is CalendarFileResult.Loaded loaded ? loaded.Years : throw new InvalidOperationException("The shipped calendar is faulty.");
    }
}
