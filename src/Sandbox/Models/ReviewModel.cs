using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Models;

/// <summary>The bureau approves or blocks a model. What is approved is one digest; a changed model is another one.</summary>
public static class ReviewModel
{
    public static Answer Run(OpenDomain domain, Actor actor, string id, bool approve)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        var model = domain.Registry.Find<Model>(id);
        if (model is null)
        {
            return domain.Refuse("model.review", actor.Name, [Refusals.Missing("model", "模型", Names.Valid(id) ? id : "?")]);
        }

        var facts = new Facts { ["model"] = model.Id, ["digest"] = model.Digest };
        if (actor.Role is not (Role.Authority or Role.AppointedThirdParty) || actor.Organisation == model.Organisation || actor.Is(model.SubmittedBy))
        {
            return domain.Refuse("model.review", actor.Name, [ModelWords.AuthorApproves()], facts);
        }

        domain.Commit(new(approve ? "model.approved" : "model.blocked", actor.Name, facts), writer =>
        {
            var now = writer.Find<Model>(id)!;
            if (approve && now.State == ModelState.Blocked)
            {
                throw new RefusedException(ModelWords.Blocked());
            }

            writer.Update(now with { State = approve ? ModelState.Approved : ModelState.Blocked, ApprovedBy = actor.Name });
        });
        return Answer.Of(
            new JsonObject { ["model"] = model.Id, ["state"] = (approve ? ModelState.Approved : ModelState.Blocked).ToString(), ["digest"] = model.Digest },
            approve ? $"Model '{model.Id}' is approved: exactly the digest {model.Digest} may run." : $"Model '{model.Id}' is blocked.");
    }
}
