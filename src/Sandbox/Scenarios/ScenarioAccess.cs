using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.Domains;
using Sandbox.Host.Parties;
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
        // Who stands behind the act is asked for beside the grant, so that every fault is named at once.
        if (Standing.Of(domain, actor.Name, actor.Organisation, scenario, action) is Decision.Denied standing)
        {
            decision = Decision.Combine(decision, standing);
        }

        if (!decision.IsPermitted)
        {
            return decision;
        }

        // What was granted is not opened when the data have become barred since, when a procedure that this domain requires is not closed, or when a grade was raised over the mask.
        Refusal[] refusals =
        [
            .. ConsentProof.Lacking(domain, scenario) is { } unproved ? new[] { unproved } : [],
            .. CaseHolds.On(domain, scenario),
            .. action is DomainAction.Vote or DomainAction.ReadHeldOutput
                ? []
                : (IEnumerable<Refusal>)[.. Admission.Barred(domain, scenario.Tables.Select(table => table.DataSet)), .. Admission.ProcedureOpen(domain, scenario), .. Admission.GradesRaised(domain, scenario, action, zone, columns ?? granted)],
        ];
        return refusals.Length > 0 ? Decision.Deny(refusals) : decision;
    }

    /// <exception cref="RefusedException">No such scenario.</exception>
    public static Scenario Find(OpenDomain domain, string id)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Registry.Find<Scenario>(id) ?? throw new RefusedException(Refusals.Missing("scenario", "场景", Names.Valid(id) ? id : "?"));
    }
}
