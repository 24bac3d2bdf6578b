using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

public sealed class MaskRuleJsonTests
{
    public static TheoryData<string> Good =>
    [
        "{\"rule\":\"suppress\"}", "{\"rule\":\"constant\",\"value\":\"x\"}", "{\"rule\":\"keep-part\",\"part\":\"first\",\"characters\":1}", "{\"rule\":\"keep-part\",\"part\":\"last\",\"characters\":16}",
        "{\"rule\":\"keep-part\",\"part\":\"surname\"}", "{\"rule\":\"keep-part\",\"part\":\"province\"}", "{\"rule\":\"band\",\"width\":10}", "{\"rule\":\"band\",\"width\":0.5}", "{\"rule\":\"date\",\"part\":\"year\"}",
        "{\"rule\":\"date\",\"part\":\"decade\"}", "{\"rule\":\"date\",\"part\":\"quarter\"}", "{\"rule\":\"date\",\"part\":\"month\"}", "{\"rule\":\"date\",\"part\":\"day\"}", "{\"rule\":\"division\",\"digits\":4}",
        "{\"rule\":\"round\",\"step\":100}", "{\"rule\":\"top-bottom\",\"bottom\":0,\"top\":99.5}", "{\"rule\":\"token\"}", "{\"rule\":\"exact-invisible\"}", "{\"rule\":\"keep\"}",
    ];

    public static TheoryData<string> Bad =>
    [
        "", "null", "1", "[]", "{}", "{\"rule\":\"\"}", "{\"rule\":\"unknown\"}", "{\"rule\":null}", "{\"rule\":\"Keep\"}", "{\"rule\":\"keep\",\"rule\":\"keep\"}", "{\"rule\":\"suppress\",\"rule\":\"keep\"}", "{\"rule\":\"keep\",\"x\":1}",
        "{\"Rule\":\"keep\"}", "{\"rule\":\"keep\"", "{\"rule\":\"keep\"} x", "{\"rule\":\"keep\"}{}", "// c\n{\"rule\":\"keep\"}", "{\"rule\":\"keep\",}", "{\"rule\":\"band\"}", "{\"rule\":\"band\",\"width\":\"10\"}", "{\"rule\":\"band\",\"width\":0}",
        "{\"rule\":\"band\",\"width\":-1}", "{\"rule\":\"band\",\"width\":1e300}", "{\"rule\":\"band\",\"width\":10,\"width\":10}", "{\"rule\":\"band\",\"width\":10,\"step\":1}", "{\"rule\":\"round\",\"step\":0}",
        "{\"rule\":\"top-bottom\",\"bottom\":5,\"top\":5}", "{\"rule\":\"top-bottom\",\"bottom\":5}", "{\"rule\":\"top-bottom\",\"bottom\":5,\"top\":4}", "{\"rule\":\"division\",\"digits\":3}", "{\"rule\":\"division\",\"digits\":4.5}",
        "{\"rule\":\"division\",\"digits\":12}", "{\"rule\":\"date\",\"part\":\"second\"}", "{\"rule\":\"date\",\"part\":\"unknown\"}", "{\"rule\":\"keep-part\"}", "{\"rule\":\"keep-part\",\"part\":\"first\"}", "{\"rule\":\"keep-part\",\"part\":\"first\",\"characters\":0}",
        "{\"rule\":\"keep-part\",\"part\":\"first\",\"characters\":17}", "{\"rule\":\"keep-part\",\"part\":\"surname\",\"characters\":1}", "{\"rule\":\"keep-part\",\"part\":\"middle\",\"characters\":1}", "{\"rule\":\"constant\"}", "{\"rule\":\"constant\",\"value\":7}",
    ];

    [Theory]
    [MemberData(nameof(Good))]
    public void Reading_and_writing_gives_the_same_text(string json)
    {
        var rule = Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(json)).Rule;
        Assert.Equal(json, rule.ToJson());
        Assert.Equal(rule, Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(rule.ToJson())).Rule);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Anything_else_is_refused(string json)
    {
        var refused = Assert.IsType<MaskRuleResult.Refused>(MaskRule.FromUntrusted(json));
        Assert.StartsWith("SB-MASK-", refused.Reason.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_long_and_too_deep_texts_are_refused()
    {
        Assert.IsType<MaskRuleResult.Refused>(MaskRule.FromUntrusted("{\"rule\":\"constant\",\"value\":\"" + new string('x', 65) + "\"}"));
        Assert.IsType<MaskRuleResult.Refused>(MaskRule.FromUntrusted(new string('[', 4000)));
        Assert.IsType<MaskRuleResult.Refused>(MaskRule.FromUntrusted("{\"rule\":\"constant\",\"value\":\"" + new string('x', 5000) + "\"}"));
    }

    [Fact]
    public void A_repeated_name_is_found_also_in_a_leniently_parsed_element()
    {
        using var document = System.Text.Json.JsonDocument.Parse("{\"rule\":\"suppress\",\"rule\":\"keep\"}");
        Assert.IsType<MaskRuleResult.Refused>(MaskRule.FromUntrusted(document.RootElement));
    }
}
