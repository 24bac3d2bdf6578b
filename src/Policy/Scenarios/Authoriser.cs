using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Scenarios;

/// <summary>
/// Decides whether an act on data may be done: a pure function of the profile and the request. All faults are reported
/// together; anything unknown, expired or missing is a denial.
/// </summary>
/// <param name="profile">The active profile.</param>
/// <param name="acknowledged">What the deployment has acknowledged about that profile.</param>
public sealed class Authoriser(Profile profile, ProfileAcknowledgement acknowledged)
{
    /// <summary>Decides one request.</summary>
    public Decision Decide(AccessRequest request)
    {
        var parts = new List<Decision> { profile.InForce(request.Today, acknowledged), Person(request), ByAction(request) };
        if (NeedsGrant(request.Action))
        {
            parts.Add(Grant(request));
            parts.Add(Columns(request));
        }

        return Decision.Combine([.. parts]);
    }

    /// <summary>Roles that may ask for an act at all under a profile; reviewers are those that the profile lets approve exports.</summary>
    public static IReadOnlyList<Role> RolesFor(Profile profile, DomainAction action) => action switch
    {
        DomainAction.BuildZone => [Role.Operator, Role.Developer],
        DomainAction.Query or DomainAction.Train => [Role.Operator, Role.Developer, Role.DataScientist],
        DomainAction.Apply => [Role.Operator, Role.Developer],
        DomainAction.RequestExport => [Role.Operator, Role.Developer],
        DomainAction.ReadHeldOutput or DomainAction.Vote => profile.ExportApprovers?.Value ?? [],
        DomainAction.Release => Releasers.Of(profile.ExportApprovers?.Value ?? []),
        DomainAction.OpenTotal => [Role.Authority],
        _ => [],
    };

    private static bool NeedsGrant(DomainAction action) =>
        action is not (DomainAction.Vote or DomainAction.ReadHeldOutput);

    private static Decision Person(AccessRequest request) =>
        string.IsNullOrWhiteSpace(request.Actor)
            ? Decision.Deny(AccessRefusals.NoActor)
            : Decision.Permit("CC-20-1");

    private Decision ByAction(AccessRequest request)
    {
        if (request.Action == DomainAction.ReadRaw)
        {
            return Decision.Deny(AccessRefusals.Raw(profile));
        }

        var roles = RolesFor(profile, request.Action);
        if (!roles.Contains(request.Role))
        {
            return Decision.Deny(request.Action == DomainAction.ReadHeldOutput ? AccessRefusals.Held(profile) : AccessRefusals.WrongRole(request.Action, roles));
        }

        return request.Action switch
        {
            DomainAction.BuildZone or DomainAction.Query when request.Zone == ZoneKind.Unknown || !Enum.IsDefined(request.Zone) => Decision.Deny(AccessRefusals.NoZone),
            DomainAction.Train => Train(request),
            DomainAction.Apply => Apply(request),
            DomainAction.Vote or DomainAction.Release when request.IsAuthor => Decision.Deny(AccessRefusals.Author(profile)),
            _ => Decision.Permit("CC-27-3"),
        };
    }

    private Decision Train(AccessRequest request)
    {
        if (profile.TrainOnSampledAndMaskedOnly is not { } rule)
        {
            return Decision.Deny(AccessRefusals.TrainingNotConfigured(profile));
        }

        return rule.Value && (request.Zone != ZoneKind.Workbench || !request.SampledAndMasked)
            ? Decision.Deny(AccessRefusals.Training(rule.References))
            : request.Zone is ZoneKind.Workbench or ZoneKind.Production ? Decision.Permit("CC-20-3") : Decision.Deny(AccessRefusals.NoZone);
    }

    private static Decision Apply(AccessRequest request) => request.Zone switch
    {
        ZoneKind.Workbench => Decision.Permit("CC-4-3"),
        ZoneKind.Production when request.ModelReviewed => Decision.Permit("CC-4-3", "FT-21-2"),
        ZoneKind.Production => Decision.Deny(AccessRefusals.ModelNotReviewed),
        _ => Decision.Deny(AccessRefusals.NoZone),
    };

    private Decision Grant(AccessRequest request)
    {
        if (request.Scenario is not { } scenario)
        {
            return Decision.Deny(AccessRefusals.NoScenario(profile));
        }

        var refusals = new List<Refusal>();
        if (scenario.State != ScenarioState.Granted)
        {
            refusals.Add(AccessRefusals.NotGranted(profile, scenario.State));
        }

        if (request.Today < scenario.From || request.Today > scenario.Until || scenario.Until < scenario.From)
        {
            refusals.Add(AccessRefusals.OutOfTerm(profile));
        }

        if (string.IsNullOrWhiteSpace(request.Purpose) || !string.Equals(request.Purpose, scenario.Purpose, StringComparison.Ordinal))
        {
            refusals.Add(AccessRefusals.OtherPurpose(profile));
        }

        if (NeedsMembership(request.Action) && !scenario.Members.Contains(request.Actor))
        {
            refusals.Add(AccessRefusals.NotAMember);
        }

        return refusals.Count > 0 ? Decision.Deny(refusals) : Decision.Permit("CC-18-1", "CC-17-1", "CC-27-3");
    }

    private static bool NeedsMembership(DomainAction action) => action is not (DomainAction.Release or DomainAction.OpenTotal);

    // A zone or query that touches no column would be a way to count rows without a grant for any of them.
    private static Decision Columns(AccessRequest request)
    {
        if (request.Action is DomainAction.RequestExport or DomainAction.Release or DomainAction.OpenTotal && request.Columns.Count == 0)
        {
            return Decision.Permit("CC-17-3");
        }

        return request.Scenario is { } scenario && request.Columns.Count > 0 && request.Columns.All(scenario.Columns.Contains)
            ? Decision.Permit("CC-17-3")
            : Decision.Deny(AccessRefusals.Columns);
    }
}
