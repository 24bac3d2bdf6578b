using System.Globalization;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Zones;

namespace Sandbox.Host.Zones;

/// <summary>
/// Builds a zone once more from what its data sets and permissions are now, under the next free name: a zone never changes, so that runs over the old one can be replayed and lead to the rows that
/// they saw. The old one stands until somebody destroys it, but is not opened any more when rows were taken away since.
/// </summary>
public static class RefreshZone
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, IProgress<ZoneProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["zone"] = Names.Valid(id) ? id : "?" };
        if (!Names.Valid(id) || domain.Registry.Find<Zone>(id) is not { } zone)
        {
            return domain.Refuse("zone.open", actor.Name, [Refusals.Missing("zone", "分区", Names.Valid(id) ? id : "?")], facts);
        }

        var scenario = ScenarioAccess.Find(domain, zone.Scenario);
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.BuildZone, zone.ZoneKind) is Decision.Denied denied)
        {
            return domain.Refuse("zone.open", actor.Name, denied.Reasons, facts);
        }

        return IsBehind(domain, zone, scenario)
            ? await BuildZone.RunAsync(domain, actor, zone.Scenario, zone.ZoneKind, NextName(domain, id), progress, cancel).ConfigureAwait(false)
            : domain.Refuse("zone.open", actor.Name, [Fresh()], facts);
    }

    /// <summary>Whether the zone would be another one if it were built now.</summary>
    private static bool IsBehind(OpenDomain domain, Zone zone, Scenario scenario) =>
        zone.DestroyedAt is not null
        || scenario.Tables.Select(table => domain.Registry.Find<DataSet>(table.DataSet)).OfType<DataSet>()
            .Any(set => set.RemovedAt >= zone.BuiltAt || set.Batches.Any(batch => batch.LoadedAt >= zone.BuiltAt || batch.WithdrawnAt >= zone.BuiltAt))
        || PermissionNeed.Stale(domain, zone, scenario) is not null
        || PermissionNeed.States(domain, scenario, untils: false).Any(now => zone.Permissions.All(then => then.DataSet != now.DataSet || then.State != now.State));

    // shuttle-wb, shuttle-wb-2, shuttle-wb-3 …
    private static string NextName(OpenDomain domain, string id)
    {
        var stem = id.LastIndexOf('-') is > 0 and var at && int.TryParse(id.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _) ? id[..at] : id;
        for (var number = 2; ; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}");
            if (domain.Registry.Find<Zone>(name) is null)
            {
                return name;
            }
        }
    }

    private static Refusal Fresh() => new(
        "ZONE-FRESH",
        "Nothing of the zone's data sets or permissions has changed since it was built.",
        "Go on with the zone as it is.",
        "该分区建成后，其数据集与授权均无变化。",
        "请继续使用现有分区。");
}
