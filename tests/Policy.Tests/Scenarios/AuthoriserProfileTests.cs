using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Tests.Scenarios;

/// <summary>Every decision about an act, over all shipped profiles: what may be done is stated a second time here, by hand, from the texts.</summary>
public sealed class AuthoriserProfileTests
{
    /// <summary>Who reviews exports and who releases them (none: the text is silent and nobody may), whether training is restricted (null: silent), under each profile.</summary>
    private static readonly (string Profile, Role[] Reviewers, Role[] Releasers, bool? Trains)[] Texts =
    [
        ("changchun", [Role.Authority], [Role.Authority], true),
        ("changchun-trading", [], [], null),
        ("yibin", [], [], null),
        ("futian", [Role.Authority, Role.AppointedThirdParty], [Role.Authority], null),
        ("yunnan-2023", [], [], null),
        ("yunnan-2025", [Role.Operator], [Role.Operator], null),
    ];

    private static readonly ColumnName Income = new("register", "income");
    private static readonly DateOnly First = new(2026, 3, 1);
    private static readonly DateOnly Last = new(2026, 9, 30);

    private static readonly ScenarioFacts Scenario = new()
    {
        Id = "s1", State = ScenarioState.Granted, Purpose = "income by district", From = First, Until = Last, Columns = new HashSet<ColumnName> { Income }, Members = new HashSet<string> { "ann" },
    };

    public static TheoryData<string> Profiles => [.. Texts.Select(text => text.Profile)];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_combination_of_role_action_state_zone_and_day_under_a_profile(string profile)
    {
        var text = Texts.Single(item => item.Profile == profile);
        var authoriser = new Authoriser(Profile.Load(profile).OrThrow(), new ProfileAcknowledgement(true, true));
        var (all, permitted) = (0, 0);
        foreach (var (role, action, state, zone) in
            from role in Enum.GetValues<Role>().Append((Role)99)
            from action in Enum.GetValues<DomainAction>().Append((DomainAction)99).Append((DomainAction)(-1))
            from state in Enum.GetValues<ScenarioState>().Append((ScenarioState)99)
            from zone in Enum.GetValues<ZoneKind>().Append((ZoneKind)99)
            select (role, action, state, zone))
        {
            foreach (var (day, flag, member, columns) in
                from day in new[] { First.AddDays(-1), First, Last, Last.AddDays(1) }
                from flag in new[] { false, true }
                from member in new[] { false, true }
                from columns in new ColumnName[][] { [], [Income], [Income, new("register", "name")] }
                select (day, flag, member, columns))
            {
                var request = new AccessRequest
                {
                    Actor = member ? "ann" : "bob", Role = role, Scenario = Scenario with { State = state }, Purpose = Scenario.Purpose, Action = action, Columns = columns, Zone = zone, Today = day,
                    ModelReviewed = flag, SampledAndMasked = flag, IsAuthor = flag,
                };
                var expected = Expected(text, role, action, state, zone, day, flag, member, columns);
                if (authoriser.Decide(request).IsPermitted != expected)
                {
                    Assert.Fail($"{profile}: {role} {action} {state} {zone} {day:O} {flag} {member} {columns.Length} should be {(expected ? "permitted" : "denied")}");
                }

                all++;
                permitted += expected ? 1 : 0;
            }
        }

        Assert.True(all > 200_000, $"{all}");
        Assert.True(permitted > 100, $"{permitted}");
    }

    /// <summary>Random sequences of commands by random roles on random days: whatever was accepted, data are read only while the last accepted steps make a grant and the day lies in the term.</summary>
    [Theory]
    [MemberData(nameof(Profiles))]
    public void No_sequence_of_commands_reaches_a_read_without_an_open_grant(string profile)
    {
        var authoriser = new Authoriser(Profile.Load(profile).OrThrow(), new ProfileAcknowledgement(true, true));
        var random = new Random(20261130);
        var (commands, roles) = (Enum.GetValues<ScenarioCommand>(), Enum.GetValues<Role>());
        var (reads, granted) = (0, 0);
        for (var walk = 0; walk < 2_000; walk++)
        {
            var state = ScenarioState.Draft;
            var (confirmed, consented, stopped) = (false, false, false);
            for (var step = 0; step < 40; step++)
            {
                // Half of the steps are ones that may go on, so that grants are met at all.
                var row = random.Next(2) == 0 ? ScenarioTransitions.Table.Where(item => item.From == state).OrderBy(_ => random.Next()).FirstOrDefault() : null;
                var (command, by) = row is null ? (commands[random.Next(commands.Length)], roles[random.Next(roles.Length)]) : (row.Command, row.By);
                if (ScenarioTransitions.Apply(state, command, by, random.Next(3) == 0 ? null : "grounds") is ScenarioStep.Moved moved)
                {
                    state = moved.State;
                    confirmed |= command == ScenarioCommand.Confirm && by == Role.Authority;
                    consented |= command == ScenarioCommand.Consent && by == Role.SourceDepartment && confirmed;
                    stopped = command is ScenarioCommand.Suspend or ScenarioCommand.End or ScenarioCommand.Reject || (stopped && command != ScenarioCommand.Restore);
                }

                var day = First.AddDays(random.Next(-3, (Last.DayNumber - First.DayNumber) + 4));
                foreach (var action in new[] { DomainAction.BuildZone, DomainAction.Query, DomainAction.Train, DomainAction.Apply })
                {
                    var decision = authoriser.Decide(new AccessRequest
                    {
                        Actor = "ann", Role = Role.Operator, Scenario = Scenario with { State = state }, Purpose = Scenario.Purpose, Action = action, Columns = [Income], Zone = ZoneKind.Workbench, Today = day,
                        ModelReviewed = true, SampledAndMasked = true,
                    });
                    var open = confirmed && consented && !stopped && day >= First && day <= Last;
                    Assert.False(decision.IsPermitted && !open, $"{profile}: {action} in {state} on {day:O}");
                    reads += decision.IsPermitted ? 1 : 0;
                    granted += open ? 1 : 0;
                }
            }
        }

        Assert.True(reads > 500 && granted >= reads, $"{reads} of {granted}");
    }

    private static bool Expected(
        (string Profile, Role[] Reviewers, Role[] Releasers, bool? Trains) text, Role role, DomainAction action, ScenarioState state, ZoneKind zone, DateOnly day, bool flag, bool member, ColumnName[] columns)
    {
        var open = state == ScenarioState.Granted && day >= First && day <= Last;
        var inZone = zone is ZoneKind.Workbench or ZoneKind.Production;
        var builder = role is Role.Operator or Role.Developer;
        var onlyGranted = columns.All(column => column == Income);
        var reads = open && member && columns.Length > 0 && onlyGranted && inZone;
        return action switch
        {
            DomainAction.BuildZone => builder && reads,
            DomainAction.Query => (builder || role == Role.DataScientist) && reads,
            DomainAction.Train => (builder || role == Role.DataScientist) && reads && text.Trains is { } rule && (!rule || (zone == ZoneKind.Workbench && flag)),
            DomainAction.Apply => builder && reads && (zone == ZoneKind.Workbench || flag),
            DomainAction.RequestExport => builder && open && member && onlyGranted,
            DomainAction.ReadHeldOutput => text.Reviewers.Contains(role),
            DomainAction.Vote => text.Reviewers.Contains(role) && !flag,
            DomainAction.Release => text.Releasers.Contains(role) && open && onlyGranted && !flag,
            DomainAction.OpenTotal => role == Role.Authority && open && onlyGranted,
            _ => false,
        };
    }
}
