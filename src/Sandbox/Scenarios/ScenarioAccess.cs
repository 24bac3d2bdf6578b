using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Host.Scenarios;

/// <summary>Puts a wanted act before the authoriser with the facts as the registry holds them.</summary>
public static class ScenarioAccess
{
    /// <param name="columns">Every column that is touched; null means every column of the scenario's tables.</param>
    public static Decision Decide(
        OpenDomain domain,
        Actor actor,
        Scenario scenario,
        DomainAction action,
        ZoneKind zone,
        IReadOnlyCollection<ColumnName>? columns = null,
        bool modelReviewed = false,
        bool sampledAndMasked = false,
        bool isAuthor = false)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(scenario);
        var granted = scenario.Tables.SelectMany(table => table.Columns.Select(column => new ColumnName(table.DataSet, column.Name))).ToHashSet();
        var decision = domain.Authoriser.Decide(new AccessRequest
        {
            Actor = actor.Name,
            Role = actor.Role,
            Scenario = new ScenarioFacts
            {
                Id = scenario.Id,
                State = scenario.State,
                Purpose = scenario.Purpose,
                From = scenario.From,
                Until = scenario.Until,
                Columns = granted,
                Members = scenario.People.ToHashSet(StringComparer.Ordinal),
            },
            Purpose = scenario.Purpose,
            Action = action,
            Columns = columns ?? granted,
            Zone = zone,
            Today = domain.Today,
            ModelReviewed = modelReviewed,
            SampledAndMasked = sampledAndMasked,
            IsAuthor = isAuthor,
        });
        return !decision.IsPermitted ? decision
            : ConsentProof.Lacking(domain, scenario) is { } unproved ? Decision.Deny(unproved)
            : CaseHolds.On(domain, scenario) is { Count: > 0 } held ? Decision.Deny(held)
            : decision;
    }

    /// <exception cref="RefusedException">No such scenario.</exception>
    public static Scenario Find(OpenDomain domain, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Registry.Find<Scenario>(id) ?? throw new RefusedException(Refusals.Missing("scenario", "场景", Names.Valid(id) ? id : "?"));
    }
}
