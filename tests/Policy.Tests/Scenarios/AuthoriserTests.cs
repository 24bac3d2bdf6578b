using Sandbox.Policy.Profiles;
using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Tests.Scenarios;

public sealed class AuthoriserTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);
    private static readonly ColumnName Granted = new("register", "income");
    private static readonly Profile Strict = Profile.Load("futian").OrThrow().Derive("futian-strict", Profile.Load("changchun").OrThrow(), ProfileSwitch.TrainOnSampledAndMaskedOnly).OrThrow();
    private static readonly Authoriser Authoriser = new(Strict, ProfileAcknowledgement.None);

    private static readonly ScenarioFacts Scenario = new()
    {
        Id = "s1",
        State = ScenarioState.Granted,
        Purpose = "income by district",
        From = new DateOnly(2026, 1, 1),
        Until = new DateOnly(2026, 12, 31),
        Columns = new HashSet<ColumnName> { Granted, new("register", "district") },
        Members = new HashSet<string> { "ann" },
    };

    private static readonly AccessRequest Query = new()
    {
        Actor = "ann",
        Role = Role.DataScientist,
        Scenario = Scenario,
        Purpose = Scenario.Purpose,
        Action = DomainAction.Query,
        Columns = [Granted],
        Zone = ZoneKind.Workbench,
        Today = Today,
    };

    [Fact]
    public void A_member_queries_granted_columns() =>
        Assert.Contains("CC-18-1", Assert.IsType<Decision.Permitted>(Authoriser.Decide(Query)).Rules);

    /// <summary>Every combination of role, action, state and zone against the rules stated a second time as one plain table.</summary>
    [Fact]
    public void Every_combination_of_role_action_state_and_zone()
    {
        var permitted = 0;
        var all = 0;
        foreach (var role in Enum.GetValues<Role>().Append((Role)99))
        {
            foreach (var action in Enum.GetValues<DomainAction>().Append((DomainAction)99))
            {
                foreach (var state in Enum.GetValues<ScenarioState>().Append((ScenarioState)99))
                {
                    foreach (var zone in Enum.GetValues<ZoneKind>().Append((ZoneKind)99))
                    {
                        foreach (var flag in new[] { false, true })
                        {
                            var request = Query with { Role = role, Action = action, Scenario = Scenario with { State = state }, Zone = zone, ModelReviewed = flag, SampledAndMasked = flag, IsAuthor = flag };
                            var decision = Authoriser.Decide(request);
                            Assert.Equal(Expected(role, action, state, zone, flag), decision.IsPermitted);
                            Assert.All(decision.Refusals, refusal => Assert.Matches("^[A-Z]{2}[0-9]*-", refusal.Rule));
                            permitted += decision.IsPermitted ? 1 : 0;
                            all++;
                        }
                    }
                }
            }
        }

        Assert.True(all > 9000 && permitted > 50);
    }

    private static bool Expected(Role role, DomainAction action, ScenarioState state, ZoneKind zone, bool flag)
    {
        var granted = state == ScenarioState.Granted;
        var inZone = zone is ZoneKind.Workbench or ZoneKind.Production;
        var builder = role is Role.Operator or Role.Developer;
        var reviewer = role is Role.Authority or Role.AppointedThirdParty;
        return action switch
        {
            DomainAction.BuildZone => builder && granted && inZone,
            DomainAction.Query => (builder || role == Role.DataScientist) && granted && inZone,
            DomainAction.Train => (builder || role == Role.DataScientist) && granted && zone == ZoneKind.Workbench && flag,
            DomainAction.Apply => builder && granted && (zone == ZoneKind.Workbench || (zone == ZoneKind.Production && flag)),
            DomainAction.RequestExport => builder && granted,
            DomainAction.ReadHeldOutput => reviewer,
            DomainAction.Vote => reviewer && !flag,
            DomainAction.Release => role == Role.Authority && granted && !flag,
            DomainAction.OpenTotal => role == Role.Authority && granted,
            _ => false,
        };
    }

    [Fact]
    public void Each_missing_piece_is_named_by_its_rule()
    {
        Assert.Equal("CC-20-1", Only(Query with { Actor = " " }, "CC-16-1"));
        Assert.Equal("CC-27-3", Only(Query with { Scenario = null }, "CC-17-3"));
        Assert.Equal("CC-27-3", Only(Query with { Today = Scenario.Until.AddDays(1) }));
        Assert.Equal("CC-27-3", Only(Query with { Today = Scenario.From.AddDays(-1) }));
        Assert.Equal("CC-17-1", Only(Query with { Purpose = "advertising" }));
        Assert.Equal("CC-17-1", Only(Query with { Purpose = "" }));
        Assert.Equal("CC-16-1", Only(Query with { Actor = "bob" }));
        Assert.Equal("CC-17-3", Only(Query with { Columns = [Granted, new ColumnName("register", "name")] }));
        Assert.Equal("CC-17-3", Only(Query with { Columns = [new ColumnName("other", "income")] }));
        Assert.Equal("CC-17-3", Only(Query with { Columns = [] }));
        Assert.Equal("CC-11-1", Only(Query with { Zone = ZoneKind.Unknown }));
        Assert.Equal("FT-39-1", Only(Query with { Scenario = Scenario with { State = ScenarioState.Suspended } }));
        Assert.Equal("CC-31-1", Only(Query with { Scenario = Scenario with { State = ScenarioState.Ended } }));
        Assert.Equal("CC-20-3", Only(Query with { Action = DomainAction.Train, Zone = ZoneKind.Production, SampledAndMasked = true }));
        Assert.Equal("FT-21-2", Only(Query with { Action = DomainAction.Apply, Role = Role.Operator, Zone = ZoneKind.Production }));
    }

    [Fact]
    public void The_first_and_last_day_belong_to_the_term()
    {
        Assert.True(Authoriser.Decide(Query with { Today = Scenario.From }).IsPermitted);
        Assert.True(Authoriser.Decide(Query with { Today = Scenario.Until }).IsPermitted);
    }

    [Fact]
    public void Without_both_consents_a_read_names_the_article()
    {
        foreach (var state in new[] { ScenarioState.Draft, ScenarioState.Requested, ScenarioState.PartnerRequested, ScenarioState.AuthorityConfirmed, ScenarioState.Rejected })
        {
            var refusal = Assert.Single(Authoriser.Decide(Query with { Scenario = Scenario with { State = state } }).Refusals);
            Assert.Equal("CC-18-1", refusal.Rule);
            Assert.Contains("FT 18", refusal.Why, StringComparison.Ordinal);
            Assert.Contains("FT 18", refusal.WhyZh, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nobody_reads_raw_rows_whatever_was_granted()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            var refusals = Authoriser.Decide(Query with { Action = DomainAction.ReadRaw, Role = role, Zone = ZoneKind.Production }).Refusals;
            Assert.Contains(refusals, refusal => refusal.Rule == "CC-20-2");
        }
    }

    [Fact]
    public void A_production_training_names_the_article_that_was_taken_over()
    {
        var refusal = Assert.Single(Authoriser.Decide(Query with { Action = DomainAction.Train, Zone = ZoneKind.Production }).Refusals);
        Assert.Contains("CC 20(2)", refusal.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_switch_that_nobody_configured_denies()
    {
        var plain = new Authoriser(Profile.Load("futian").OrThrow(), ProfileAcknowledgement.None);
        var refusal = Assert.Single(plain.Decide(Query with { Action = DomainAction.Train, SampledAndMasked = true }).Refusals);
        Assert.Equal("CC-20-3", refusal.Rule);
    }

    [Fact]
    public void A_lapsed_or_draft_profile_denies_everything()
    {
        var later = Query with { Today = new DateOnly(2027, 1, 30), Scenario = Scenario with { Until = new DateOnly(2027, 12, 31) } };
        Assert.Equal("YB-27-1", Assert.Single(Authoriser.Decide(later).Refusals).Rule);
        Assert.True(new Authoriser(Strict, new ProfileAcknowledgement(OutsideValidity: true)).Decide(later).IsPermitted);
        var draft = Profile.Load("changchun").OrThrow();
        Assert.Equal("YB-27-1", Assert.Single(new Authoriser(draft, ProfileAcknowledgement.None).Decide(Query).Refusals).Rule);
        Assert.True(new Authoriser(draft, new ProfileAcknowledgement(Draft: true)).Decide(Query).IsPermitted);
    }

    [Fact]
    public void Changchun_lets_only_the_authority_vote()
    {
        var changchun = new Authoriser(Profile.Load("changchun").OrThrow(), new ProfileAcknowledgement(Draft: true));
        var vote = Query with { Action = DomainAction.Vote };
        Assert.True(changchun.Decide(vote with { Role = Role.Authority }).IsPermitted);
        Assert.False(changchun.Decide(vote with { Role = Role.AppointedThirdParty }).IsPermitted);
        Assert.True(Authoriser.Decide(vote with { Role = Role.AppointedThirdParty }).IsPermitted);
    }

    [Fact]
    public void Under_no_profile_does_any_role_read_raw_rows_or_anybody_vote_unnamed()
    {
        foreach (var profile in Profile.Names.Select(name => Profile.Load(name).OrThrow()))
        {
            var authoriser = new Authoriser(profile, new ProfileAcknowledgement(true, true));
            foreach (var role in Enum.GetValues<Role>())
            {
                Assert.False(authoriser.Decide(Query with { Action = DomainAction.ReadRaw, Role = role }).IsPermitted);
                Assert.Equal(profile.ExportApprovers?.Value.Contains(role) == true, authoriser.Decide(Query with { Action = DomainAction.Vote, Role = role }).IsPermitted);
            }
        }
    }

    [Fact]
    public void All_faults_are_told_together()
    {
        var decision = Authoriser.Decide(Query with { Actor = "bob", Purpose = "x", Columns = [], Zone = default, Today = new DateOnly(2030, 1, 1), Scenario = Scenario with { State = ScenarioState.Ended } });
        Assert.Superset(new HashSet<string> { "YB-27-1", "CC-31-1", "CC-27-3", "CC-17-1", "CC-16-1", "CC-17-3", "CC-11-1" }, decision.Refusals.Select(refusal => refusal.Rule).ToHashSet());
    }

    private static string Only(AccessRequest request, params string[] besides)
    {
        var rules = Authoriser.Decide(request).Refusals.Select(refusal => refusal.Rule).Except(besides).ToArray();
        return Assert.Single(rules);
    }
}
