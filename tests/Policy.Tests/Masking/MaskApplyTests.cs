using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

public sealed class MaskApplyTests
{
    [Theory]
    [InlineData(KeptPart.Surname, 0, "张三", "张*")]
    [InlineData(KeptPart.Surname, 0, "张三丰", "张*")]
    [InlineData(KeptPart.Surname, 0, "欧阳锋", "欧阳*")]
    [InlineData(KeptPart.Surname, 0, " 欧阳娜娜 ", "欧阳*")]
    [InlineData(KeptPart.Surname, 0, "欧阳", "欧*")]
    [InlineData(KeptPart.Surname, 0, "张", "***")]
    [InlineData(KeptPart.Surname, 0, "Smith", "***")]
    [InlineData(KeptPart.Surname, 0, "龘三", "***")]
    [InlineData(KeptPart.Province, 0, "广东省深圳市福田区", "广东省***")]
    [InlineData(KeptPart.Province, 0, "内蒙古自治区包头市", "内蒙古自治区***")]
    [InlineData(KeptPart.Province, 0, "北京市朝阳区", "北京市***")]
    [InlineData(KeptPart.Province, 0, "四川宜宾翠屏区", "四川***")]
    [InlineData(KeptPart.Province, 0, "广东省", "***")]
    [InlineData(KeptPart.Province, 0, "某地", "***")]
    [InlineData(KeptPart.First, 1, "abcdef", "a***")]
    [InlineData(KeptPart.First, 3, "abc", "***")]
    [InlineData(KeptPart.First, 3, "abcd", "abc***")]
    [InlineData(KeptPart.Last, 4, "13800138000", "***8000")]
    [InlineData(KeptPart.Last, 4, "8000", "***")]
    [InlineData(KeptPart.Last, 4, "80", "***")]
    [InlineData(KeptPart.First, 1, "👨‍👩‍👧x", "👨‍👩‍👧***")]
    [InlineData(KeptPart.Last, 1, "x𠮷", "***𠮷")]
    [InlineData(KeptPart.First, 1, "e\u0301a", "e\u0301***")]
    [InlineData(KeptPart.First, 1, "", null)]
    [InlineData(KeptPart.First, 1, "   ", null)]
    public void A_part_is_kept_by_characters(KeptPart part, int characters, string value, string? expected) =>
        Assert.Equal(expected, new MaskRule.KeepPart(part, characters).Apply(value));

    [Theory]
    [InlineData(37, 10, 30)]
    [InlineData(30, 10, 30)]
    [InlineData(-1, 10, -10)]
    [InlineData(0, 10, 0)]
    [InlineData(9_223_372_036_854_775_807, 10, 9_223_372_036_854_775_800)]
    public void Whole_numbers_fall_into_bands(long value, int width, long expected)
    {
        var rule = new MaskRule.Band(width);
        Assert.Equal(expected, rule.Apply(value));
        Assert.Equal((decimal)expected, rule.Apply((decimal)value));
    }

    [Fact]
    public void A_band_that_cannot_be_represented_is_null()
    {
        Assert.Null(new MaskRule.Band(10).Apply(long.MinValue));
        Assert.Null(new MaskRule.Band(1_000_000m).Apply(decimal.MinValue));
        Assert.Null(new MaskRule.Band(10).Apply(double.NaN));
        Assert.Null(new MaskRule.Round(10).Apply(double.PositiveInfinity));
        Assert.Null(new MaskRule.Round(1000).Apply(long.MaxValue));
        Assert.Null(new MaskRule.TopBottom(0, 1).Apply(double.NaN));
    }

    [Theory]
    [InlineData(0.37, 0.1, 0.3)]
    [InlineData(-0.05, 0.1, -0.1)]
    [InlineData(37.5, 10, 30)]
    [InlineData(-0.0, 10, 0)]
    public void Floating_numbers_fall_into_bands(double value, double width, double expected)
    {
        var masked = new MaskRule.Band((decimal)width).Apply(value);
        Assert.Equal(expected, masked);
        Assert.False(double.IsNegative(masked!.Value) && masked == 0);
    }

