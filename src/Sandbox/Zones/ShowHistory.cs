using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Zones;

/// <summary>Shows a person what that person asked a zone, as long as the zone opens to them.</summary>
public static class ShowHistory
{
    public static Answer Run(OpenDomain domain, Actor actor, string zoneId)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var (asked, refusal) = Read(domain, actor, zoneId);
        if (asked is null)
        {
            return refusal!;
        }

        domain.Note(new("query.history-shown", actor.Name, new Facts { ["zone"] = zoneId, ["statements"] = Coarse.Count(asked.Count) }));
        return Answer.Of(
            new JsonObject
            {
                ["zone"] = zoneId,
                ["statements"] = new JsonArray([.. asked.Select(item => (JsonNode)new JsonObject
                {
                    ["number"] = item.Number,
                    ["at"] = item.At.ToString("O", CultureInfo.InvariantCulture),
                    ["statement"] = item.Sql,
                    ["set"] = new JsonObject(item.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, (JsonNode?)parameter.Value))),
                })]),
            },
            console =>
            {
                var table = new Table().AddColumns("N", "asked", "statement");
                foreach (var item in asked)
                {
                    table.AddRow(new Text(item.Number.ToString(CultureInfo.InvariantCulture)), new Text(item.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)), new Text(item.Sql + string.Concat(item.Parameters.Select(parameter => $"\n${parameter.Name} = {parameter.Value}"))));
                }

                console.Write(table);
            });
    }

    /// <summary>One statement of the actor's own history, or why not.</summary>
    internal static (AskedStatement? Asked, Answer? Refusal) Find(OpenDomain domain, Actor actor, string zoneId, int number)
    {
        var (asked, refusal) = Read(domain, actor, zoneId);
        return asked is null ? (null, refusal)
            : asked.FirstOrDefault(item => item.Number == number) is { } found ? (found, null)
            : (null, domain.Refuse("query", actor.Name, [Missing()], new Facts { ["zone"] = zoneId }));
    }

    private static (IReadOnlyList<AskedStatement>? Asked, Answer? Refusal) Read(OpenDomain domain, Actor actor, string zoneId)
    {
        var zone = QueryZone.Find(domain, zoneId);
        if (QueryZone.Refused(domain, actor, zone) is { } refusals)
        {
            return (null, domain.Refuse("query.history", actor.Name, refusals, new Facts { ["zone"] = zone.Id }));
        }

        using var key = domain.Keys.OpenKey(KeyScope.Zone, zone.Id);
        using var history = new QueryHistory(key, actor.Name);
        return (history.Read(domain.Registry.Connection), null);
    }

    private static Refusal Missing() => new(
        "SB-QUERY-22",
        $"There is no statement of this number in your history of the zone; it holds your last {QueryHistory.Most}.",
        "`sandbox query --zone Z --history` shows the numbers.",
        $"您在该分区的查询历史中没有此编号的语句；历史只保存最近 {QueryHistory.Most} 条。",
        "可用 sandbox query --zone Z --history 查看编号。");
}
