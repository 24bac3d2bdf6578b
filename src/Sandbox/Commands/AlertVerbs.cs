using System.CommandLine;
using Sandbox.Host.Supervision;

namespace Sandbox.Host.Commands;

/// <summary><c>alerts list|see|limit</c>.</summary>
internal static class AlertVerbs
{
    public static Command Group() => Verb.Group("alerts", "Bursts of refusals, exports, copying, masking and destruction, for supervisors.", List(), See(), Limit());

    private static Command List()
    {
        var all = new Option<bool>("--all") { Description = "Also alerts that somebody has settled" };
        return Verb.Create("list", "Show the alerts that wait for a supervisor.", ["alerts list", "alerts list --all --json"], [all], context =>
        {
            using var domain = context.Open();
            return Alerts.List(domain, context.Get(all));
        });
    }

    private static Command See()
    {
        var id = new Argument<string>("alert");
        var words = new Option<string>("--words") { Description = "What came of it, at most 200 characters", Required = true };
        return Verb.Create("see", "As the bureau, an auditor or third party: settle an alert that is not about your own acts.", ["alerts see refusals-118 --words \"a script with an old key file\" --as sun"], [id, words], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return Alerts.See(domain, actor, context.Get(id), context.Get(words));
            }
        });
    }

    private static Command Limit()
    {
        var rows = new Option<long>("--export-rows") { Description = $"Rows of one release above which an alert is raised (at first {AlertLimits.UsualExportRows})", Required = true };
        return Verb.Create("limit", "As the bureau: set above how many rows a release raises an alert.", ["alerts limit --export-rows 5000 --as zhao"], [rows], context =>
        {
            var (domain, actor) = context.OpenAs();
            using (domain)
            using (actor)
            {
                return AlertLimits.Set(domain, actor, context.Get(rows));
            }
        });
    }
}
