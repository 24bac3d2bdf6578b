using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Results;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Zones;

/// <summary>Destroys a zone for good: its key in every copy that an epoch key opens, then its file, with its named results and what people asked it. The signed certificate stays with the zone's document.</summary>
public static class DestroyZone
{
    public static Answer Run(OpenDomain domain, Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var facts = new Facts { ["zone"] = Names.Valid(id) ? id : "?" };
        if (!Names.Valid(id) || domain.Registry.Find<Zone>(id) is not { DestroyedAt: null } zone)
        {
            return domain.Refuse("zone.destroy", actor.Name, [Refusals.Missing("zone", "分区", Names.Valid(id) ? id : "?")], facts);
        }

        facts["scenario"] = zone.Scenario;
        var scenario = ScenarioAccess.Find(domain, zone.Scenario);
        if (!(actor.Role == Role.Authority || (actor.Role == Role.Operator && actor.Organisation == scenario.Operator)))
        {
            return domain.Refuse("zone.destroy", actor.Name, [Refusals.NotThisRole("destroy the zone", "销毁分区", "its operating unit or the bureau", "其运营单位或主管部门")], facts);
        }

        DestructionCertificate? certificate = null;
        IReadOnlyList<ObjectRef> results = [];
        domain.Commit(new("zone.destroyed", actor.Name, facts), writer =>
        {
            if (writer.Find<Zone>(id) is not { DestroyedAt: null } now)
            {
                throw new RefusedException(Refusals.Missing("zone", "分区", id));
            }

            certificate = domain.Keys.Destroy(writer.Transaction, KeyScope.Zone, id);
            results = KeptResults.Remove(writer, id);
            QueryHistory.Remove(writer.Transaction, id);
            writer.Update(now with { DestroyedAt = certificate.At, Certificate = certificate.Statement.ToString() });
        });

        // What the disk refuses now is swept at the next start: no document that lives names the file any more, and nothing opens it.
        foreach (var stored in results.Append(zone.Object))
        {
            domain.Store.Delete(stored);
        }

        return Answer.Of(
            new JsonObject { ["zone"] = id, ["destroyed_at"] = certificate!.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture), ["key"] = certificate.KeyId, ["certificate"] = JsonNode.Parse(certificate.Statement.ToBytes()) },
            $"Zone '{id}' is destroyed: no key on this disk opens it. Write the epoch key over its copy (`sandbox backup keys`), or older backups open it still.");
    }
}
