using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Spectre.Console;

namespace Sandbox.Host.Audits;

/// <summary>One month or year and its paper.</summary>
/// <param name="State"><c>made</c>, <c>late</c> (made after it was due), <c>due</c> or <c>missed</c>.</param>
internal sealed record AuditCycle(AuditPeriod Period, string State, AuditPaper? Paper)
{
    public JsonObject ToJson() => new()
    {
        ["period"] = Period.Name,
        ["state"] = State,
        ["made_by"] = Paper?.MadeBy,
        ["made_at"] = Paper?.MadeAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["due"] = Period.Due.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };
}

/// <summary>Which packs and reports there should be by now. A paper is due in the month behind its period; the texts name the cycle and no day.</summary>
internal static class AuditCalendar
{
    public static DateOnly Today(OpenDomain domain) => DateOnly.FromDateTime(domain.Time.GetUtcNow().UtcDateTime);

    /// <summary>The day on which the domain was made.</summary>
    public static DateOnly Since(OpenDomain domain) => DateOnly.FromDateTime(domain.Record.CreatedAt.UtcDateTime);

    public static AuditCycle Cycle(OpenDomain domain, AuditPeriod period)
    {
        var paper = domain.Registry.Find<AuditPaper>(period.Name);
        var state = paper is null
            ? Today(domain) < period.Due ? "due" : "missed"
            : DateOnly.FromDateTime(paper.MadeAt.UtcDateTime) < period.Due ? "made" : "late";
        return new(period, state, paper);
    }

    public static Answer Status(OpenDomain domain)
    {
        var (since, today) = (Since(domain), Today(domain));
        AuditCycle[] months = [.. AuditPeriod.MonthsOver(since, today).Select(month => Cycle(domain, month))];
        AuditCycle[] years = [.. AuditPeriod.YearsOver(since, today).Select(year => Cycle(domain, year))];
        string[] missed = [.. months.Concat(years).Where(cycle => cycle.State == "missed").Select(cycle => cycle.Period.Name)];
        return Answer.Of(
            new JsonObject
            {
                ["months"] = new JsonArray([.. months.Select(cycle => (JsonNode)cycle.ToJson())]),
                ["years"] = new JsonArray([.. years.Select(cycle => (JsonNode)cycle.ToJson())]),
                ["missed"] = new JsonArray([.. missed.Select(name => (JsonNode)name)]),
            },
            console =>
            {
                var table = new Table().AddColumns("period", "paper", "by", "due until");
                foreach (var cycle in months.Concat(years))
                {
                    table.AddRow(cycle.Period.Name, cycle.State == "missed" ? "[red]missed 缺失[/]" : cycle.State, Markup.Escape(cycle.Paper?.MadeBy ?? ""), cycle.Period.Due.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                }

                console.Write(table);
            });
    }
}
