using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Permissions;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;
using Sandbox.Policy.Scenarios;
using Sandbox.Trust;
using Sandbox.Vault.Zones;
using Spectre.Console;

namespace Sandbox.Host.Zones;

/// <summary>Builds a workbench or production zone of a granted scenario in the build jail.</summary>
public static class BuildZone
{
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string scenarioId, ZoneKind kind, string? id, IProgress<ZoneProgress>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var scenario = ScenarioAccess.Find(domain, scenarioId);
        var zoneId = id ?? $"{scenario.Id}-{(kind == ZoneKind.Workbench ? "wb" : "prod")}";
        var facts = new Facts { ["scenario"] = scenario.Id, ["zone"] = Names.Valid(zoneId) ? zoneId : "?", ["kind"] = kind.ToString() };
        if (ScenarioAccess.Decide(domain, actor, scenario, DomainAction.BuildZone, kind) is Decision.Denied denied)
        {
            return domain.Refuse("zone.open", actor.Name, denied.Reasons, facts);
        }

        if (!Names.Valid(zoneId))
        {
            return domain.Refuse("zone.open", actor.Name, [Refusals.BadName(zoneId)], facts);
        }

        if (domain.Registry.Find<Zone>(zoneId) is not null)
        {
            return domain.Refuse("zone.open", actor.Name, [Refusals.Taken("zone", "分区", zoneId)], facts);
        }

        var sets = scenario.Tables.Select(table => domain.Registry.Find<DataSet>(table.DataSet)!).ToArray();
        if (sets.Any(set => set.RowCount == 0))
        {
            return domain.Refuse("zone.open", actor.Name, [StaleZones.Empty()], facts);
        }

        var permissions = PermissionNeed.States(domain, scenario, untils: true);
        if (CaseHolds.TooWeak(domain, scenario, kind) is { } weak)
        {
            return domain.Refuse("zone.open", actor.Name, [weak], facts);
        }

        var dataKeys = new List<DataKey>();
        try
        {
            using var zoneKey = domain.Key(KeyScope.Zone, zoneId, actor.Name);
            using var tokenKey = domain.Key(KeyScope.Scenario, scenario.Id, actor.Name);
            var request = new ZoneRequest
            {
                ZoneId = zoneId,
                Kind = kind,
                K = domain.Profile.Floor.K.Value,
                ZoneKey = zoneKey,
                TokenKey = tokenKey,
                Tables = [.. scenario.Tables.Select(table => Table(domain, scenario.Id, table, kind, dataKeys))],
            };
            var result = await new ZoneBuilder(domain.Jailer, domain.Store).BuildAsync(request, progress, cancel).ConfigureAwait(false);
            if (result is not ZoneResult.Built built)
            {
                return domain.Refuse("zone.open", actor.Name, ((ZoneResult.Refused)result).Reasons, facts);
            }

            var zone = new Zone(zoneId, scenario.Id, kind, built.Zone, built.Rows, built.Tables, domain.Time.GetUtcNow(), actor.Name) { Permissions = permissions };
            facts["tables"] = built.Tables.Count;
            facts["rows"] = Coarse.Count(built.Rows);
            domain.Commit(new("zone.opened", actor.Name, facts), writer =>
            {
                if (ScenarioAccess.Decide(domain, actor, writer.Find<Scenario>(scenario.Id)!, DomainAction.BuildZone, kind) is Decision.Denied closed)
                {
                    throw new RefusedException([.. closed.Reasons]);
                }

                if (CaseHolds.On(CaseReading.Of(writer), domain.Record.Profile, scenario) is { Count: > 0 } held)
                {
                    throw new RefusedException([.. held]);
                }

                // What was withdrawn while the zone was being built is in it.
                if (sets.Any(set => writer.Find<DataSet>(set.Id)!.Epoch != set.Epoch))
                {
                    throw new RefusedException(LoadDelivery.Moved());
                }

                if (PermissionNeed.Moved(domain, writer, scenario, permissions))
                {
                    throw new RefusedException(PermissionNeed.Changed());
                }

                if (!writer.TryAdd(zone))
                {
                    throw new RefusedException(Refusals.Taken("zone", "分区", zoneId));
                }
            });
            return Shown(zone);
        }
        finally
        {
            dataKeys.ForEach(key => key.Dispose());
        }
    }

    private static ZoneTable Table(OpenDomain domain, string scenario, ScenarioTable table, ZoneKind kind, List<DataKey> keys)
    {
        var set = domain.Registry.Find<DataSet>(table.DataSet)!;
        var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id);
        keys.Add(key);
        return new ZoneTable
        {
            Name = Names.Table(table.DataSet),
            Segments = set.ZoneSegments(),
            DataKey = key,
            Columns = [.. table.Columns.Select(column => Column(set, column, kind))],
            SubjectColumn = set.SubjectColumn,
            Permissions = PermissionNeed.View(domain, set, scenario),
            LeaveOutPerMille = kind == ZoneKind.Workbench ? table.LeaveOutPerMille : 0,
            Sample = kind == ZoneKind.Workbench ? new SampleBuckets(table.BucketFrom, table.BucketFrom + table.SamplePerMille) : null,
            QuasiIdentifiers = kind == ZoneKind.Workbench ? QuasiIdentifiers(set, table) : [],
        };
    }

    /// <summary>What the provider graded so counts whether or not the applicant names it, and so does what a rule leaves of an identifying column: an attacker puts all of it together.</summary>
    private static IReadOnlyList<string> QuasiIdentifiers(DataSet set, ScenarioTable table) =>
    [
        .. table.Columns
            .Where(column => table.QuasiIdentifiers.Contains(column.Name)
                || (set.Columns.First(item => item.Name == column.Name) is var known && MaskPolicy.TellsApart(known.Identifies, known.Grade, column.Rule(ZoneKind.Workbench))))
            .Select(column => column.Name),
    ];

    private static ZoneColumn Column(DataSet set, ScenarioColumn column, ZoneKind kind)
    {
        var known = set.Columns.First(item => item.Name == column.Name);
        return new ZoneColumn(column.Name, column.Rule(kind), known.Identifies, known.Grade, known.FloorRule);
    }

    /// <summary>Rows of a workbench can be counted in it anyway; of a production zone only the order of magnitude is told.</summary>
    private static long Rows(Zone zone, BuiltTable table) => zone.ZoneKind == ZoneKind.Workbench ? table.Rows : Coarse.Count(table.Rows);

    internal static Answer Shown(Zone zone) => Answer.Of(
        new JsonObject
        {
            ["zone"] = zone.Id,
            ["kind"] = zone.ZoneKind.ToString(),
            ["tables"] = new JsonArray([.. zone.Tables.Select(table => (JsonNode)new JsonObject
            {
                ["name"] = table.Name,
                ["rows"] = Rows(zone, table),
                ["columns"] = new JsonArray([.. table.Columns.Select(column => (JsonNode)new JsonObject { ["name"] = column.Name, ["rule"] = column.Rule, ["type"] = column.Type })]),
            })]),
        },
        console =>
        {
            console.WriteLine($"Zone '{zone.Id}' ({zone.ZoneKind}) stands:");
            var view = new Table().AddColumns("table", "rows", "column", "type", "mask");
            foreach (var table in zone.Tables)
            {
                foreach (var column in table.Columns)
                {
                    view.AddRow(Markup.Escape(table.Name), Rows(zone, table).ToString("N0", System.Globalization.CultureInfo.InvariantCulture), Markup.Escape(column.Name), Markup.Escape(column.Type), Markup.Escape(column.Rule));
                }
            }

            console.Write(view);
        });
}
