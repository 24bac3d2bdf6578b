using System.Text;
using Sandbox.Policy.Cases;
using Sandbox.Policy.Profiles;

namespace Sandbox.Policy.Tests.Cases;

/// <summary>What people write in a case is taken whole or refused with every fault at its path.</summary>
public sealed class CaseContentTests
{
    [Fact]
    public void Every_fault_of_a_contract_is_named_in_one_pass()
    {
        var move = CaseForms.Find("trade")!.Moves.Single(one => one.Command == "contract");
        Assert.Equal(9, move.Fields.Count);
        var faults = Read("""{"content":"hourly counts","price":7,"price_of_all":"1","term_of_use":"","way_of_trading":"once\u202e"}""", move.Fields);
        foreach (var path in new[] { "$.price_of_all", "$.price", "$.term_of_use", "$.way_of_trading", "$.scope_of_use", "$.quality_of_delivery", "$.way_of_delivery", "$.security_responsibility", "$.confidentiality" })
        {
            Assert.Single(faults, fault => fault.Why.StartsWith(path + " ", StringComparison.Ordinal));
        }

        Assert.Equal(9, faults.Count);
        Assert.All(faults, fault => Assert.Equal("CT-15-1", fault.Rule));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{"due":"2026-02-30"}""")]
    [InlineData("""{"due":"2026-02-03","due":"2026-02-03"}""")]
    [InlineData("""{"due":null}""")]
    [InlineData("""{"due":"03.02.2026"}""")]
    [InlineData("""{"due":{"deep":{"deeper":{"deepest":{"still":1}}}}}""")]
    public void A_date_that_is_none_is_refused(string json) =>
        Assert.NotEmpty(Read(json, CaseForms.Find("quality-ticket")!.Moves.Single(one => one.Command == "set-limit").Fields));

    [Theory]
    [InlineData("0", true)]
    [InlineData("1200.50", true)]
    [InlineData("999999999999.99", true)]
    [InlineData("1200.505", false)]
    [InlineData("-1", false)]
    [InlineData("01", false)]
    [InlineData("1e3", false)]
    [InlineData("", false)]
    public void An_amount_is_exact_money(string amount, bool right) =>
        Assert.Equal(right, Read($$"""{"institution":"City bank","reference":"r","amount":"{{amount}}"}""", CaseForms.Find("trade")!.Moves.Single(one => one.Command == "settle").Fields).Count == 0);

    [Fact]
    public void A_refusal_repeats_no_name_that_is_none()
    {
        var fault = Assert.Single(Read("""{"530102199001010011":"x"}""", []));
        Assert.DoesNotContain("530102", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_referred_and_its_fault_stands_at_its_path()
    {
        var (content, faults) = CaseContent.FromUntrusted("""{"scenario":"buses","why_joined":"one journey"}"""u8, CaseForms.Find("combination")!.Fields, "YN23-44-1", Futian, (field, name) => name == "buses" && field.Form == CaseFieldForm.Scenario ? "there is no such scenario" : null);
        Assert.Null(content);
        Assert.StartsWith("$.scenario: there is no such scenario", Assert.Single(faults).Why, StringComparison.Ordinal);
    }

    private static Profile Futian { get; } = Profile.Load("futian").OrThrow();

    private static IReadOnlyList<Refusal> Read(string json, IReadOnlyList<CaseField> fields) =>
        CaseContent.FromUntrusted(json.Length == 0 ? "x"u8 : Encoding.UTF8.GetBytes(json), fields, "CT-15-1", Futian, (_, _) => null).Faults;
}
