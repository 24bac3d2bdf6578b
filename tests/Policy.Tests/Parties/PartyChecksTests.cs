using Sandbox.Policy.Agreements;
using Sandbox.Policy.Evaluations;
using Sandbox.Policy.Parties;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Parties;

/// <summary>What the shipped profiles demand of people, organisations and papers, piece by piece.</summary>
public sealed class PartyChecksTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    [Fact]
    public void Each_of_the_four_records_is_needed_where_the_text_asks_for_them()
    {
        var all = Enum.GetValues<PersonRecordKind>().Where(kind => kind != PersonRecordKind.Unknown).Select(kind => new PersonRecord(kind, Today.AddDays(-9), Today)).ToArray();
        foreach (var (name, asks) in new[] { ("changchun", true), ("yunnan-2025", true), ("futian", false), ("yibin", false) })
        {
            var rules = Rules(name);
            Assert.True(PartyChecks.Personnel(rules, all, Today).IsPermitted);
            Assert.Equal(!asks, PartyChecks.Personnel(rules, all, Today.AddDays(1)).IsPermitted);
            Assert.Equal(!asks, PartyChecks.Personnel(rules, all, Today.AddDays(-10)).IsPermitted);
            Assert.Equal(asks ? 4 : 0, PartyChecks.Personnel(rules, [], Today).Refusals.Count);
            for (var at = 0; at < all.Length; at++)
            {
                var decision = PartyChecks.Personnel(rules, [.. all.Where((_, index) => index != at)], Today);
                Assert.Equal(asks ? ["CC-20-1"] : [], decision.Refusals.Select(refusal => refusal.Rule));
            }
        }
    }

    [Theory]
    [InlineData("changchun", PartyKind.Operator, 6)]
    [InlineData("futian", PartyKind.Operator, 6)]
    [InlineData("yibin", PartyKind.Operator, 4)]
    [InlineData("yunnan-2025", PartyKind.Developer, 7)]
    public void Each_evidence_is_needed(string name, PartyKind kind, int count)
    {
        var rules = Rules(name);
        Evidence[] all = [.. rules.Evidence[kind].Value.Select(demand => new Evidence(demand.Paper, demand.Level, Today, Today, null))];
        Assert.Equal(count, all.Length);
        Assert.True(PartyChecks.Eligibility(rules, kind, all, Today).IsPermitted);
        Assert.Equal(count, PartyChecks.Eligibility(rules, kind, all, Today.AddDays(1)).Refusals.Count);
        foreach (var lacking in all)
        {
            var refusal = Assert.Single(PartyChecks.Eligibility(rules, kind, [.. all.Where(item => item != lacking)], Today).Refusals);
            Assert.Equal("CC-14-1", refusal.Rule);
            Assert.Contains($"'{lacking.Paper}'", refusal.Why, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, null, false)]
    [InlineData(3, null, true)]
    [InlineData(4, null, true)]
    [InlineData(3, -35, false)]
    [InlineData(3, -36, true)]
    [InlineData(3, -37, true)]
    public void Yibin_wants_level_three_and_three_years_without_an_event(int level, int? months, bool may)
    {
        var rules = Rules("yibin");
        Evidence[] all =
        [
            new("staff_ability", null, Today, Today, null), new("credit_record", null, Today, Today, null), new("dsmm", level, Today, Today, null),
            new("no_security_event", null, Today, Today, months is { } back ? Today.AddMonths(back) : null),
        ];
        Assert.Equal(may, PartyChecks.Eligibility(rules, PartyKind.Operator, all, Today).IsPermitted);
    }

    [Fact]
    public void Only_yunnan_keeps_the_operating_unit_and_its_affiliates_out_of_redevelopment()
    {
        foreach (var name in new[] { "changchun", "futian", "yibin", "yunnan-2025" })
        {
            Assert.Equal(name != "yunnan-2025", PartyChecks.Redevelopment(Rules(name), PartyKind.Developer, tiedToOperator: true).IsPermitted);
            Assert.True(PartyChecks.Redevelopment(Rules(name), PartyKind.Developer, tiedToOperator: false).IsPermitted);
            Assert.True(PartyChecks.Redevelopment(Rules(name), PartyKind.Operator, tiedToOperator: true).IsPermitted);
        }
    }

    [Theory]
    [InlineData("changchun", "operation_agreement", 7, 2)]
    [InlineData("futian", "operation_agreement", 10, 2)]
    [InlineData("futian", "service_agreement", 7, 3)]
    [InlineData("futian", "platform_agreement", 6, 2)]
    [InlineData("yibin", "data_use_agreement", 3, 2)]
    [InlineData("yibin", "tri_party_agreement", 3, 3)]
    [InlineData("yunnan-2025", "operation_agreement", 13, 2)]
    [InlineData("yunnan-2025", "development_agreement", 11, 2)]
    public void Each_clause_and_each_signer_of_a_paper_is_needed(string name, string form, int clauses, int signers)
    {
        var paper = Rules(name).Paper(form)!;
        Assert.Equal((clauses, signers), (paper.Clauses.Count, paper.Signers.Count));
        Assert.All(paper.References, reference => Assert.StartsWith(Profile.Load(name).OrThrow().Prefix + " ", reference, StringComparison.Ordinal));
        var whole = Terms(paper);
        Assert.True(AgreementChecks.Filing(paper, whole).IsPermitted);
        foreach (var clause in paper.Clauses)
        {
            var refusal = Assert.Single(AgreementChecks.Filing(paper, whole with { Clauses = whole.Clauses.Where(id => id != clause.Id).ToHashSet() }).Refusals);
            Assert.Equal(paper.Rule, refusal.Rule);
            Assert.StartsWith($"$.clauses.{clause.Id}:", refusal.Why, StringComparison.Ordinal);
        }

        foreach (var kind in paper.Signers)
        {
            var refusal = Assert.Single(AgreementChecks.Filing(paper, whole with { Parties = whole.Parties.Where(item => item.Key != kind).ToDictionary() }).Refusals);
            Assert.StartsWith($"$.parties.{PartyWords.English(kind)}:", refusal.Why, StringComparison.Ordinal);
        }

        var sector = AgreementChecks.Filing(paper, whole with { Sector = true });
        Assert.Equal(!(name == "yunnan-2025" && form == "operation_agreement"), sector.IsPermitted);

        // Everything that lacks is said at once.
        Assert.Equal(clauses + signers, AgreementChecks.Filing(paper, whole with { Clauses = new HashSet<string>(), Parties = new Dictionary<PartyKind, IReadOnlyList<string>>() }).Refusals.Count);
    }

    [Theory]
    [InlineData("changchun", "operation_agreement", 2, false)]
    [InlineData("futian", "operation_agreement", 2, true)]
    [InlineData("yunnan-2025", "operation_agreement", 5, true)]
    [InlineData("yunnan-2025", "development_agreement", 3, true)]
    public void A_term_of_so_many_years_is_accepted_and_a_day_more_needs_an_exception_where_there_may_be_one(string name, string form, int years, bool exception)
    {
        var paper = Rules(name).Paper(form)!;
        var terms = Terms(paper) with { From = Today, Until = Today.AddYears(years).AddDays(-1) };
        Assert.True(AgreementChecks.Filing(paper, terms).IsPermitted);
        var longer = terms with { Until = terms.Until.AddDays(1) };
        Assert.Equal(form == "operation_agreement" ? "CC-13-1" : "YN25-13-4", Assert.Single(AgreementChecks.Filing(paper, longer).Refusals).Rule);
        Assert.Equal(exception, AgreementChecks.Filing(paper, longer with { Exception = true }).IsPermitted);
    }

    [Fact]
    public void Results_are_those_of_the_regulation_and_thirty_days_are_yunnans()
    {
        var yunnan = Rules("yunnan-2025").Evaluation!.Value;
        Assert.Equal((30, 3), (yunnan.RectifyDays, yunnan.Outcomes.Count));
        Assert.Equal(EvaluationCommand.Rectify, EvaluationTransitions.Command(yunnan, EvaluationOutcome.Rectify));
        var futian = Rules("futian").Evaluation!.Value;
        Assert.Equal(EvaluationCommand.Unknown, EvaluationTransitions.Command(futian, EvaluationOutcome.Rectify));
        Assert.Equal(EvaluationCommand.FailForRemoval, EvaluationTransitions.Command(futian, EvaluationOutcome.Fail));
        Assert.Equal(EvaluationCommand.Fail, EvaluationTransitions.Command(Rules("changchun").Evaluation!.Value, EvaluationOutcome.Fail));
        Assert.Null(Rules("yibin").Evaluation);
        foreach (var outcome in Enum.GetValues<EvaluationOutcome>().Append((EvaluationOutcome)99))
        {
            Assert.Equal(yunnan.Outcomes.Contains(outcome), EvaluationTransitions.Command(yunnan, outcome) != EvaluationCommand.Unknown);
        }
    }

    private static PartyRules Rules(string name) => Profile.Load(name).OrThrow().Parties;

    private static AgreementTerms Terms(PaperForm paper) => new()
    {
        Form = paper.Form,
        Parties = paper.Signers.ToDictionary(kind => kind, kind => (IReadOnlyList<string>)["org-" + (char)('a' + (int)kind)]),
        Sector = false,
        Clauses = paper.Clauses.Select(clause => clause.Id).ToHashSet(),
        From = Today,
        Until = Today.AddDays(30),
        DataSets = new HashSet<string> { "residents" },
        Scenarios = new HashSet<string> { "shuttle" },
        Exception = false,
    };
}
