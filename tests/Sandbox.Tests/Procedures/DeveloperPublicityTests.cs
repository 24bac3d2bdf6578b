using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.People;
using Sandbox.Host.Procedures;
using Sandbox.Policy;
using Sandbox.Sandbox.Tests.Audits;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>A chosen developer is shown to the public for five full working days, to the day; what speaks against it ends the application.</summary>
public sealed class DeveloperPublicityTests
{
    private const string Papers = "\"scenario_plan\":\"p1\",\"security_commitment\":\"p2\",\"credit_report\":\"p3\",\"proof_of_ability\":\"p4\"";

    [Fact]
    [Requirement("YN25-13-3", "yunnan-2025")]
    public void The_agreement_follows_five_full_working_days_of_publicity_that_nothing_ended()
    {
        using var town = new RequestTown("yunnan-2025", new(2025, 3, 3, 9, 0, 0, TimeSpan.Zero));
        foreach (var item in new[] { "shown", "opposed" })
        {
            using (var fang = town.Year.As("fang"))
            {
                SimulatedYear.Done(OpenCase.Run(town.Year.Domain, fang, new NewCase("developer_application", item, "office-of-fang", null, [], null)));
            }

            SimulatedYear.Done(Close(town, "fang", item, "application", ",\"papers\":{" + Papers + "},\"applicant\":{\"kind\":\"legal_person\",\"code\":\"91350100M000100Y43\"}"));
            SimulatedYear.Done(Close(town, "li", item, "qualification_check", ""","papers":{"ability":"a","need":"b","compliance":"c","risk":"d"}"""));
        }

        // From Monday the third: the fourth to the seventh and the tenth are the five days.
        foreach (var day in new[] { 3, 4, 5, 6, 7, 8, 9, 10 })
        {
            town.Year.Now = new(2025, 3, day, 15, 0, 0, TimeSpan.Zero);
            Assert.Equal("YN25-13-1", SimulatedYear.Rule(Close(town, "li", "shown", "publicity")));
            Assert.IsType<Answer.Refused>(Close(town, "li", "shown", "agreement"));
        }

        // An objection stands: the step is refused with its grounds on any day, and no agreement follows.
        SimulatedYear.Done(Close(town, "li", "opposed", "publicity", ",\"grounds\":\"an objection stands: undisclosed ties\"", "refused"));
        town.Year.Now = new(2025, 3, 11, 9, 0, 0, TimeSpan.Zero);
        Assert.IsType<Answer.Refused>(Close(town, "li", "opposed", "publicity"));
        Assert.IsType<Answer.Refused>(Close(town, "li", "opposed", "agreement"));
        SimulatedYear.Done(Close(town, "li", "shown", "publicity"));

        // Signed by a deputy of that day, whose step counts as the principal's.
        using (var zhao = town.Year.As("zhao"))
        {
            SimulatedYear.Done(AddPerson.Run(town.Year.Domain, zhao, "jin", "office-of-li", Role.DataScientist, null));
        }

        Assert.IsType<Answer.Refused>(Close(town, "jin", "shown", "agreement"));
        using (var li = town.Year.As("li"))
        {
            SimulatedYear.Done(AppointDeputy.Run(town.Year.Domain, li, "jin", town.Year.Today, town.Year.Today.AddDays(5)));
        }

        SimulatedYear.Done(Close(town, "jin", "shown", "agreement", principal: "li"));
        Assert.True(ProcedureRulesOpen(town, "shown"));
        Assert.False(ProcedureRulesOpen(town, "opposed"));
    }

    private static bool ProcedureRulesOpen(RequestTown town, string item) =>
        StepProof.Opens(town.Year.Domain, town.Year.Domain.Procedures.Find("developer_application")!, town.Year.Domain.Registry.Find<ProcedureCase>(item)!);

    private static Answer Close(RequestTown town, string who, string item, string step, string more = "", string outcome = "passed", string? principal = null)
    {
        using var actor = Actor.Authenticate(town.Year.Domain, who, null, null, principal);
        return CloseStep.Run(town.Year.Domain, actor, item, step, Encoding.UTF8.GetBytes("{\"outcome\":\"" + outcome + "\",\"reference\":\"No. 7\"" + more + "}"));
    }
}
