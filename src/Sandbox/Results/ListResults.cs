using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Zones;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Results;

/// <summary>Lists the results of a zone for those to whom the zone opens.</summary>
public static class ListResults
{
    public static Answer Run(OpenDomain domain, Actor actor, string zoneId)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var zone = QueryZone.Find(domain, zoneId);
        var facts = new Facts { ["zone"] = zone.Id };
        if (QueryZone.Refused(domain, actor, zone) is { } refusals)
        {
            return domain.Refuse("result.list", actor.Name, refusals, facts);
        }

        var results = NamedResult.Of(domain.Registry.All<NamedResult>(), zone.Id);
        domain.Note(new("result.listed", actor.Name, facts));
        return Answer.Of(
            new JsonObject
            {
                ["zone"] = zone.Id,
                ["results"] = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
                {
                    ["name"] = result.Name, ["rows"] = result.Rows, ["columns"] = result.Columns, ["bytes"] = result.Object!.SealedLength, ["kept_at"] = result.KeptAt.ToString("O", CultureInfo.InvariantCulture), ["kept_by"] = result.KeptBy,
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("result", "rows", "columns", "MiB", "kept", "by");
                foreach (var result in results)
                {
                    table.AddRow("results." + result.Name, result.Rows.ToString("N0", CultureInfo.InvariantCulture), result.Columns.ToString(CultureInfo.InvariantCulture), (result.Object!.SealedLength / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture), result.KeptAt.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), result.KeptBy);
                }

                console.Write(table);
            });
    }
}
