using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Host.Registry;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Trust;

namespace Sandbox.Host.Procedures;

/// <summary>
/// A step that this domain requires from a day on, before data are asked for or opened: the bureau says so once, and nobody takes it back.
/// Until then the step can be kept but is not asked for, because a domain may have begun before its catalogue or selection was in the books.
/// </summary>
/// <param name="Id">The catalogue, or a chain that ends in a signature.</param>
public sealed record Duty(string Id, string SetBy, DateTimeOffset SetAt) : IAggregate
{
    internal const string Catalogue = "catalogue";
    internal const string OperatorSelection = "operator_selection";
    internal const string DeveloperApplication = "developer_application";

    public static string Kind => "duty";

    internal static bool InForce(OpenDomain domain, string id) => domain.Registry.Find<Duty>(id) is not null;

    internal static Answer Require(OpenDomain domain, Actor actor, string id)
    {
        if (actor.Role != Role.Authority)
        {
            return domain.Refuse("procedure.require", actor.Name, [Refusals.NotThisRole("say what this domain requires", "规定本域必经程序", "the bureau", "主管部门")]);
        }

        if (id != Catalogue && (id is not (OperatorSelection or DeveloperApplication) || domain.Procedures.Find(id) is null))
        {
            return domain.Refuse("procedure.require", actor.Name, [OpenCase.NoChain(domain)]);
        }

        domain.Commit(new("duty.set", actor.Name, new Facts { ["duty"] = id, ["rules"] = domain.RulesName }), writer =>
        {
            if (!writer.TryAdd(new Duty(id, actor.Name, domain.Time.GetUtcNow())))
            {
                throw new RefusedException(Refusals.Taken("duty", "必经程序", id.Replace('_', '-')));
            }
        });
        return Answer.Of(new JsonObject { ["duty"] = id }, $"From now on this domain requires '{id}'; it can't be taken back. 自此本域须经“{id}”，不可撤回。");
    }
}

/// <summary>Time that the operating unit sets where a text leaves it to it ("within a set time").</summary>
/// <param name="Id">The chain.</param>
public sealed record CompletionTime(string Id, int Count, LimitUnit Unit, string SetBy, DateTimeOffset SetAt) : IAggregate
{
    public static string Kind => "completion-time";

    internal static Answer Set(OpenDomain domain, Actor actor, string chain, Limit limit)
    {
        if (actor.Role != Role.Operator)
        {
            return domain.Refuse("procedure.set-time", actor.Name, [Refusals.NotThisRole("set the time for completing papers", "设定材料补正期限", "the operating unit", "运营单位")]);
        }

        if (domain.Procedures.Find(chain) is not { } known || known.Steps.All(step => !step.Completion))
        {
            return domain.Refuse("procedure.set-time", actor.Name, [OpenCase.NoChain(domain)]);
        }

        domain.Commit(new("procedure.time-set", actor.Name, new Facts { ["chain"] = chain, ["count"] = limit.Count, ["unit"] = limit.Unit.ToString() }), writer =>
        {
            var time = new CompletionTime(chain, limit.Count, limit.Unit, actor.Name, domain.Time.GetUtcNow());
            writer.Put(time);
        });
        return Answer.Of(new JsonObject { ["chain"] = chain, ["count"] = limit.Count }, $"Papers of '{chain}' are completed within that time from now on. 补正期限已设定。");
    }
}
