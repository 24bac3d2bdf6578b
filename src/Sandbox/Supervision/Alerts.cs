using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Feeds;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Supervision;

/// <summary>What supervisors see of alerts, and what they say about them.</summary>
internal static class Alerts
{
    public static IReadOnlyList<Alert> Open(OpenDomain domain) => [.. domain.Registry.All<Alert>().Where(alert => alert.SeenBy is null)];

    public static Answer List(OpenDomain domain, bool all)
    {
        var alerts = domain.Registry.All<Alert>().Where(alert => all || alert.SeenBy is null).OrderBy(alert => alert.Last).ToArray();
        return Answer.Of(
            new JsonObject { ["alerts"] = new JsonArray([.. alerts.Select(alert => ToJson(domain, alert))]) },
            console =>
            {
                if (alerts.Length == 0)
                {
                    console.WriteLine("No alert waits for a supervisor.");
                    return;
                }

                var table = new Table().AddColumns("alert", "raised (UTC)", "by", "acts", "entries", "seen by");
                foreach (var alert in alerts)
                {
                    table.AddRow(
                        alert.Id, alert.RaisedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Markup.Escape(alert.By),
                        alert.Count.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{alert.First}–{alert.Last}"), Markup.Escape(alert.SeenBy is null ? "nobody" : $"{alert.SeenBy}: {alert.Words}"));
                }

                console.Write(table);
            });
    }

    /// <summary>A supervisor has looked at an alert and says what came of it.</summary>
    public static Answer See(OpenDomain domain, Actor actor, string id, string words)
    {
        if (actor.Role is not (Role.Authority or Role.Auditor or Role.AppointedThirdParty))
        {
            return domain.Refuse("alerts.see", actor.Name, [Refusals.NotThisRole("settle an alert", "处理告警", "the bureau, an auditor or an appointed third party", "主管部门、审计人员或指定第三方")]);
        }

        if (!Names.PlainWords(words, 200))
        {
            return domain.Refuse("alerts.see", actor.Name, [Refusals.Form("remark", "说明")]);
        }

        domain.Commit(new("alert.seen", actor.Name, new Facts { ["alert"] = id.Length <= 80 ? id : "?" }), writer =>
        {
            var alert = writer.Find<Alert>(id) ?? throw new RefusedException(Refusals.Missing("alert", "告警", "?"));
            if (actor.Is(alert.By))
            {
                throw new RefusedException(OwnActs());
            }

            if (alert.SeenBy is not null)
            {
                throw new RefusedException(Seen());
            }

            writer.Update(alert with { SeenBy = actor.Name, Words = words });
        });
        return Answer.Of(new JsonObject { ["alert"] = id }, $"{id} is settled.");
    }

    private static Refusal OwnActs() => new(
        "SB-ALERT-1", "The alert is about this person's own acts.", "Let another supervisor look at it.", "该告警涉及操作人本人的行为。", "请由其他监督人员处理。");

    private static Refusal Seen() => new(
        "SB-ALERT-2", "Somebody has settled this alert already; nothing was changed.", "Look at it with alerts list --all.", "该告警已被处理；未作任何更改。", "可用 alerts list --all 查看。");

    private static JsonObject ToJson(OpenDomain domain, Alert alert) => new JsonObject
    {
        ["alert"] = alert.Id,
        ["rule"] = alert.Rule,
        ["by"] = alert.By,
        ["organisation"] = domain.Registry.Find<Person>(alert.By)?.Organisation,
        ["scenarios"] = new JsonArray([.. Scenarios(domain, alert).Select(id => (JsonNode)id)]),
        ["acts"] = alert.Count,
        ["first"] = alert.First,
        ["last"] = alert.Last,
        ["raised_at"] = alert.RaisedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["seen_by"] = alert.SeenBy,
        ["words"] = alert.Words,
    };

    /// <summary>The grants that the acts of a burst belong to, as far as their entries are not sealed away.</summary>
    private static IEnumerable<string> Scenarios(OpenDomain domain, Alert alert)
    {
        if (domain.Ledger.Archives().Select(archive => archive.End).DefaultIfEmpty(0).Max() > alert.First)
        {
            return [];
        }

        var subjects = LedgerSubjects.Of(domain.Registry);
        return domain.Ledger.Entries(alert.First, (int)Math.Min(alert.Last - alert.First + 1, 2000)).Where(entry => alert.By is "anybody" || entry.Actor == alert.By)
            .SelectMany(subjects.Scenarios).Select(scenario => scenario.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }
}
