using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Masking;

public sealed class KeyedRuleTests
{
    [Fact]
    public void Without_a_draw_keyed_rules_give_nothing_and_with_one_never_the_value()
    {
        var random = new Random(5);
        var (whole, real, exact, shift) = (new MaskRule.Noise(3), new MaskRule.Noise(0.5m), new MaskRule.Noise(2.5m), new MaskRule.DateShift(30));
        Assert.Null(whole.Apply(7L));
        Assert.Null(real.Apply(7.5));
        Assert.Null(exact.Apply(7.5m));
        Assert.Null(shift.Apply(new DateOnly(2024, 1, 31)));
        Assert.Null(new MaskRule.FormatToken().Apply("110101194912310021"));
        var seen = new HashSet<long>();
        for (var i = 0; i < 20_000; i++)
        {
            var draw = Draw(random);
            var moved = whole.Apply(100L, draw)!.Value;
            Assert.NotEqual(100L, moved);
            Assert.InRange(moved, 97, 103);
            seen.Add(moved);
            Assert.InRange(real.Apply(7.5, draw)!.Value, 7, 8);
            Assert.InRange(exact.Apply(7.5m, draw)!.Value, 5m, 10m);
            var day = shift.Apply(new DateOnly(2024, 1, 31), draw)!.Value.DayNumber - new DateOnly(2024, 1, 31).DayNumber;
            Assert.True(day is >= -30 and <= 30 and not 0);
            Assert.Equal(day, shift.Apply(new DateTime(1990, 5, 5, 12, 34, 56), draw)!.Value.Subtract(new DateTime(1990, 5, 5, 12, 34, 56)).Days);
        }

        Assert.Equal(6, seen.Count);
    }

    [Fact]
    public void Changes_are_even_over_their_range()
    {
        var random = new Random(9);
        var counts = new int[11];
        for (var i = 0; i < 100_000; i++)
        {
            counts[(int)(new MaskRule.Noise(5).Apply(0L, Draw(random))!.Value + 5)]++;
        }

        Assert.Equal(0, counts[5]);
        Assert.All(counts.Where((_, at) => at != 5), count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void What_cannot_be_represented_is_missing()
    {
        Assert.Null(new MaskRule.Noise(1_000_000).Apply(long.MaxValue, 1_999_999));
        Assert.Null(new MaskRule.Noise(1).Apply(decimal.MaxValue, ulong.MaxValue));
        Assert.Null(new MaskRule.Noise(1).Apply(double.NaN, 1));
        Assert.Null(new MaskRule.DateShift(3660).Apply(DateOnly.MaxValue, 7319));
        Assert.Null(new MaskRule.DateShift(3660).Apply(DateOnly.MinValue, 0));
        Assert.Equal(MaskOutput.Refused, new MaskRule.Noise(0.5m).Output(MaskInput.Whole));
    }

    [Theory]
    [InlineData("粤", "southern")]
    [InlineData(" 桂 ", "southern")]
    [InlineData("京", "northern")]
    [InlineData("沪", "elsewhere")]
    [InlineData("", "elsewhere")]
    public void Groups_name_the_group(string value, string group) =>
        Assert.Equal(group, new MaskRule.Groups([new ValueGroup("southern", ["粤", "桂"]), new ValueGroup("northern", ["京"])], "elsewhere").Apply(value));

    [Theory]
    [InlineData("""{"rule":"groups","groups":[],"other":"x"}""")]
    [InlineData("""{"rule":"groups","groups":[{"name":"a","values":["1"]},{"name":"b","values":["1"]}],"other":"x"}""")]
    [InlineData("""{"rule":"groups","groups":[{"name":"a","values":[1]}],"other":"x"}""")]
    [InlineData("""{"rule":"groups","groups":[{"name":"a","values":["1"],"more":1}],"other":"x"}""")]
    [InlineData("""{"rule":"groups","groups":[{"name":"a","values":[]}],"other":"x"}""")]
    [InlineData("""{"rule":"groups","groups":[{"name":"a","values":["1"]}]}""")]
    [InlineData("""{"rule":"ladder","steps":[]}""")]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5}]}""")]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"suppress"}]}""")]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"token"}]}""")]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"band","width":0}]}""")]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"band","width":6}]}]}""")]
    [InlineData("""{"rule":"noise","scale":0}""")]
    [InlineData("""{"rule":"noise","scale":-1}""")]
    [InlineData("""{"rule":"date-shift","days":6}""")]
    [InlineData("""{"rule":"date-shift","days":30.5}""")]
    [InlineData("""{"rule":"format-token","digits":6}""")]
    [InlineData("""{"rule":"redact","how":"a bit"}""")]
    public void Malformed_rules_are_refused(string json) => Assert.IsType<MaskRuleResult.Refused>(MaskRule.FromUntrusted(json));

    [Theory]
    [InlineData("""{"rule":"groups","groups":[{"name":"a","values":["1","2"]},{"name":"b","values":["3"]}],"other":"x"}""")]
    [InlineData("""{"rule":"ladder","steps":[{"rule":"band","width":5},{"rule":"band","width":20},{"rule":"constant","value":"*"}]}""")]
    public void Nested_rules_survive_their_json_and_are_equal(string json)
    {
        var rule = Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(json)).Rule;
        var again = Assert.IsType<MaskRuleResult.Read>(MaskRule.FromUntrusted(rule.ToJson())).Rule;
        Assert.Equal(json, rule.ToJson());
        Assert.Equal(rule, again);
        Assert.Equal(rule.GetHashCode(), again.GetHashCode());
    }

    [Fact]
    public void A_ladder_alone_is_its_coarsest_step()
    {
        var ladder = new MaskRule.Ladder([new MaskRule.Band(5), new MaskRule.Band(20)]);
        Assert.Equal(20, ladder.Apply(37L));
        Assert.Equal(20.0, ladder.Apply(37.5));
        Assert.Equal(MaskOutput.Same, ladder.Output(MaskInput.Whole));
        Assert.Equal(MaskOutput.Refused, ladder.Output(MaskInput.Text));
    }

    private static ulong Draw(Random random)
    {
        Span<byte> bytes = stackalloc byte[8];
        random.NextBytes(bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
