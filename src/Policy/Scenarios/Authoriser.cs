using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Scenarios;

/// <summary>
/// Decides whether an act on data may be done: a pure function of the profile and the request. All faults are reported
/// together; anything unknown, expired or missing is a denial. A permission allocates nothing: what it rests on depends on
/// the day and the kind of act alone, and is kept.
/// </summary>
public sealed class Authoriser
{
    private static readonly Decision Known = Decision.Permit("CC-20-1");
    private static readonly Decision ColumnsGranted = Decision.Permit("CC-17-3");
    private static readonly Decision GrantOpen = Decision.Permit("CC-18-1", "CC-17-1", "CC-27-3");
    private static readonly Decision WithinPurpose = Decision.Permit("CC-27-3");
    private static readonly Decision Trains = Decision.Permit("CC-20-3");
    private static readonly Decision AppliesToWorkbench = Decision.Permit("CC-4-3");
    private static readonly Decision AppliesReviewed = Decision.Permit("CC-4-3", "FT-21-2");
    private static readonly Decision[] ByActions = [WithinPurpose, Trains, AppliesToWorkbench, AppliesReviewed];

    private readonly Profile _profile;
    private readonly ProfileAcknowledgement _acknowledged;
    private readonly IReadOnlyList<Role>[] _roles;
    private Day? _day;

    /// <param name="profile">The active profile.</param>
    /// <param name="acknowledged">What the deployment has acknowledged about that profile.</param>
    public Authoriser(Profile profile, ProfileAcknowledgement acknowledged)
    {
        _profile = profile;
        _acknowledged = acknowledged;
        _roles = [.. Enum.GetValues<DomainAction>().Order().Select(action => RolesFor(profile, action))];
    }

