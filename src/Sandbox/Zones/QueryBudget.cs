using Microsoft.Data.Sqlite;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Trust;

namespace Sandbox.Host.Zones;

/// <summary>Questions that a scenario has put to a data set's production rows. Every one is charged before any row is read: refusals and errors are answers too.</summary>
/// <param name="Id">Scenario and data set.</param>
/// <param name="Day">The day that <paramref name="Today"/> counts.</param>
/// <param name="Today">Questions of that day.</param>
/// <param name="Total">Questions ever.</param>
internal sealed record QueryBudget(string Id, DateOnly Day, int Today, long Total) : IAggregate
{
    /// <summary>Questions a day, scenario and data set. No regulation gives the figure; it bounds what the coarse parts of answers (bands, refusals) can add up to.</summary>
    public const int Daily = 200;

    public static string Kind => "query_budget";

    /// <summary>Charges one question; null when the day's budget is spent.</summary>
    public static QueryBudget? Charge(OpenDomain domain, string actor, string scenario, string dataSet, Facts facts, Action<SqliteTransaction>? beside = null)
    {
        var id = $"{scenario}/{dataSet}";
        QueryBudget? charged = null;
        domain.Commit(new("query.charged", actor, facts), writer =>
        {
            var now = writer.Find<QueryBudget>(id);
            var today = now is not null && now.Day == domain.Today ? now.Today : 0;
            var next = new QueryBudget(id, domain.Today, Math.Min(today + 1, Daily + 1), (now?.Total ?? 0) + 1);
            writer.Put(next);

            beside?.Invoke(writer.Transaction);
            charged = next.Today <= Daily ? next : null;
        });
        return charged;
    }
}
