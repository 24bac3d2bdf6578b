using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Profiles;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Calendars;

/// <summary>The bureau loads further years of the official calendar; everybody sees them and can count with them.</summary>
internal static class LoadCalendar
{
    public static Answer Run(OpenDomain domain, Actor actor, byte[] file)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("calendar.load", actor.Name, [Refusals.NotThisRole("load the official calendar", "加载官方工作日历", "the bureau", "主管部门")]);
        }

        if (CalendarFile.FromUntrusted(file) is not CalendarFileResult.Loaded { Years: var years })
        {
            return domain.Refuse("calendar.load", actor.Name, ((CalendarFileResult.Refused)CalendarFile.FromUntrusted(file)).Reasons);
        }

        domain.Commit(
            new("calendar.loaded", actor.Name, new Facts
            {
                ["years"] = string.Join(' ', years.Select(year => year.Year)),
                ["days_off"] = years.Sum(year => year.DaysOff.Count),
                ["make_up_days"] = years.Sum(year => year.MakeUpDays.Count),
                ["digest"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(file)),
                ["rule"] = "YB-13-2",
            }),
            writer =>
            {
                foreach (var year in years)
                {
                    var loaded = new LoadedYear(
                        year.Year.ToString(CultureInfo.InvariantCulture), year.Source, [.. year.DaysOff.Order()], [.. year.MakeUpDays.Order()], actor.Name, domain.Time.GetUtcNow());
                    writer.Put(loaded);
                }
            });
        var names = string.Join(", ", years.Select(year => year.Year));
        return Answer.Of(new JsonObject { ["years"] = new JsonArray([.. years.Select(year => (JsonNode)year.Year)]) }, $"Loaded: {names}. Clocks in working days count with it from now on. 已加载：{names}。");
    }

    /// <param name="year">Null for the list of years.</param>
    public static Answer Show(OpenDomain domain, int? year)
    {
        var calendar = LoadedYear.Calendar(domain);
        var own = domain.Registry.All<LoadedYear>().Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        if (year is { } wanted && calendar.Years.All(item => item.Year != wanted))
        {
            throw new RefusedException(WorkingCalendar.NotLoaded(wanted));
        }

        var shown = calendar.Years.Where(item => year is null || item.Year == year).ToArray();
        return Answer.Of(
            new JsonObject
            {
                ["years"] = new JsonArray([.. shown.Select(item => (JsonNode)new JsonObject
                {
                    ["year"] = item.Year,
                    ["source"] = item.Source,
                    ["loaded_here"] = own.Contains(item.Year.ToString(CultureInfo.InvariantCulture)),
                    ["days_off"] = new JsonArray([.. item.DaysOff.Order().Select(day => (JsonNode)IsoDay.Word(day))]),
                    ["make_up_days"] = new JsonArray([.. item.MakeUpDays.Order().Select(day => (JsonNode)IsoDay.Word(day))]),
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("year 年度", "days off 放假", "make-up days 上班", "notice 依据");
                foreach (var item in shown)
                {
                    table.AddRow(
                        $"{item.Year}",
                        year is null ? $"{item.DaysOff.Count}" : string.Join('\n', item.DaysOff.Order().Select(IsoDay.Word)),
                        year is null ? $"{item.MakeUpDays.Count}" : string.Join('\n', item.MakeUpDays.Order().Select(IsoDay.Word)),
                        Markup.Escape(item.Source));
                }

                console.Write(table);
            });
    }

    public static Answer Count(OpenDomain domain, DateOnly received, Limit limit)
    {
        var result = LoadedYear.Calendar(domain).LastDay(limit, received);
        return result is ClockResult.Known known
            ? Answer.Of(
                new JsonObject { ["from"] = IsoDay.Word(received), ["last_day"] = IsoDay.Word(known.LastDay), ["overdue_from"] = IsoDay.Word(known.OverdueFrom) },
                $"Last day {IsoDay.Word(known.LastDay)}; overdue from {IsoDay.Word(known.OverdueFrom)}. 截止 {IsoDay.Word(known.LastDay)}，{IsoDay.Word(known.OverdueFrom)} 起逾期。")
            : throw new RefusedException(((ClockResult.Refused)result).Reason);
    }
}
