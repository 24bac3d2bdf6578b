using Sandbox.Policy.Agreements;
using Sandbox.Policy.Corrections;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Parties;

namespace Sandbox.Policy.Tests.Parties;

/// <summary>The transition tables of organisations, papers, orders and evaluations over all combinations of state, command, side and words.</summary>
public sealed class PartyTablesTests
{
    private static readonly DateOnly Due = new(2026, 12, 31);

    [Fact]
    public void Organisations_follow_their_table_and_nothing_else_moves()
    {
        var moved = 0;
        foreach (var from in All<PartyState>())
        {
            foreach (var command in All<PartyCommand>())
            {
                foreach (var words in new[] { null, " ", "grounds" })
                {
                    var row = PartyTransitions.Table.SingleOrDefault(row => row.From == from && row.Command == command);
                    var (state, reason) = PartyTransitions.Apply(from, command, words);
                    var open = row != default && (command is PartyCommand.Admit or PartyCommand.Leave || words == "grounds");
                    Assert.Equal(open, reason is null);
                    Assert.Equal(open ? row.To : from, state);
                    Whole(reason);
                    moved += open ? 1 : 0;
                }
            }
        }

        Assert.Equal(PartyTransitions.Table.Sum(row => row.Command is PartyCommand.Admit or PartyCommand.Leave ? 3 : 1), moved);
        Assert.DoesNotContain(PartyTransitions.Table, row => row.From is PartyState.Unknown or PartyState.Left || row.To is PartyState.Unknown or PartyState.Registered);
        Assert.DoesNotContain(PartyTransitions.Table, row => row.From == PartyState.Cancelled && row.To != PartyState.Cancelled);
    }

    [Fact]
    public void Papers_follow_their_table_and_only_the_senior_party_ends_one()
    {
        var moved = 0;
        foreach (var from in All<AgreementState>())
        {
            foreach (var command in All<AgreementCommand>())
            {
                foreach (var by in All<AgreementHand>())
                {
                    foreach (var words in new[] { null, " ", "grounds" })
                    {
                        var row = AgreementTransitions.Table.SingleOrDefault(row => row.From == from && row.Command == command && row.By == by);
                        var (state, _, reason) = AgreementTransitions.Apply(from, command, by, words);
                        var open = row is not null && (!row.NeedsGrounds || words == "grounds");
                        Assert.Equal(open, reason is null);
                        Assert.Equal(open ? row!.To : from, state);
                        Whole(reason);
                        moved += open ? 1 : 0;
                    }
                }
            }
        }

        Assert.Equal(AgreementTransitions.Table.Sum(row => row.NeedsGrounds ? 1 : 3), moved);
        Assert.All(AgreementTransitions.Table.Where(row => row.To == AgreementState.Ended), row => Assert.Equal(AgreementHand.Senior, row.By));
        Assert.DoesNotContain(AgreementTransitions.Table, row => row.From is AgreementState.Ended or AgreementState.Withdrawn or AgreementState.Unknown || row.By == AgreementHand.Unknown);
    }

    [Fact]
    public void Orders_follow_their_table_and_an_unanswered_one_ends_only_after_its_last_day()
    {
        var moved = 0;
        foreach (var from in All<CorrectionState>())
        {
            foreach (var command in All<CorrectionCommand>())
            {
                foreach (var by in All<CorrectionHand>())
                {
                    foreach (var words in new[] { null, " ", "words" })
                    {
                        foreach (var today in new[] { Due.AddDays(-1), Due, Due.AddDays(1) })
                        {
                            var row = CorrectionTransitions.Table.SingleOrDefault(row => row.From == from && row.Command == command && row.By == by);
                            var (state, reason) = CorrectionTransitions.Apply(from, command, by, words, Due, today);
                            var open = row != default && (command == CorrectionCommand.Accept || words == "words")
                                && !(command == CorrectionCommand.Terminate && from == CorrectionState.Open && today <= Due);
                            Assert.Equal(open, reason is null);
                            Assert.Equal(open ? row.To : from, state);
                            Whole(reason);
                            moved += open ? 1 : 0;
                        }
                    }
                }
            }
        }

        Assert.Equal(3 + 9 + 3 + 1 + 3, moved);
        Assert.True(CorrectionTransitions.Stops(CorrectionState.Unknown) && CorrectionTransitions.Stops(CorrectionState.Open) && CorrectionTransitions.Stops(CorrectionState.Reported));
        Assert.False(CorrectionTransitions.Stops(CorrectionState.Accepted));
        Assert.False(CorrectionTransitions.TerminationDue(CorrectionState.Open, Due, Due));
        Assert.True(CorrectionTransitions.TerminationDue(CorrectionState.Open, Due, Due.AddDays(1)));
        Assert.False(CorrectionTransitions.TerminationDue(CorrectionState.Reported, Due, Due.AddDays(1)));
    }

    [Fact]
    public void Evaluations_follow_their_table_and_a_case_to_be_put_right_closes_only_through_a_second_one()
    {
        foreach (var from in All<EvaluationState>())
        {
            foreach (var command in All<EvaluationCommand>())
            {
                foreach (var by in All<EvaluationHand>())
                {
                    foreach (var words in new[] { null, " ", "words" })
                    {
                        foreach (var overdue in new[] { false, true })
                        {
                            var row = EvaluationTransitions.Table.SingleOrDefault(row => row.From == from && row.Command == command && row.By == by);
                            var (state, reason) = EvaluationTransitions.Apply(from, command, by, words, overdue);
                            var open = row != default && words == "words" && !(from is EvaluationState.PlanDue or EvaluationState.Rectifying && overdue != (command is EvaluationCommand.Fail or EvaluationCommand.FailForRemoval));
                            Assert.Equal(open, reason is null);
                            Assert.Equal(open ? row.To : from, state);
                            Whole(reason);
                        }
                    }
                }
            }
        }

        // From a case that is to be put right, a pass is reached only through plan, report and the second evaluation.
        Assert.DoesNotContain(EvaluationTransitions.Table, row => row.From is EvaluationState.PlanDue or EvaluationState.Rectifying && row.Command == EvaluationCommand.Pass);
        Assert.Equal([EvaluationState.Open, EvaluationState.SecondDue], EvaluationTransitions.Table.Where(row => row.To == EvaluationState.Passed).Select(row => row.From));
        Assert.True(EvaluationTransitions.BlocksRenewal(EvaluationState.Failed) && EvaluationTransitions.BlocksRenewal(EvaluationState.SecondDue));
        Assert.False(EvaluationTransitions.BlocksRenewal(EvaluationState.Answered) || EvaluationTransitions.BlocksRenewal(EvaluationState.Passed));
    }

    private static IEnumerable<T> All<T>()
        where T : struct, Enum => Enum.GetValues<T>().Append((T)Enum.ToObject(typeof(T), 99));

    private static void Whole(Refusal? reason)
    {
        if (reason is not null)
        {
            Assert.All(new[] { reason.Rule, reason.Why, reason.Remedy, reason.WhyZh, reason.RemedyZh }, text => Assert.NotEmpty(text));
        }
    }
}
