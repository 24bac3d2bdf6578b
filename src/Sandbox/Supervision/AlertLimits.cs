using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Supervision;

/// <summary>What the bureau set: above these figures a single act raises an alert.</summary>
/// <param name="ExportRows">Rows of all tables of one release together.</param>
public sealed record AlertLimits(string Id, long ExportRows) : IAggregate
{
    public const string OnlyId = "limits";

    /// <summary>Where the bureau has set nothing.</summary>
    public const long UsualExportRows = 1000;

    public static string Kind => "alert_limits";

    internal static long ExportRowsOf(OpenDomain domain) => domain.Registry.Find<AlertLimits>(OnlyId)?.ExportRows ?? UsualExportRows;

    internal static Answer Set(OpenDomain domain, Actor actor, long exportRows)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("alerts.limit", actor.Name, [Refusals.NotThisRole("set limits of alerts", "设置告警阈值", "the bureau", "主管部门")]);
        }

        if (exportRows is < 0 or > 1_000_000_000)
        {
            return domain.Refuse("alerts.limit", actor.Name, [Refusals.Form("limit", "阈值")]);
        }

        domain.Commit(new("alert.limit-set", actor.Name, new Facts { ["export_rows"] = exportRows }), writer =>
        {
            var limits = new AlertLimits(OnlyId, exportRows);
            writer.Put(limits);
        });
        return Answer.Of(new JsonObject { ["export_rows"] = exportRows }, $"A release of more than {exportRows} rows raises an alert.");
    }
}
