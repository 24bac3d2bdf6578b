using System.Text;
using System.Text.Json;
using Sandbox.Policy.Cases;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Cases;

/// <summary>Every kind of case over all states, commands, roles and houses: what the table does not list is refused, by the demand that it belongs to.</summary>
public sealed class CaseMachineTests
{
    private static readonly Profile Futian = Profile.Load("futian").OrThrow();

    /// <summary>The facts of the texts, written down here once more by hand: kind, state, command, role, house, and the state after, or null.</summary>
    public static TheoryData<string, string, string, Role, string, string?> Facts() => new()
    {
        { "quality-ticket", "received", "answer", Role.SourceDepartment, "provider", "answered" },
        { "quality-ticket", "received", "answer", Role.SourceDepartment, "another", null },
        { "quality-ticket", "received", "answer", Role.Operator, "opener", null },
        { "quality-ticket", "received", "accept", Role.Operator, "opener", null },
        { "quality-ticket", "answered", "accept", Role.Operator, "opener", "closed" },
        { "quality-ticket", "answered", "accept", Role.Operator, "another", null },
        { "quality-ticket", "closed", "answer", Role.SourceDepartment, "provider", null },
        { "product", "registered", "file", Role.Operator, "opener", null },
        { "product", "registered", "offer", Role.Operator, "opener", null },
        { "product", "registered", "review", Role.Authority, "another", "reviewed" },
        { "product", "registered", "review", Role.Authority, "opener", null },
        { "product", "registered", "review", Role.Operator, "another", null },
        { "product", "reviewed", "offer", Role.Operator, "opener", null },
        { "product", "filing", "offer", Role.Operator, "opener", null },
        { "product", "filing", "receive", Role.Operator, "opener", null },
        { "product", "filing", "receive", Role.Authority, "another", "filed" },
        { "product", "filed", "offer", Role.Operator, "opener", "offered" },
        { "product", "offered", "change", Role.Operator, "opener", "changing" },
        { "product", "withdrawn", "offer", Role.Operator, "opener", null },
        { "trade", "parties_registered", "request", Role.Operator, "buyer", null },
        { "trade", "object_registered", "request", Role.Operator, "buyer", "requested" },
        { "trade", "object_registered", "request", Role.Operator, "seller", null },
        { "trade", "requested", "contract", Role.Operator, "seller", null },
        { "trade", "negotiated", "contract", Role.Operator, "seller", "contract_proposed" },
        { "trade", "contract_proposed", "deliver", Role.Operator, "seller", null },
        { "trade", "contracted", "settle", Role.Operator, "buyer", null },
        { "trade", "contracted", "deliver", Role.Operator, "seller", "delivered" },
        { "trade", "delivered", "file", Role.Authority, "another", null },
        { "trade", "settled", "file", Role.Authority, "another", "filed" },
        { "trade", "filed", "deliver", Role.Operator, "seller", null },
        { "rights-claim", "checking", "suspend", Role.SourceDepartment, "provider", "suspended" },
        { "rights-claim", "checking", "suspend", Role.Operator, "opener", null },
        { "rights-claim", "suspended", "close", Role.SourceDepartment, "provider", null },
        { "verification", "with_institution", "grant-extension", Role.SourceDepartment, "provider", null },
        { "incident", "contained", "close", Role.Authority, "another", null },
        { "combination", "asked", "assess", Role.Operator, "opener", null },
        { "combination", "asked", "assess", Role.Authority, "another", "assessed" },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void A_step_goes_where_the_text_says_or_nowhere(string kind, string state, string command, Role role, string house, string? to)
    {
        var form = CaseForms.Find(kind)!;
        var (move, decision) = CaseMachine.Step(form, Futian, State(state), command, Actor(role, house));
        Assert.Equal(to is not null, decision.IsPermitted);
        Assert.Equal(to, move is null ? null : CaseMachine.Next(move, state, JsonDocument.Parse("{}").RootElement.Clone()) is var next && move.Otherwise is null ? next : move?.To);
        Assert.All(decision.Refusals, refusal => Assert.NotNull(Policy.Requirements.Find(refusal.Rule)));
    }

    [Fact]
    public void Over_all_kinds_states_commands_roles_and_houses_only_listed_steps_are_taken()
    {
        var (permitted, refused) = (0, 0);
        foreach (var form in CaseForms.All)
        {
            foreach (var state in form.States.Append("nowhere"))
            {
                foreach (var command in form.Moves.Select(move => move.Command).Append("guess").Distinct())
                {
                    foreach (var role in Enum.GetValues<Role>())
                    {
                        foreach (var house in new[] { "opener", "another", "provider", "seller", "buyer" })
                        {
                            var (move, decision) = CaseMachine.Step(form, Futian, State(state), command, Actor(role, house));
                            var listed = form.Moves.SingleOrDefault(one => one.Command == command && one.From.Contains(state));
                            Assert.Equal(decision.IsPermitted, move is not null);
                            if (!decision.IsPermitted)
                            {
                                refused++;
                                Assert.All(decision.Refusals, refusal => Assert.True(refusal.Why.Length > 0 && refusal.Remedy.Length > 0 && refusal.WhyZh.Length > 0 && refusal.RemedyZh.Length > 0));
                                continue;
                            }

                            permitted++;
                            Assert.NotNull(listed);
                            Assert.NotEqual(Role.Unknown, role);
                            Assert.DoesNotContain(state, form.Ended);
                            Assert.True(listed.By switch
                            {
                                CaseParty.OpenerHouse => house == "opener",
                                CaseParty.OtherHouse => house != "opener",
                                CaseParty.Provider => house == "provider",
                                CaseParty.Seller => house == "seller",
                                CaseParty.Buyer => house == "buyer",
                                _ => true,
                            });
                            Assert.Contains(listed.Roles, one => one.ToString() == role.ToString() || (one == CaseRole.ExportApprovers && Futian.ExportApprovers!.Value.Contains(role)));
                        }
                    }
                }
            }
        }

        Assert.True(permitted > 100 && refused > 20 * permitted, $"{permitted} permitted, {refused} refused");
    }

    [Fact]
    public void Where_a_profile_names_no_approver_nobody_reviews_a_product()
    {
        var form = CaseForms.Find("product")!;
        foreach (var role in Enum.GetValues<Role>())
        {
            var (_, decision) = CaseMachine.Step(form, Profile.Load("yibin").OrThrow(), State("registered"), "review", Actor(role, "another"));
            Assert.Contains("init --overlay", Assert.Single(decision.Refusals).Remedy, StringComparison.Ordinal);
        }

        Assert.True(CaseMachine.Step(form, Profile.Load("yunnan-2025").OrThrow(), State("registered"), "review", Actor(Role.Operator, "another")).Decision.IsPermitted);
        Assert.False(CaseMachine.Step(form, Profile.Load("yunnan-2025").OrThrow(), State("registered"), "review", Actor(Role.Authority, "another")).Decision.IsPermitted);
    }

    [Fact]
    public void One_person_does_not_ask_for_an_extension_and_grant_it()
    {
        var form = CaseForms.Find("verification")!;
        var facts = State("extension_asked") with { Taken = [("ask-extension", "provider-person")] };
        Assert.False(CaseMachine.Step(form, Futian, facts, "grant-extension", Actor(Role.SourceDepartment, "provider")).Decision.IsPermitted);
        Assert.True(CaseMachine.Step(form, Futian, facts, "grant-extension", Actor(Role.SourceDepartment, "provider") with { Name = "head" }).Decision.IsPermitted);

        // Nor by the hand of a deputy; other steps a deputy takes.
        var deputy = new CaseActor("deputy", "provider", Role.SourceDepartment, Deputy: true);
        Assert.False(CaseMachine.Step(form, Futian, facts, "grant-extension", deputy).Decision.IsPermitted);
        Assert.False(CaseMachine.Step(form, Futian, State("with_institution"), "ask-extension", deputy).Decision.IsPermitted);
        Assert.True(CaseMachine.Step(form, Futian, State("with_institution"), "settle", deputy).Decision.IsPermitted);
    }

    [Fact]
    public void Bodies_to_be_told_are_those_of_the_profile_and_of_who_reported()
    {
        var form = CaseForms.Find("incident")!;
        string[] Bodies(string profile, Role opener) => [.. CaseMachine.Bodies(form, profile, opener).SelectMany(bodies => bodies.Value)];
        Assert.Equal(["data bureau", "cyberspace office", "public security"], Bodies("yibin", Role.Operator));
        Assert.Equal(["implementing body", "competent authorities"], Bodies("yunnan-2025", Role.Operator));
        Assert.Equal(["operating unit"], Bodies("yunnan-2025", Role.Developer));
        Assert.Equal(["trading parties", "departments concerned"], Bodies("changchun-trading", Role.Operator));
        Assert.Equal(["data bureau"], Bodies("futian", Role.Operator));
        Assert.False(CaseMachine.Step(form, Futian, State("lifted") with { Untold = ["public security"] }, "close", Actor(Role.Authority, "another")).Decision.IsPermitted);
        Assert.True(CaseMachine.Step(form, Futian, State("lifted"), "close", Actor(Role.Authority, "another")).Decision.IsPermitted);
    }

    [Fact]
    public void A_kind_exists_under_its_profiles_and_drills_only_where_it_may()
    {
        var trade = CaseForms.Find("trade")!;
        Assert.True(CaseMachine.Open(trade, Futian, "changchun-trading", Actor(Role.Authority, "another"), false).IsPermitted);
        Assert.False(CaseMachine.Open(trade, Futian, "futian", Actor(Role.Authority, "another"), false).IsPermitted);
        Assert.False(CaseMachine.Open(trade, Futian, "changchun-trading", Actor(Role.Operator, "another"), false).IsPermitted);
        Assert.False(CaseMachine.Open(CaseForms.Find("weakness")!, Futian, "futian", Actor(Role.Operator, "another"), true).IsPermitted);
        Assert.True(CaseMachine.Open(CaseForms.Find("incident")!, Futian, "futian", Actor(Role.Operator, "another"), true).IsPermitted);
    }

    [Theory]
    [InlineData("product", "reviewed", "rejected", 6)]
    [InlineData("trade-object", "registered", "refused", 4)]
    public void One_negative_point_leads_the_other_way(string kind, string yes, string no, int count)
    {
        var move = CaseForms.Find(kind)!.Moves.Single(one => one.Otherwise is not null);
        var points = move.Fields.Where(field => field.Form == CaseFieldForm.Point).Select(field => field.Name).ToArray();
        Assert.Equal(count, points.Length);
        JsonElement Content(string? negative) => JsonDocument.Parse(JsonSerializer.Serialize(points.ToDictionary(point => point, point => new { holds = point != negative, words = "seen" }))).RootElement;
        Assert.Equal(yes, CaseMachine.Next(move, "x", Content(null)));
        Assert.All(points, point => Assert.Equal(no, CaseMachine.Next(move, "x", Content(point))));
    }

    [Theory]
    [InlineData("\"first\": \"received\"", "\"first\": \"nowhere\"")]
    [InlineData("\"requirement\": \"YN25-17-1\"", "\"requirement\": \"YN25-17-9\"")]
    [InlineData("\"ended\": [\"closed\"]", "\"ended\": []")]
    [InlineData("\"yunnan-2025\"", "\"yunnan-2026\"")]
    [InlineData("\"form\": \"data_set\"", "\"form\": \"unknown\"")]
    public void A_form_that_contradicts_itself_is_refused(string from, string to)
    {
        using var reader = new StreamReader(typeof(CaseForm).Assembly.GetManifestResourceStream("cases/quality-ticket.json")!);
        var text = reader.ReadToEnd();
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => CaseForms.FromJson(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal))));
        CaseForms.FromJson(Encoding.UTF8.GetBytes(text));
    }

    private static CaseFacts State(string state) => new(state, "opener", "provider", "seller-person", "buyer-person", [], []);

    private static CaseActor Actor(Role role, string house) => new(house + "-person", house, role);
}
