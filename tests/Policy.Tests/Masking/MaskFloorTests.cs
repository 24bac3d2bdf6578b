using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

public sealed class MaskFloorTests
{
    [Theory]
    [InlineData("""{"rule":"band","width":20}""", """{"rule":"band","width":10}""", true)]
    [InlineData("""{"rule":"band","width":10}""", """{"rule":"band","width":10}""", true)]
    [InlineData("""{"rule":"band","width":15}""", """{"rule":"band","width":10}""", false)] // not nested: two of them cut finer
    [InlineData("""{"rule":"band","width":5}""", """{"rule":"band","width":10}""", false)]
    [InlineData("""{"rule":"round","step":1000}""", """{"rule":"round","step":100}""", true)]
    [InlineData("""{"rule":"keep"}""", """{"rule":"round","step":100}""", false)]
    [InlineData("""{"rule":"suppress"}""", """{"rule":"suppress"}""", true)]
    [InlineData("""{"rule":"constant","value":"x"}""", """{"rule":"suppress"}""", false)]
    [InlineData("""{"rule":"constant","value":"x"}""", """{"rule":"token"}""", true)]
    [InlineData("""{"rule":"token"}""", """{"rule":"format-token"}""", true)]
    [InlineData("""{"rule":"format-token"}""", """{"rule":"token"}""", false)]
    [InlineData("""{"rule":"division","digits":2}""", """{"rule":"division","digits":4}""", true)]
    [InlineData("""{"rule":"division","digits":6}""", """{"rule":"division","digits":4}""", false)]
    [InlineData("""{"rule":"date","part":"decade"}""", """{"rule":"date","part":"year"}""", true)]
    [InlineData("""{"rule":"date","part":"month"}""", """{"rule":"date","part":"year"}""", false)]
    [InlineData("""{"rule":"keep-part","part":"first","characters":1}""", """{"rule":"keep-part","part":"first","characters":2}""", true)]
    [InlineData("""{"rule":"keep-part","part":"last","characters":1}""", """{"rule":"keep-part","part":"first","characters":2}""", false)]
    [InlineData("""{"rule":"noise","scale":10}""", """{"rule":"noise","scale":5}""", true)]
    [InlineData("""{"rule":"noise","scale":1}""", """{"rule":"noise","scale":5}""", false)]
    [InlineData("""{"rule":"top-bottom","bottom":10,"top":90}""", """{"rule":"top-bottom","bottom":0,"top":100}""", true)]
    [InlineData("""{"rule":"top-bottom","bottom":-10,"top":90}""", """{"rule":"top-bottom","bottom":0,"top":100}""", false)]
    [InlineData("""{"rule":"exact-invisible"}""", """{"rule":"round","step":10}""", false)]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":10},{"rule":"band","width":20}]}""", """{"rule":"band","width":10}""", true)]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"band","width":20}]}""", """{"rule":"band","width":10}""", false)]
    public void A_scenario_can_only_be_stricter(string rule, string floor, bool holds) => Assert.Equal(holds, MaskFloor.Holds(Read(rule), Read(floor)));

    [Fact]
    public void Nothing_but_suppression_passes_a_floor_of_suppression_and_every_rule_passes_itself()
    {
        foreach (var rule in MaskRules.All)
        {
            Assert.Equal(rule is MaskRule.Suppress, MaskFloor.Holds(rule, new MaskRule.Suppress()));
            Assert.True(MaskFloor.Holds(rule, rule) || rule is MaskRule.Ladder, rule.ToJson());
            Assert.False(MaskFloor.Holds(new MaskRule.Keep(), rule) && rule is not MaskRule.Keep);
            var check = MaskFloor.Check(new MaskRule.Keep(), rule);
            Assert.Equal(rule is MaskRule.Keep, check.IsPermitted);
        }
    }

    [Fact]
    public void Every_rule_says_what_it_is_worth_in_both_languages()
    {
        foreach (var rule in MaskRules.All)
        {
            foreach (var kind in Enum.GetValues<IdentifierKind>())
            {
                var strength = MaskStrength.Of(rule, kind);
                Assert.All([strength.Reversible, strength.Left], words => Assert.Matches("^[A-Z0-9].*\\.$", words));
                Assert.All([strength.ReversibleZh, strength.LeftZh], words => Assert.EndsWith("。", words, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void What_a_rule_leaves_of_an_identifying_column_tells_people_apart()
    {
        Assert.True(MaskPolicy.TellsApart(IdentifierKind.PersonName, ColumnGrade.Identifier, new MaskRule.KeepPart(KeptPart.Surname, 0)));
        Assert.True(MaskPolicy.TellsApart(IdentifierKind.ResidentIdentity, ColumnGrade.Identifier, new MaskRule.DivisionPrefix(4)));
        Assert.True(MaskPolicy.TellsApart(IdentifierKind.None, ColumnGrade.QuasiIdentifier, new MaskRule.Keep()));
        Assert.False(MaskPolicy.TellsApart(IdentifierKind.ResidentIdentity, ColumnGrade.Identifier, new MaskRule.Token()));
        Assert.False(MaskPolicy.TellsApart(IdentifierKind.None, ColumnGrade.General, new MaskRule.Keep()));
        Assert.False(MaskPolicy.TellsApart(IdentifierKind.None, ColumnGrade.Sensitive, new MaskRule.Round(100)));
    }

    private static MaskRule Read(string json) => Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(json)).Rule;
}
