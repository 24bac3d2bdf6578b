using System.Text;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Classifications;
using Sandbox.Host.Procedures;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Procedures;
using Sandbox.Policy.Scenarios;
using Sandbox.Sandbox.Tests.Audits;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Procedures;

/// <summary>Data of a class that the profile bars are granted by nobody, at whatever step the class is found; and no data are opened before the operating unit's signature where that is required.</summary>
public sealed class BarredDataTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("futian")]
    [InlineData("changchun")]
    [InlineData("yibin")]
    [InlineData("yunnan-2023")]
    [InlineData("yunnan-2025")]
    [Requirement("YB-2-1")]
    public async Task Each_class_that_the_profile_bars_is_refused_at_every_step_whoever_approves(string profile)
    {
        using var town = new RequestTown(profile, Start);
        using (var zhao = town.Year.As("zhao"))
        {
            await Vetted.FileRecordsAsync(town.Year.Domain, zhao, "li");
        }

        var barred = ProcedureRules.Of(profile).Barred.Select(item => item.Value).Where(item => item != DataClass.NegativeList).ToArray();
        foreach (var item in barred)
        {
            var name = DataClassWords.Id(item)!.Replace('_', '-');
            town.AddSet(name);

            // Asked for and confirmed before the class is found: the source department's own consent is refused.
            SimulatedYear.Done(town.Request("li", name + "-a", name));
            SimulatedYear.Done(town.Reply("zhao", name + "-a"));
            SimulatedYear.Done(town.Request("li", name + "-b", name));
            SimulatedYear.Done(town.Request("li", name + "-c", name));
            SimulatedYear.Done(town.Reply("zhao", name + "-c"));
            SimulatedYear.Done(town.Reply("chen", name + "-c"));
            Assert.True(Decide(town, name + "-c").IsPermitted);
            await ClassifyAsync(town, name, item);
            Assert.Equal("YB-2-1", SimulatedYear.Rule(town.Reply("chen", name + "-a")));
            Assert.Equal("YB-2-1", SimulatedYear.Rule(town.Reply("zhao", name + "-b")));
            Assert.Equal("YB-2-1", SimulatedYear.Rule(town.Request("li", name + "-d", name)));
            Assert.Equal("YB-2-1", Assert.Single(Decide(town, name + "-c").Refusals).Rule);
            Assert.Equal(ScenarioState.AuthorityConfirmed, town.Year.Domain.Registry.Find<Scenario>(name + "-a")!.State);
            SimulatedYear.Done(town.Reply("chen", name + "-a", agree: false, grounds: "barred"));
        }

        Assert.Equal(3 * barred.Length, town.Year.Domain.Ledger.Entries(0, 10_000).Count(entry => entry.Kind == "refused" && entry.Facts["rules"].Text == "YB-2-1"));
    }

    [Theory]
    [InlineData("yibin", false)]
    [InlineData("changchun", true)]
    [Requirement("YB-2-1")]
    public async Task Personal_information_is_barred_in_yibin_and_goes_to_review_in_changchun(string profile, bool reviewed)
    {
        using var town = new RequestTown(profile, Start);
        town.AddSet("residents");
        await ClassifyAsync(town, "residents", DataClass.PersonalInformation);
        var answer = town.Request("li", "shuttle", "residents");
        if (reviewed)
        {
            SimulatedYear.Done(answer);
            Assert.Single(town.Due("scenario"));
        }
        else
        {
            Assert.Equal("YB-2-1", SimulatedYear.Rule(answer));
        }
    }

    [Fact]
    [Requirement("YB-8-1")]
    public void Where_the_selection_is_required_no_data_are_opened_before_the_signature()
    {
        using var town = new RequestTown("futian", Start);
        town.AddSet("roads");
        SimulatedYear.Done(town.Request("li", "shuttle", "roads"));
        SimulatedYear.Done(town.Reply("zhao", "shuttle"));
        SimulatedYear.Done(town.Reply("chen", "shuttle"));
        Assert.True(Decide(town, "shuttle").IsPermitted);
        using (var li = town.Year.As("li"))
        {
            Assert.Equal("SB-HOST-5", SimulatedYear.Rule(Duty.Require(town.Year.Domain, li, Duty.OperatorSelection)));
        }

        using var zhao = town.Year.As("zhao");
        SimulatedYear.Done(Duty.Require(town.Year.Domain, zhao, Duty.OperatorSelection));
        Assert.Equal("YB-8-1", Assert.Single(Decide(town, "shuttle").Refusals).Rule);
        SimulatedYear.Done(OpenCase.Run(town.Year.Domain, zhao, new NewCase(Duty.OperatorSelection, "selection", "office-of-li", null, [], null)));
        foreach (var step in new[] { "notice", "application", "expert_review", "decision", "signature" })
        {
            Assert.Equal("YB-8-1", Assert.Single(Decide(town, "shuttle").Refusals).Rule);
            using var actor = town.Year.As(step == "application" ? "li" : "zhao");

            // Neither skipped nor swapped: only the step at hand.
            foreach (var other in new[] { "notice", "application", "expert_review", "decision", "signature" }.Where(other => other != step))
            {
                Assert.Equal("YB-8-1", SimulatedYear.Rule(Close(town, actor, "selection", other)));
            }

            SimulatedYear.Done(Close(town, actor, "selection", step));
        }

        Assert.True(Decide(town, "shuttle").IsPermitted);
        var steps = town.Year.Domain.Registry.Find<ProcedureCase>("selection")!.Steps;
        Assert.Equal(
            ["notice authority 2026-03-02", "application applicant 2026-03-02", "expert_review expert_group 2026-03-02", "decision district_government 2026-03-02", "signature authority_and_operator 2026-03-02"],
            steps.Select(step => $"{step.Step} {step.Body} {step.On:yyyy-MM-dd}"));
    }

    private static Answer Close(RequestTown town, Host.People.Actor actor, string item, string step) =>
        CloseStep.Run(town.Year.Domain, actor, item, step, Encoding.UTF8.GetBytes("""{"outcome":"passed","reference":"No. 7"}"""));

    private static Decision Decide(RequestTown town, string scenario)
    {
        using var actor = town.Year.As("li");
        return ScenarioAccess.Decide(town.Year.Domain, actor, ScenarioAccess.Find(town.Year.Domain, scenario), DomainAction.BuildZone, ZoneKind.Workbench);
    }

    private static async Task ClassifyAsync(RequestTown town, string set, DataClass item)
    {
        using var chen = town.Year.As("chen");
        var (classes, openness) = item == DataClass.NotOpen ? ("", "not_open") : ($"\"{DataClassWords.Id(item)}\"", "unconditional");
        SimulatedYear.Done(await ClassifyData.RunAsync(
            town.Year.Domain, chen, set,
            Encoding.UTF8.GetBytes($$$"""{"category":"traffic","classes":[{{{classes}}}],"sharing":{"attribute":"unconditional"},"openness":"{{{openness}}}","review_by":"2026-12-31"}"""),
            UpgradeEvidence.None, null, default));
    }
}
