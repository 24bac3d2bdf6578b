using System.Globalization;
using System.Text.Json;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Calendars;

/// <summary>
/// Reads calendar years strictly: <c>{"years":[{"year":2027,"source":"…","days_off":["2027-01-01",…],"make_up_days":[…]}]}</c>.
/// Unknown, doubled and missing names, impossible dates, dates of another year, make-up days that are no weekend and statutory holidays that
/// would be worked are all reported with their path in one pass.
/// </summary>
public static class CalendarFile
{
    private const int MostDays = 100;

    // Days that have been off in every year since the first notice; a calendar that works on one of them is no official one.
    private static readonly (int Month, int Day)[] AlwaysOff = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)];

    /// <summary>The years of a file, or every fault of it.</summary>
    public static CalendarFileResult FromUntrusted(ReadOnlySpan<byte> json)
    {
        var faults = new List<string>();
        using var document = StrictJson.Parse(json, "$", faults);
        if (document is null)
        {
            return Refused(faults);
        }

        var years = new List<CalendarYear>();
        if (!StrictJson.HasExactly(document.RootElement, "years") || document.RootElement.GetProperty("years") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > 200)
        {
            faults.Add("$.years");
            return Refused(faults);
        }

        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            years.Add(Year(item, $"$.years[{at}]", faults));
        }

        if (years.Select(year => year.Year).Distinct().Count() != years.Count)
        {
            faults.Add("$.years");
        }

        return faults.Count == 0 ? new CalendarFileResult.Loaded(years) : Refused(faults);
    }

    private static CalendarYear Year(JsonElement json, string path, List<string> faults)
    {
        var strict = new StrictJson(json, path, ["year", "source", "days_off", "make_up_days"], faults);
        var year = strict.Whole("year", 2000, 2200);
        var source = strict.Text("source");
        if (source.Length > 500 || source.Any(char.IsControl))
        {
            faults.Add($"{path}.source");
        }

        var off = Days(json, path, "days_off", year, faults);
        var working = Days(json, path, "make_up_days", year, faults);
        foreach (var day in working.Where(day => !Weekend(day) || off.Contains(day)))
        {
            faults.Add($"{path}.make_up_days ({Iso(day)})");
        }

        foreach (var (month, day) in AlwaysOff)
        {
            var holiday = new DateOnly(year, month, day);
            if (working.Contains(holiday) || (!Weekend(holiday) && !off.Contains(holiday)))
            {
                faults.Add($"{path}.days_off ({Iso(holiday)})");
            }
        }

        return new(year, source, off, working);
    }

    private static HashSet<DateOnly> Days(JsonElement json, string path, string name, int year, List<string> faults)
    {
        var days = new HashSet<DateOnly>();
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostDays)
        {
            faults.Add($"{path}.{name}");
            return days;
        }

        foreach (var (at, item) in list.EnumerateArray().Index())
        {
            // A notice may move days of the December before.
            if (item.ValueKind != JsonValueKind.String
                || !DateOnly.TryParseExact(item.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                || (day.Year != year && !(day.Year == year - 1 && day.Month == 12))
                || !days.Add(day))
            {
                faults.Add($"{path}.{name}[{at}]");
            }
        }

        return days;
    }

    internal static bool Weekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static CalendarFileResult.Refused Refused(List<string> faults) => new([.. faults.Distinct(StringComparer.Ordinal).Select(path => new Refusal(
        "YB-13-2",
        $"The calendar file is faulty at {path}.",
        "Write down the official notice of the year as it stands; nothing of the file was loaded.",
        $"日历文件在 {path} 处有误。",
        "请按该年度的官方放假通知如实填写；未加载任何内容。"))]);
}

/// <summary>Outcome of reading a calendar file.</summary>
public abstract record CalendarFileResult
{
    private CalendarFileResult()
    {
    }

    /// <summary>Every year of the file is well formed.</summary>
    public sealed record Loaded(IReadOnlyList<CalendarYear> Years) : CalendarFileResult;

    /// <summary>Nothing was loaded.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Reasons) : CalendarFileResult;
}
