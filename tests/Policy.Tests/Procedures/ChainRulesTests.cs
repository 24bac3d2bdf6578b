using System.Text;
using Sandbox.Policy.Calendars;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Procedures;

public sealed class ChainRulesTests
{
    private static readonly DateOnly Monday = new(2026, 3, 2);
    private static readonly DateOnly Today = new(2026, 6, 30);

    public static TheoryData<string, string> AllChains()
    {
        var data = new TheoryData<string, string>();
        foreach (var profile in Profile.Names)
        {
            foreach (var chain in ProcedureRules.Of(profile).Chains)
            {
                data.Add(profile, chain.Name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(AllChains))]
    public void In_every_state_only_the_open_step_is_closed_by_its_own_deciders(string profile, string name)
    {
        var chain = ProcedureRules.Of(profile).Find(name)!;
        var moved = 0;
        foreach (var state in Enum.GetValues<CaseState>().Append((CaseState)99))
        {
            for (var position = 0; position <= chain.Steps.Count; position++)
            {
                var facts = new CaseFacts(state, [.. Enumerable.Repeat(Monday, position)], Monday, ["a", "b"], ["b"]);
                foreach (var step in chain.Steps.Select(step => step.Name).Append("no_such_step"))
                {
                    foreach (var role in Enum.GetValues<Role>().Append((Role)99))
                    {
                        foreach (var passed in new[] { true, false })
                        {
                            var expected = state is CaseState.Open or CaseState.Returned && position < chain.Steps.Count && chain.Steps[position] is var open && open.Name == step && open.By.Contains(role)
                                && (passed || open.Refusal != RefusalNeeds.NotPossible);
                            var move = Close(chain, facts, step, role, Full(chain, step, passed));
                            if (!expected)
                            {
                                Assert.All(Assert.IsType<CaseMove.Refused>(move).Reasons, reason => Assert.Equal(chain.Rule, reason.Rule));
                                continue;
                            }

                            var to = Assert.IsType<CaseMove.Moved>(move);
                            Assert.Equal(!passed ? CaseState.Refused : position + 1 == chain.Steps.Count ? CaseState.Finished : CaseState.Open, to.State);
                            Assert.True(to.StepClosed);
                            moved++;
                        }
                    }
                }
            }
        }

        Assert.Equal(2 * chain.Steps.Sum(step => step.By.Count * (step.Refusal == RefusalNeeds.NotPossible ? 1 : 2)), moved);
    }

    [Theory]
    [InlineData("futian", "notice application expert_review decision signature")]
    [InlineData("changchun", "notice application qualification_check expert_review decision signature")]
    [InlineData("yibin", "notice qualification_check expert_review decision publicity signature filing")]
    [InlineData("yunnan-2025", "fair_competition collective_decision signature filing")]
    public void Selection_has_the_steps_of_each_text_and_opens_with_the_signature(string profile, string steps)
    {
        var chain = ProcedureRules.Of(profile).Find("operator_selection")!;
        Assert.Equal(steps.Split(' '), chain.Steps.Select(step => step.Name));
        for (var closed = 0; closed <= chain.Steps.Count; closed++)
        {
            foreach (var state in Enum.GetValues<CaseState>())
            {
                var opens = new CaseFacts(state, [.. Enumerable.Repeat(Monday, closed)], Monday, [], []).Opens(chain);
                Assert.Equal(closed > chain.IndexOf("signature") && state is CaseState.Open or CaseState.Returned or CaseState.Finished && closed > chain.IndexOf("signature"), opens);
            }
        }
    }

    [Fact]
    public void Every_missing_topic_of_a_plan_is_named_and_a_major_change_starts_anew()
    {
        var chain = ProcedureRules.Of("yunnan-2025").Find("implementation_plan")!;
        Assert.Equal(11, chain.Steps[0].Papers.Count);
        var facts = Open(0);
        foreach (var topic in chain.Steps[0].Papers)
        {
            var statement = Full(chain, "draft", true) with { Papers = chain.Steps[0].Papers.Where(paper => paper != topic).ToDictionary(paper => paper, _ => "text") };
            Assert.Contains(topic, Assert.Single(Reasons(Close(chain, facts, "draft", Role.Authority, statement))).Remedy, StringComparison.Ordinal);
        }

        Assert.Equal(11, Reasons(Close(chain, facts, "draft", Role.Authority, Full(chain, "draft", true) with { Papers = new Dictionary<string, string>() })).Count);
        foreach (var role in Enum.GetValues<Role>())
        {
            Assert.Equal(role == Role.Authority, ChainRules.Amend(chain, new(CaseState.Finished, [Monday, Monday, Monday, Monday], Monday, [], []), role).IsPermitted);
            Assert.False(ChainRules.Amend(chain, Open(0), role).IsPermitted);
            Assert.False(ChainRules.Amend(chain, new(CaseState.Refused, [Monday, Monday], Monday, [], []), role).IsPermitted);
            Assert.False(ChainRules.Amend(ProcedureRules.Of("yibin").Find("operator_selection")!, Open(2), role).IsPermitted);
        }
    }

    [Fact]
    public void An_application_without_a_paper_is_sent_back_with_a_date_and_one_of_a_natural_person_is_refused()
    {
        var chain = ProcedureRules.Of("yunnan-2025").Find("developer_application")!;
        foreach (var paper in chain.Steps[0].Papers)
        {
            var lacking = Full(chain, "application", true) with { Papers = chain.Steps[0].Papers.Where(item => item != paper).ToDictionary(item => item, _ => "text") };
            var incomplete = Assert.IsType<CaseMove.Incomplete>(Close(chain, Open(0), "application", Role.Developer, lacking, new Limit(5, LimitUnit.WorkingDay)));
            Assert.Equal([paper], incomplete.Missing);
            Assert.Equal(new DateOnly(2026, 7, 7), incomplete.CompleteBy);
            Assert.Contains("set-time", Assert.Single(Reasons(Close(chain, Open(0), "application", Role.Developer, lacking))).Remedy, StringComparison.Ordinal);
        }

        foreach (var legal in new bool?[] { false, null })
        {
            Assert.Contains("legal person", Assert.Single(Reasons(Close(chain, Open(0), "application", Role.Developer, Full(chain, "application", true) with { LegalPerson = legal }))).Why, StringComparison.Ordinal);
        }

        // A publicity period is a least time: on its last day the agreement's step is still shut.
        var publicity = new CaseFacts(CaseState.Open, [Monday, Monday], Monday, [], []);
        Assert.IsType<CaseMove.Refused>(Close(chain, publicity, "publicity", Role.Operator, Full(chain, "publicity", true) with { On = new(2026, 3, 9) }));
        Assert.IsType<CaseMove.Moved>(Close(chain, publicity, "publicity", Role.Operator, Full(chain, "publicity", true) with { On = new(2026, 3, 10) }));
    }

    [Fact]
    public void Sharing_has_its_three_limits_and_a_refusal_must_cite_its_basis()
    {
        var conditional = ProcedureRules.Of("yunnan-2025").Find("sharing_conditional")!;
        var unconditional = ProcedureRules.Of("yunnan-2025").Find("sharing_unconditional")!;
        Assert.Equal([null, new Limit(2, LimitUnit.WorkingDay)], unconditional.Steps.Select(step => step.Limit));
        Assert.Equal([null, new Limit(5, LimitUnit.WorkingDay), new Limit(5, LimitUnit.WorkingDay)], conditional.Steps.Select(step => step.Limit));
        Due(unconditional, 1, new(2026, 3, 4), new(2026, 3, 5));
        Due(conditional, 1, new(2026, 3, 9), new(2026, 3, 10));
        Due(conditional, 2, new(2026, 3, 9), new(2026, 3, 10));
        var refusal = Full(conditional, "answer", false);
        Assert.IsType<CaseMove.Moved>(Close(conditional, Open(1), "answer", Role.SourceDepartment, refusal));
        Assert.Single(Reasons(Close(conditional, Open(1), "answer", Role.SourceDepartment, refusal with { LegalBasis = null })));
        Assert.Equal(2, Reasons(Close(conditional, Open(1), "answer", Role.SourceDepartment, refusal with { LegalBasis = null, Grounds = null })).Count);
        Assert.Single(Reasons(Close(unconditional, Open(1), "delivery", Role.SourceDepartment, Full(unconditional, "delivery", false))));
    }

    [Fact]
    public void Clocks_run_from_the_step_before_and_a_late_step_stays_open()
    {
        var yunnan = ProcedureRules.Of("yunnan-2025");
        var list = ProcedureRules.Of("yibin").Find("demand_list")!;
        Due(list, 0, new(2026, 3, 16), new(2026, 3, 17));
        Due(list, 1, new(2026, 3, 16), new(2026, 3, 17));
        Due(yunnan.Find("implementation_plan")!, 3, new(2026, 3, 30), new(2026, 3, 31));
        Due(yunnan.Find("operator_selection")!, 3, new(2026, 3, 30), new(2026, 3, 31));
        Due(yunnan.Find("catalogue_rework")!, 0, new(2026, 3, 16), new(2026, 3, 17));
        Due(yunnan.Find("catalogue_update")!, 0, new(2026, 3, 23), new(2026, 3, 24));
        Due(yunnan.Find("catalogue_update")!, 1, new(2026, 3, 9), new(2026, 3, 10));
        Assert.Null(ChainRules.Clock(list, Open(2), WorkingCalendar.Shipped, default));
        Assert.Null(ChainRules.Clock(ProcedureRules.Of("yibin").Find("operator_selection")!, Open(6), WorkingCalendar.Shipped, default));

        // Months after its last day the step is open for its decider, and for nobody else.
        Assert.Equal("check", Open(0).Current(list)!.Name);
        Assert.IsType<CaseMove.Moved>(Close(list, Open(0), "check", Role.Authority, Full(list, "check", true)));
        Assert.IsType<CaseMove.Refused>(Close(list, Open(0), "assessment", Role.SourceDepartment, Full(list, "assessment", true)));
        var filing = yunnan.Find("implementation_plan")!;
        Assert.IsType<CaseMove.Refused>(Close(filing, Open(3), "filing", Role.Authority, Full(filing, "filing", true) with { Papers = new Dictionary<string, string> { ["receipt"] = "" } }));
    }

    [Fact]
    public void Each_party_answers_once_and_the_last_answer_closes_the_step()
    {
        var list = ProcedureRules.Of("yibin").Find("demand_list")!;
        var facts = new CaseFacts(CaseState.Open, [Monday], Monday, ["a", "b"], []);
        Assert.False(Assert.IsType<CaseMove.Moved>(Close(list, facts, "assessment", Role.SourceDepartment, Full(list, "assessment", true))).StepClosed);
        Assert.True(Assert.IsType<CaseMove.Moved>(Close(list, facts with { Answered = ["b"] }, "assessment", Role.SourceDepartment, Full(list, "assessment", true))).StepClosed);
        Assert.IsType<CaseMove.Refused>(Close(list, facts with { Answered = ["a"] }, "assessment", Role.SourceDepartment, Full(list, "assessment", true)));
        Assert.IsType<CaseMove.Refused>(Close(list, facts with { Parties = ["b"] }, "assessment", Role.SourceDepartment, Full(list, "assessment", true)));
    }

    [Fact]
    public void An_applicant_takes_its_own_step_and_decides_no_other()
    {
        var selection = ProcedureRules.Of("futian").Find("operator_selection")!;
        var developer = ProcedureRules.Of("yunnan-2025").Find("developer_application")!;
        foreach (var own in new[] { true, false })
        {
            IReadOnlyList<string> applicants = own ? ["a"] : ["b"];
            Assert.Equal(own, Close(selection, Open(1) with { Applicants = applicants }, "application", Role.Operator, Full(selection, "application", true)) is CaseMove.Moved);
            Assert.Equal(!own, Close(selection, Open(3) with { Applicants = applicants }, "decision", Role.Authority, Full(selection, "decision", true)) is CaseMove.Moved);
            Assert.Equal(own, Close(developer, Open(0) with { Applicants = applicants }, "application", Role.Developer, Full(developer, "application", true)) is CaseMove.Moved);
            Assert.Equal(!own, Close(developer, Open(1) with { Applicants = applicants }, "qualification_check", Role.Operator, Full(developer, "qualification_check", true)) is CaseMove.Moved);
        }
    }

    [Fact]
    public void The_day_of_a_step_lies_between_the_step_before_and_today()
    {
        var chain = ProcedureRules.Of("futian").Find("operator_selection")!;
        Assert.IsType<CaseMove.Refused>(Close(chain, Open(1), "application", Role.Operator, Full(chain, "application", true) with { On = Monday.AddDays(-1) }));
        Assert.IsType<CaseMove.Refused>(Close(chain, Open(1), "application", Role.Operator, Full(chain, "application", true) with { On = Today.AddDays(1) }));
        Assert.Equal(Monday, Assert.IsType<CaseMove.Moved>(Close(chain, Open(1), "application", Role.Operator, Full(chain, "application", true) with { On = Monday })).On);
    }

    [Fact]
    public void All_faults_of_a_statement_are_reported_with_their_paths()
    {
        var refused = Assert.IsType<StepStatementResult.Refused>(StepStatement.FromUntrusted(Encoding.UTF8.GetBytes(
            """{"outcome":"maybe","on":"2026-02-30","reference":"","papers":{"a":1},"applicant":{"kind":"legal_person","code":"91310000MA1FL0000X"},"basis":{"kind":"habit","cite":""},"note":1}""")));
        Assert.Equal(
            new[] { "$.applicant.code", "$.basis.cite", "$.basis.kind", "$.note", "$.on", "$.outcome", "$.papers.a", "$.reference" },
            refused.Reasons.Select(reason => reason.Why["The statement is faulty at ".Length..].TrimEnd('.')).Order(StringComparer.Ordinal));
        foreach (var text in new[] { "", "[]", "{}", "{\"outcome\":\"passed\",\"outcome\":\"passed\",\"reference\":\"x\"}", "{\"outcome\":\"passed\",\"reference\":\"x\",\"grounds\":\"y\"}" })
        {
            Assert.IsType<StepStatementResult.Refused>(StepStatement.FromUntrusted(Encoding.UTF8.GetBytes(text)));
        }

        Assert.True(Assert.IsType<StepStatementResult.Read>(StepStatement.FromUntrusted("{\"outcome\":\"passed\",\"reference\":\"No. 7\"}"u8)).Statement.Passed);
    }

    [Fact]
    public void A_faulty_data_file_names_every_place()
    {
        var faults = new List<string>();
        ProcedureReader.Read("""{"profile":"x","counting_start":"soon","barred_classes":[{"class":"gossip","ref":[]}],"chains":[{"chain":"A","zh":"x","rule":"r","opens_with":"z","requires":"none","steps":[{"step":"a","zh":"x","by":["king"],"body":"b","papers":[],"ref":["X 1"]}]}]}"""u8, faults);
        Assert.Equal(
            new[]
            {
                "$.barred_classes[0].class", "$.barred_classes[0].ref", "$.chains (A).requires", "$.chains[0].chain", "$.chains[0].steps", "$.chains[0].steps[0].body", "$.chains[0].steps[0].by",
                "$.chains[0].steps[0].limit", "$.chains[0].steps[0].papers", "$.chains[0].steps[0].step", "$.counting_start", "$.partner_rule", "$.request_rule",
            },
            faults.Distinct().Order(StringComparer.Ordinal));
    }

    private static CaseFacts Open(int closed) => new(CaseState.Open, [.. Enumerable.Repeat(Monday, closed)], Monday, ["a"], []);

    private static void Due(Chain chain, int closed, DateOnly last, DateOnly overdue) =>
        Assert.Equal(new ClockResult.Known(last, overdue), ChainRules.Clock(chain, Open(closed), WorkingCalendar.Shipped, default));

    private static IReadOnlyList<Refusal> Reasons(CaseMove move) => Assert.IsType<CaseMove.Refused>(move).Reasons;

    private static CaseMove Close(Chain chain, CaseFacts facts, string step, Role role, StepStatement statement, Limit? completion = null) =>
        ChainRules.Close(chain, facts, new StepAct(step, role, "a", statement, Today, completion), WorkingCalendar.Shipped, CountingStart.NextDay);

    private static StepStatement Full(Chain chain, string step, bool passed) => new()
    {
        Passed = passed,
        Reference = "No. 7",
        Papers = !passed || chain.IndexOf(step) < 0 ? new Dictionary<string, string>() : chain.Steps[chain.IndexOf(step)].Papers.ToDictionary(paper => paper, _ => "text"),
        LegalPerson = true,
        Grounds = passed ? null : "grounds",
        LegalBasis = passed ? null : "law: article 1",
    };
}
