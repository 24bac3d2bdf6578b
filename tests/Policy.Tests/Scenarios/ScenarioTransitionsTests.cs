using Sandbox.Policy.Scenarios;

namespace Sandbox.Policy.Tests.Scenarios;

public sealed class ScenarioTransitionsTests
{
    [Fact]
    public void Every_combination_follows_the_table_and_nothing_else_moves()
    {
        var moved = 0;
        foreach (var from in Enum.GetValues<ScenarioState>().Append((ScenarioState)99))
        {
            foreach (var command in Enum.GetValues<ScenarioCommand>().Append((ScenarioCommand)99))
            {
                foreach (var by in Enum.GetValues<Role>().Append((Role)99))
                {
                    foreach (var grounds in new[] { null, " ", "a reason" })
                    {
                        var row = ScenarioTransitions.Table.SingleOrDefault(row => row.From == from && row.Command == command && row.By == by);
                        var step = ScenarioTransitions.Apply(from, command, by, grounds);
                        if (row is not null && (!row.NeedsGrounds || grounds == "a reason"))
                        {
                            Assert.Equal(row.To, Assert.IsType<ScenarioStep.Moved>(step).State);
                            moved++;
                        }
                        else
                        {
                            var reason = Assert.IsType<ScenarioStep.Refused>(step).Reason;
                            Assert.All(new[] { reason.Rule, reason.Why, reason.Remedy, reason.WhyZh, reason.RemedyZh }, text => Assert.NotEmpty(text));
                        }
                    }
                }
            }
        }

        Assert.Equal(ScenarioTransitions.Table.Sum(row => row.NeedsGrounds ? 1 : 3), moved);
    }

    [Fact]
    public void No_way_leads_to_a_grant_without_the_authority_and_then_the_source_department()
    {
        // Every path from Draft, remembered with the set of deciders that agreed on the way.
        var open = new Queue<(ScenarioState State, bool Authority, bool Source)>([(ScenarioState.Draft, false, false)]);
        var seen = new HashSet<(ScenarioState, bool, bool)>();
        while (open.TryDequeue(out var at))
        {
            if (!seen.Add(at))
            {
                continue;
            }

            Assert.False(at.State is ScenarioState.Granted or ScenarioState.Suspended && !(at.Authority && at.Source));
            Assert.False(at.Source && !at.Authority);
            foreach (var row in ScenarioTransitions.Table.Where(row => row.From == at.State))
            {
                open.Enqueue((row.To, at.Authority || row.Command == ScenarioCommand.Confirm, at.Source || row.Command == ScenarioCommand.Consent));
            }
        }

        Assert.Contains(seen, state => state.Item1 == ScenarioState.Granted);
        Assert.Equal(Enum.GetValues<ScenarioState>().Length - 1, seen.Select(state => state.Item1).Distinct().Count());
    }

    [Fact]
    public void Closed_states_have_no_way_out()
    {
        Assert.DoesNotContain(ScenarioTransitions.Table, row => row.From is ScenarioState.Unknown or ScenarioState.Ended or ScenarioState.Rejected);
        Assert.DoesNotContain(ScenarioTransitions.Table, row => row.To is ScenarioState.Unknown or ScenarioState.Draft);
        Assert.Distinct(ScenarioTransitions.Table.Select(row => (row.From, row.Command, row.By)));
    }

    [Fact]
    public void The_source_department_is_not_asked_before_the_authority()
    {
        var reason = Assert.IsType<ScenarioStep.Refused>(ScenarioTransitions.Apply(ScenarioState.Requested, ScenarioCommand.Consent, Role.SourceDepartment)).Reason;
        Assert.Equal("FT-18-1", reason.Rule);
    }

    [Fact]
    public void A_partner_cannot_reach_the_authority_past_the_operating_unit()
    {
        var step = Assert.IsType<ScenarioStep.Moved>(ScenarioTransitions.Apply(ScenarioState.Draft, ScenarioCommand.Submit, Role.Developer));
        Assert.Equal(ScenarioState.PartnerRequested, step.State);
        Assert.IsType<ScenarioStep.Refused>(ScenarioTransitions.Apply(step.State, ScenarioCommand.Confirm, Role.Authority));
        Assert.IsType<ScenarioStep.Refused>(ScenarioTransitions.Apply(step.State, ScenarioCommand.PassOn, Role.Developer));
        Assert.Equal(ScenarioState.Requested, Assert.IsType<ScenarioStep.Moved>(ScenarioTransitions.Apply(step.State, ScenarioCommand.PassOn, Role.Operator)).State);
    }
}
