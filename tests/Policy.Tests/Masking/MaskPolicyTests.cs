using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

/// <summary>Every combination of kind, grade, rule and zone against rules stated a second time, plainly.</summary>
public sealed class MaskPolicyTests
{
    [Fact]
    public void No_combination_shows_what_must_stay_hidden()
    {
        var permitted = 0;
        var denied = 0;
        foreach (var (kind, grade, rule, zone) in Combinations())
        {
            var decision = MaskPolicy.Check(kind, grade, rule, zone);
            Assert.Equal(decision.IsPermitted, decision.Refusals.Count == 0);
            if (!decision.IsPermitted)
            {
                denied++;
                continue;
            }

            permitted++;
            var direct = grade == ColumnGrade.Identifier || MaskPolicy.Identifies(kind);
            Assert.NotEqual(ZoneKind.Unknown, zone);
            Assert.True(Enum.IsDefined(zone));
            if (rule is MaskRule.Suppress)
            {
                continue;
            }

            Assert.NotEqual(ColumnGrade.Ungraded, grade);
            Assert.True(Enum.IsDefined(grade));
            Assert.False((direct || kind == IdentifierKind.FreeText) && rule is MaskRule.Groups);
            Assert.False(kind != IdentifierKind.FreeText && rule is MaskRule.Redact);
            Assert.False(kind == IdentifierKind.BirthDate && rule is MaskRule.DateShift { Days: < 365 });
            Assert.False(kind is IdentifierKind.FreeText && rule is MaskRule.FormatToken);
            Assert.False(direct && rule is MaskRule.Keep or MaskRule.ExactInvisible);
            Assert.False(grade == ColumnGrade.Sensitive && rule is MaskRule.Keep);
            Assert.False(zone == ZoneKind.Workbench && rule is MaskRule.ExactInvisible);
            Assert.False(kind is IdentifierKind.ResidentIdentity or IdentifierKind.SocialCredit or IdentifierKind.BankCard or IdentifierKind.Unknown && rule is MaskRule.KeepPart);
            Assert.False(kind == IdentifierKind.FreeText && rule is not (MaskRule.Constant or MaskRule.Band or MaskRule.Round or MaskRule.TopBottom or MaskRule.DateTo or MaskRule.ExactInvisible or MaskRule.Noise or MaskRule.DateShift or MaskRule.Ladder or MaskRule.Redact));
        }

        Assert.True(permitted > 100 && denied > permitted);
    }

    [Theory]
    [InlineData(IdentifierKind.ResidentIdentity, ColumnGrade.Identifier, "{\"rule\":\"token\"}", true)]
    [InlineData(IdentifierKind.ResidentIdentity, ColumnGrade.Identifier, "{\"rule\":\"division\",\"digits\":4}", true)]
    [InlineData(IdentifierKind.ResidentIdentity, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"first\",\"characters\":6}", false)]
    [InlineData(IdentifierKind.ResidentIdentity, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"last\",\"characters\":4}", false)]
    [InlineData(IdentifierKind.ResidentIdentity, ColumnGrade.General, "{\"rule\":\"keep\"}", false)]
    [InlineData(IdentifierKind.SocialCredit, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"last\",\"characters\":1}", false)]
    [InlineData(IdentifierKind.PersonName, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"surname\"}", true)]
    [InlineData(IdentifierKind.PersonName, ColumnGrade.Identifier, "{\"rule\":\"keep\"}", false)]
    [InlineData(IdentifierKind.Address, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"province\"}", true)]
    [InlineData(IdentifierKind.Address, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"first\",\"characters\":9}", false)]
    [InlineData(IdentifierKind.Phone, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"first\",\"characters\":3}", true)]
    [InlineData(IdentifierKind.Phone, ColumnGrade.Identifier, "{\"rule\":\"keep-part\",\"part\":\"last\",\"characters\":4}", false)]
    [InlineData(IdentifierKind.Phone, ColumnGrade.Identifier, "{\"rule\":\"round\",\"step\":10}", false)]
    [InlineData(IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier, "{\"rule\":\"date\",\"part\":\"year\"}", true)]
    [InlineData(IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier, "{\"rule\":\"date\",\"part\":\"month\"}", false)]
    [InlineData(IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier, "{\"rule\":\"keep\"}", false)]
    [InlineData(IdentifierKind.None, ColumnGrade.QuasiIdentifier, "{\"rule\":\"band\",\"width\":10}", true)]
    [InlineData(IdentifierKind.None, ColumnGrade.Sensitive, "{\"rule\":\"keep\"}", false)]
    [InlineData(IdentifierKind.None, ColumnGrade.Sensitive, "{\"rule\":\"round\",\"step\":100}", true)]
    [InlineData(IdentifierKind.None, ColumnGrade.Sensitive, "{\"rule\":\"token\"}", false)]
    [InlineData(IdentifierKind.None, ColumnGrade.General, "{\"rule\":\"keep\"}", true)]
    [InlineData(IdentifierKind.None, ColumnGrade.Ungraded, "{\"rule\":\"keep\"}", false)]
    [InlineData(IdentifierKind.None, ColumnGrade.Ungraded, "{\"rule\":\"suppress\"}", true)]
    [InlineData(IdentifierKind.Unknown, ColumnGrade.General, "{\"rule\":\"keep\"}", false)]
    [InlineData(IdentifierKind.Unknown, ColumnGrade.General, "{\"rule\":\"token\"}", true)]
    [InlineData(IdentifierKind.FreeText, ColumnGrade.Sensitive, "{\"rule\":\"keep\"}", false)]
    public void Columns_of_the_workbench_get_the_rules_they_need(IdentifierKind kind, ColumnGrade grade, string json, bool permitted)
    {
        var rule = Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(json)).Rule;
        Assert.Equal(permitted, MaskPolicy.Check(kind, grade, rule, ZoneKind.Workbench).IsPermitted);
    }

    [Fact]
    public void An_exact_measure_is_for_production_only()
    {
        var rule = new MaskRule.ExactInvisible();
        Assert.True(MaskPolicy.Check(IdentifierKind.None, ColumnGrade.Sensitive, rule, ZoneKind.Production).IsPermitted);
        Assert.Equal("CC-20-3", Assert.Single(MaskPolicy.Check(IdentifierKind.None, ColumnGrade.Sensitive, rule, ZoneKind.Workbench).Refusals).Rule);
    }

    [Fact]
    public void A_rule_out_of_range_is_refused_wherever_it_stands() =>
        Assert.False(MaskPolicy.Check(IdentifierKind.None, ColumnGrade.General, new MaskRule.Band(0), ZoneKind.Production).IsPermitted);

    private static IEnumerable<(IdentifierKind Kind, ColumnGrade Grade, MaskRule Rule, ZoneKind Zone)> Combinations() =>
        from kind in Enum.GetValues<IdentifierKind>().Append((IdentifierKind)99)
        from grade in Enum.GetValues<ColumnGrade>().Append((ColumnGrade)99)
        from rule in MaskRules.All
        from zone in Enum.GetValues<ZoneKind>().Append((ZoneKind)99)
        select (kind, grade, rule, zone);
}
