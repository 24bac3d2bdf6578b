using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Results;

/// <summary>Removes a result and its file: whoever kept it, the zone's operating unit, or the bureau. Its zone's key opens an older copy of the file until the zone is destroyed.</summary>
public static class DropResult
{
    public static Answer Run(OpenDomain domain, Actor actor, string zoneId, string name)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(name);
        var zone = QueryZone.Find(domain, zoneId);
        var facts = new Facts { ["zone"] = zone.Id };
        var operates = actor.Role == Role.Operator && actor.Organisation == ScenarioAccess.Find(domain, zone.Scenario).Operator;
        if (!operates && actor.Role != Role.Authority && QueryZone.Refused(domain, actor, zone) is { } refusals)
        {
            return domain.Refuse("result.drop", actor.Name, refusals, facts);
        }

        if (NamedResult.Of(domain.Registry.All<NamedResult>(), zone.Id).FirstOrDefault(item => item.Name == name) is not { } result)
        {
            return domain.Refuse("result.drop", actor.Name, [ShowResult.Missing(name)], facts);
        }

        facts["result"] = result.Name;
        if (!operates && actor.Role != Role.Authority && result.KeptBy != actor.Name)
        {
            return domain.Refuse("result.drop", actor.Name, [Refusals.NotThisRole("drop the result", "删除该结果", "who kept it, the zone's operating unit or the bureau", "保存该结果的人员、分区的运营单位或主管部门")], facts);
        }

        ObjectRef? gone = null;
        domain.Commit(new("result.dropped", actor.Name, facts), writer =>
        {
            if (writer.Find<NamedResult>(result.Id) is not { Object: { } stored } now)
            {
                throw new RefusedException(ShowResult.Missing(name));
            }

            gone = stored;
            writer.Update(now with { Object = null });
        });
        domain.Store.Delete(gone!);
        return Answer.Of(new JsonObject { ["zone"] = zone.Id, ["result"] = result.Name }, $"Result '{result.Name}' is dropped. A backup made before holds it until the zone is destroyed.");
    }
}
