using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Calendars;

public sealed class WorkingCalendarTests
{
    [Theory]
    [InlineData("2026-02-13", true)]
    [InlineData("2026-02-14", true)]  // Saturday, made up for the Spring Festival
    [InlineData("2026-02-15", false)]
    [InlineData("2026-02-16", false)] // Monday, holiday
    [InlineData("2026-02-23", false)]
    [InlineData("2026-02-24", true)]
    [InlineData("2026-10-10", true)]
    [InlineData("2026-10-11", false)]
    [InlineData("2020-01-31", false)] // the holiday that was made longer by a second notice
    [InlineData("2005-06-01", null)]
    [InlineData("2027-06-01", null)]
    public void Shipped_days_are_those_of_the_notices(string day, bool? working) =>
        Assert.Equal(working, WorkingCalendar.Shipped.IsWorkingDay(Day(day)));

    [Theory]
    [InlineData(5, LimitUnit.WorkingDay, "2026-03-02", "2026-03-09", "2026-03-10")]   // Monday to Monday
    [InlineData(10, LimitUnit.WorkingDay, "2026-03-02", "2026-03-16", "2026-03-17")]
    [InlineData(5, LimitUnit.WorkingDay, "2026-03-06", "2026-03-13", "2026-03-16")]   // Friday: late from Monday on
    [InlineData(5, LimitUnit.WorkingDay, "2026-03-07", "2026-03-13", "2026-03-16")]   // a Saturday's event
    [InlineData(5, LimitUnit.WorkingDay, "2026-02-13", "2026-02-27", "2026-02-28")]   // a made-up Saturday counts, seven days off do not
    [InlineData(20, LimitUnit.WorkingDay, "2025-12-31", "2026-01-29", "2026-01-30")]  // over the new year
    [InlineData(30, LimitUnit.CalendarDay, "2026-02-10", "2026-03-12", "2026-03-13")]
    [InlineData(6, LimitUnit.Month, "2026-08-31", "2027-02-28", "2027-03-01")]
    [InlineData(2, LimitUnit.Year, "2024-02-29", "2026-02-28", "2026-03-01")]
    [InlineData(5, LimitUnit.CalendarDay, "2029-12-30", "2030-01-04", "2030-01-05")]  // plain days need no calendar
    public void Limits_end_where_their_unit_says(int count, LimitUnit unit, string received, string last, string overdue)
    {
        var known = Assert.IsType<ClockResult.Known>(WorkingCalendar.Shipped.LastDay(new Limit(count, unit), Day(received)));
        Assert.Equal((Day(last), Day(overdue)), (known.LastDay, known.OverdueFrom));
        Assert.Equal(ClockState.Running, known.On(known.OverdueFrom.AddDays(-1)));
        Assert.Equal(ClockState.Overdue, known.On(known.OverdueFrom));
    }

    [Fact]
    public void The_day_of_the_event_counts_only_where_a_profile_says_so()
    {
        Assert.Equal(Day("2026-03-06"), Known(new(5, LimitUnit.WorkingDay), "2026-03-02", CountingStart.SameDay).LastDay);
        Assert.Equal(Day("2026-03-31"), Known(new(30, LimitUnit.CalendarDay), "2026-03-02", CountingStart.SameDay).LastDay);
        Assert.Equal(Day("2026-04-01"), Known(new(1, LimitUnit.Month), "2026-03-02", CountingStart.SameDay).LastDay);
    }

    [Theory]
    [InlineData(5, LimitUnit.WorkingDay, "2026-12-29", "2027")]
    [InlineData(1, LimitUnit.WorkingDay, "2005-05-05", "2005")]
    public void Beyond_the_loaded_years_nothing_is_counted_and_the_refusal_says_what_to_load(int count, LimitUnit unit, string received, string year)
    {
        var result = WorkingCalendar.Shipped.LastDay(new Limit(count, unit), Day(received));
        var refused = Assert.IsType<ClockResult.Refused>(result);
        Assert.Equal("YB-13-2", refused.Reason.Rule);
        Assert.Contains(year, refused.Reason.Remedy, StringComparison.Ordinal);
        Assert.Contains(year, refused.Reason.RemedyZh, StringComparison.Ordinal);
        Assert.Equal(ClockState.Unknown, result.On(Day("2026-12-30")));
    }

    [Fact]
    public void Faulty_limits_are_refused()
    {
        Assert.IsType<ClockResult.Refused>(WorkingCalendar.Shipped.LastDay(new Limit(0, LimitUnit.WorkingDay), Day("2026-03-02")));
        Assert.IsType<ClockResult.Refused>(WorkingCalendar.Shipped.LastDay(new Limit(5, LimitUnit.Unknown), Day("2026-03-02")));
        Assert.IsType<ClockResult.Refused>(WorkingCalendar.Shipped.LastDay(new Limit(5, LimitUnit.WorkingDay), Day("2026-03-02"), (CountingStart)7));
    }