    /// <summary>Decides one request.</summary>
    public Decision Decide(AccessRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var day = On(request.Today);
        var (person, byAction, needsGrant) = (Person(request), ByAction(request), NeedsGrant(request.Action));
        var (grant, columns) = needsGrant ? (Grant(request), Columns(request)) : (null, null);
        if (day.InForce.IsPermitted && person.IsPermitted && byAction.IsPermitted && grant is null or { IsPermitted: true } && columns is null or { IsPermitted: true }
            && Array.IndexOf(ByActions, byAction) is >= 0 and var kind)
        {
            // Two threads may make the same one; either is right.
            return day.Permits[(2 * kind) + (needsGrant ? 1 : 0)] ??= Combined(day.InForce, person, byAction, grant, columns);
        }

        return Combined(day.InForce, person, byAction, grant, columns);
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

    private static Decision Combined(Decision inForce, Decision person, Decision byAction, Decision? grant, Decision? columns) =>
        Decision.Combine([.. new[] { inForce, person, byAction, grant, columns }.OfType<Decision>()]);

    private Day On(DateOnly today)
    {
        var day = _day;
        if (day is null || day.On != today)
        {
            _day = day = new Day(today, _profile.InForce(today, _acknowledged));
        }

        return day;
    }

    private static bool NeedsGrant(DomainAction action) =>
        action is not (DomainAction.Vote or DomainAction.ReadHeldOutput);

    private static Decision Person(AccessRequest request) =>
        string.IsNullOrWhiteSpace(request.Actor)
            ? Decision.Deny(AccessRefusals.NoActor)
            : Known;

    private Decision ByAction(AccessRequest request)
    {
        if (request.Action == DomainAction.ReadRaw)
        {
            return Decision.Deny(AccessRefusals.Raw(_profile));
        }

        var roles = (int)request.Action is >= 0 and var at && at < _roles.Length ? _roles[at] : [];
        if (!roles.Contains(request.Role))
        {
            return Decision.Deny(request.Action == DomainAction.ReadHeldOutput ? AccessRefusals.Held(_profile) : AccessRefusals.WrongRole(request.Action, roles));
        }

        return request.Action switch
        {
            DomainAction.BuildZone or DomainAction.Query when request.Zone == ZoneKind.Unknown || !Enum.IsDefined(request.Zone) => Decision.Deny(AccessRefusals.NoZone),
            DomainAction.Train => Train(request),
            DomainAction.Apply => Apply(request),
            DomainAction.Vote or DomainAction.Release when request.IsAuthor => Decision.Deny(AccessRefusals.Author(_profile)),
            _ => WithinPurpose,
        };
    }

    private Decision Train(AccessRequest request)
    {
        if (_profile.TrainOnSampledAndMaskedOnly is not { } rule)
        {
            return Decision.Deny(AccessRefusals.TrainingNotConfigured(_profile));
        }

        return rule.Value && (request.Zone != ZoneKind.Workbench || !request.SampledAndMasked)
            ? Decision.Deny(AccessRefusals.Training(rule.References))
            : request.Zone is ZoneKind.Workbench or ZoneKind.Production ? Trains : Decision.Deny(AccessRefusals.NoZone);
    }

    private static Decision Apply(AccessRequest request) => request.Zone switch
    {
        ZoneKind.Workbench => AppliesToWorkbench,
        ZoneKind.Production when request.ModelReviewed => AppliesReviewed,
        ZoneKind.Production => Decision.Deny(AccessRefusals.ModelNotReviewed),
        _ => Decision.Deny(AccessRefusals.NoZone),
    };

    private Decision Grant(AccessRequest request)
    {
        if (request.Scenario is not { } scenario)
        {
            return Decision.Deny(AccessRefusals.NoScenario(_profile));
        }

        List<Refusal>? refusals = null;
        if (scenario.State != ScenarioState.Granted)
        {
            (refusals ??= []).Add(AccessRefusals.NotGranted(_profile, scenario.State));
        }

        if (request.Today < scenario.From || request.Today > scenario.Until || scenario.Until < scenario.From)
        {
            (refusals ??= []).Add(AccessRefusals.OutOfTerm(_profile));
        }

        if (string.IsNullOrWhiteSpace(request.Purpose) || !string.Equals(request.Purpose, scenario.Purpose, StringComparison.Ordinal))
        {
            (refusals ??= []).Add(AccessRefusals.OtherPurpose(_profile));
        }

        if (NeedsMembership(request.Action) && !scenario.Members.Contains(request.Actor))
        {
            (refusals ??= []).Add(AccessRefusals.NotAMember);
        }

        return refusals is not null ? Decision.Deny(refusals) : GrantOpen;
    }

    private static bool NeedsMembership(DomainAction action) => action is not (DomainAction.Release or DomainAction.OpenTotal);

    // A zone or query that touches no column would be a way to count rows without a grant for any of them.
    private static Decision Columns(AccessRequest request)
    {
        if (request.Action is DomainAction.RequestExport or DomainAction.Release or DomainAction.OpenTotal && request.Columns.Count == 0)
        {
            return ColumnsGranted;
        }

        return request.Scenario is { } scenario && request.Columns.Count > 0 && AreGranted(request.Columns, scenario.Columns)
            ? ColumnsGranted
            : Decision.Deny(AccessRefusals.Columns);
    }

    // The kinds of collection that callers have, so that no enumerator is boxed.
    private static bool AreGranted(IReadOnlyCollection<ColumnName> touched, IReadOnlySet<ColumnName> granted)
    {
        switch (touched)
        {
            case HashSet<ColumnName> set:
                foreach (var column in set)
                {
                    if (!granted.Contains(column))
                    {
                        return false;
                    }
                }

                return true;
            case ColumnName[] list:
                return AreGranted(list.AsSpan(), granted);
            case List<ColumnName> list:
                return AreGranted(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list), granted);
            default:
                return touched.All(granted.Contains);
        }
    }

    private static bool AreGranted(ReadOnlySpan<ColumnName> touched, IReadOnlySet<ColumnName> granted)
    {
        foreach (var column in touched)
        {
            if (!granted.Contains(column))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What a day's permissions rest on: whether the profile is in force, and the combinations that were met.</summary>
    private sealed record Day(DateOnly On, Decision InForce)
    {
        public Decision?[] Permits { get; } = new Decision?[2 * ByActions.Length];
    }
}