    [Theory]
    [InlineData(1449, 100, 1400)]
    [InlineData(1450, 100, 1500)]
    [InlineData(-1450, 100, -1500)]
    public void Numbers_are_rounded_half_away_from_zero(long value, int step, long expected)
    {
        var rule = new MaskRule.Round(step);
        Assert.Equal(expected, rule.Apply(value));
        Assert.Equal(expected, rule.Apply((double)value));
        Assert.Equal(expected, rule.Apply((decimal)value));
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(50, 50)]
    [InlineData(500, 100)]
    public void Numbers_are_clipped(long value, long expected)
    {
        var rule = new MaskRule.TopBottom(0, 100);
        Assert.Equal(expected, rule.Apply(value));
        Assert.Equal(expected, rule.Apply((double)value));
        Assert.Equal(expected, rule.Apply((decimal)value));
    }

    [Theory]
    [InlineData("110105199001011234", 2, "11")]
    [InlineData("110105199001011234", 4, "1101")]
    [InlineData("110105", 6, "110105")]
    [InlineData("１１０１０５", 6, "110105")]
    [InlineData(" 110105", 2, "11")]
    [InlineData("1", 2, null)]
    [InlineData("11X105", 4, null)]
    [InlineData("广东", 2, null)]
    [InlineData("011010", 2, null)]
    [InlineData("", 2, null)]
    public void Division_codes_keep_their_first_digits(string value, int digits, string? expected) =>
        Assert.Equal(expected, new MaskRule.DivisionPrefix(digits).Apply(value));

    [Theory]
    [InlineData(110105, 2, 11L)]
    [InlineData(110105, 6, 110105L)]
    [InlineData(110105001, 4, 1101L)]
    [InlineData(110105001002, 6, 110105L)]
    [InlineData(1101, 2, null)]
    [InlineData(-110105, 2, null)]
    [InlineData(110105199001011234, 6, null)]
    public void Division_codes_as_numbers_too(long value, int digits, long? expected) =>
        Assert.Equal(expected, new MaskRule.DivisionPrefix(digits).Apply(value));

    [Theory]
    [InlineData(DatePart.Decade, "1990-01-01")]
    [InlineData(DatePart.Year, "1997-01-01")]
    [InlineData(DatePart.Quarter, "1997-07-01")]
    [InlineData(DatePart.Month, "1997-08-01")]
    [InlineData(DatePart.Day, "1997-08-17")]
    [InlineData(DatePart.Unknown, null)]
    public void Dates_are_cut(DatePart part, string? expected)
    {
        var day = new DateOnly(1997, 8, 17);
        DateOnly? wanted = expected is null ? null : DateOnly.Parse(expected, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(wanted, new MaskRule.DateTo(part).Apply(day));
        Assert.Equal(wanted?.ToDateTime(TimeOnly.MinValue), new MaskRule.DateTo(part).Apply(day.ToDateTime(new TimeOnly(13, 45))));
    }

    [Fact]
    public void The_first_decade_does_not_break() => Assert.Equal(new DateOnly(1, 1, 1), new MaskRule.DateTo(DatePart.Decade).Apply(new DateOnly(9, 5, 5)));

    [Fact]
    public void A_rule_gives_nothing_for_a_type_it_refuses_and_a_token_nothing_at_all()
    {
        foreach (var rule in MaskRules.All)
        {
            if (rule.Output(MaskInput.Text) is MaskOutput.Refused or MaskOutput.Dropped or MaskOutput.Token)
            {
                Assert.Null(rule.Apply("110105199001011234"));
            }

            if (rule.Output(MaskInput.Whole) is MaskOutput.Refused or MaskOutput.Dropped or MaskOutput.Token)
            {
                Assert.Null(rule.Apply(110105L));
            }

            if (rule.Output(MaskInput.Floating) is MaskOutput.Refused or MaskOutput.Dropped)
            {
                Assert.Null(rule.Apply(1.5));
            }

            if (rule.Output(MaskInput.Exact) is MaskOutput.Refused or MaskOutput.Dropped)
            {
                Assert.Null(rule.Apply(1.5m));
            }

            if (rule.Output(MaskInput.Date) is MaskOutput.Refused or MaskOutput.Dropped)
            {
                Assert.Null(rule.Apply(new DateOnly(2000, 1, 1)));
                Assert.Null(rule.Apply(new DateTime(2000, 1, 1)));
            }

            if (rule is not (MaskRule.Suppress or MaskRule.Constant))
            {
                Assert.Equal(MaskOutput.Refused, rule.Output(MaskInput.Unknown));
            }
        }
    }
}