    [Fact]
    public void A_loaded_calendar_moves_working_days_and_leaves_plain_days_alone()
    {
        // 2027-03-08 is a Monday; Tuesday to Thursday are holidays, the Saturday is worked.
        var years = Assert.IsType<CalendarFileResult.Loaded>(Read(2027, "2027-03-09", "2027-03-10", "2027-03-11", "+2027-03-13")).Years;
        var calendar = WorkingCalendar.Shipped.With(years);
        Assert.Equal(Day("2027-03-17"), Assert.IsType<ClockResult.Known>(calendar.LastDay(new(5, LimitUnit.WorkingDay), Day("2027-03-08"))).LastDay);
        Assert.Equal(Day("2027-04-07"), Assert.IsType<ClockResult.Known>(calendar.LastDay(new(30, LimitUnit.CalendarDay), Day("2027-03-08"))).LastDay);
        Assert.Null(WorkingCalendar.Shipped.IsWorkingDay(Day("2027-03-08")));

        // A notice may take days of the December before; a second notice replaces the first.
        var moved = calendar.With(Assert.IsType<CalendarFileResult.Loaded>(Read(2027, "2026-12-31", "+2026-12-26")).Years);
        Assert.Equal((false, true, true), (moved.IsWorkingDay(Day("2026-12-31")), moved.IsWorkingDay(Day("2026-12-26")), moved.IsWorkingDay(Day("2027-03-09"))));
    }

    [Fact]
    public void All_faults_of_a_calendar_file_are_reported_with_their_paths_in_one_pass()
    {
        const string Text = """
            {"years":[{"year":2027,"source":"","days_off":["2027-02-30","2026-11-30","2027-05-01","2027-05-01"],"make_up_days":["2027-03-08",7],"note":1},
                      {"year":1999,"days_off":{},"make_up_days":[]}]}
            """;
        var refused = Assert.IsType<CalendarFileResult.Refused>(CalendarFile.FromUntrusted(Encoding.UTF8.GetBytes(Text)));
        foreach (var path in new[]
        {
            "$.years[0].note", "$.years[0].source", "$.years[0].days_off[0]", "$.years[0].days_off[1]", "$.years[0].days_off[3]", "$.years[0].make_up_days[1]",
            "$.years[0].make_up_days (2027-03-08)", "$.years[0].days_off (2027-01-01)", "$.years[0].days_off (2027-10-01)", "$.years[1].year", "$.years[1].source", "$.years[1].days_off",
        })
        {
            Assert.Contains(refused.Reasons, reason => reason.Why.Contains($" {path}.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"years\":[]}")]
    [InlineData("{\"years\":[null]}")]
    [InlineData("{\"years\":[],\"years\":[]}")]
    public void What_is_no_calendar_file_is_refused(string text) =>
        Assert.IsType<CalendarFileResult.Refused>(CalendarFile.FromUntrusted(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Every_shipped_year_names_its_notice_and_has_a_plausible_number_of_working_days()
    {
        Assert.Equal(Enumerable.Range(2006, 21), WorkingCalendar.Shipped.Years.Select(year => year.Year));
        foreach (var year in WorkingCalendar.Shipped.Years)
        {
            Assert.StartsWith("www.gov.cn/", year.Source, StringComparison.Ordinal);
            var days = Enumerable.Range(0, 366).Select(new DateOnly(year.Year, 1, 1).AddDays).Where(day => day.Year == year.Year).Count(day => WorkingCalendar.Shipped.IsWorkingDay(day) == true);
            Assert.InRange(days, 246, 254);
        }
    }

    private static ClockResult.Known Known(Limit limit, string received, CountingStart start) => Assert.IsType<ClockResult.Known>(WorkingCalendar.Shipped.LastDay(limit, Day(received), start));

    private static CalendarFileResult Read(int year, params string[] days)
    {
        var off = days.Where(day => day[0] != '+').Concat(new[] { "01-01", "05-01", "10-01", "10-02", "10-03" }.Select(day => $"{year}-{day}"));
        return CalendarFile.FromUntrusted(Encoding.UTF8.GetBytes(
            $$"""{"years":[{"year":{{year}},"source":"a notice","days_off":[{{Quoted(off)}}],"make_up_days":[{{Quoted(days.Where(day => day[0] == '+').Select(day => day[1..]))}}]}]}"""));
    }

    private static string Quoted(IEnumerable<string> days) => string.Join(',', days.Select(day => $"\"{day}\""));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
