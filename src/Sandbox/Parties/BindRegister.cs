using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Parties;

/// <summary>From now on every act on data needs registered, admitted organisations and the papers of the profile. The setting stands in the ledger and no verb takes it back.</summary>
internal static class BindRegister
{
    public static Answer Run(OpenDomain domain, Actor actor)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("party.bind", actor.Name, [Refusals.NotThisRole("make the register binding", "启用单位登记的强制效力", "the bureau", "主管部门")]);
        }

        domain.Commit(new("party.register-bound", actor.Name, new Facts { ["profile"] = domain.Profile.Name }), writer =>
        {
            if (!writer.TryAdd(new RegisterBinding(RegisterBinding.OnlyId, domain.Time.GetUtcNow(), actor.Name)))
            {
                throw new RefusedException(Refusals.Taken("binding of the register", "登记强制效力", RegisterBinding.OnlyId));
            }
        });
        return Answer.Of(
            new JsonObject { ["bound"] = true },
            "The register is binding: data are processed only for admitted organisations under signed papers. This cannot be taken back.");
    }
}
