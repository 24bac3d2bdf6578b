using System.Text;
using Sandbox.Policy.Quality;

namespace Sandbox.Policy.Tests.Quality;

/// <summary>A quality standard is read strictly: every fault with its path, and nothing of a faulty file.</summary>
public sealed class QualityStandardTests
{
    [Fact]
    public void Every_form_of_rule_is_read_with_its_side_and_columns()
    {
        var (standard, faults) = Read("""
            {"standard":"Q-1","rules":[
              {"id":"a","present":"c"},
              {"id":"b","unique":["c","d"]},
              {"id":"c","column":"c","between":["0",null]},
              {"id":"d","column":"c","one_of":["m","f"]},
              {"id":"e","column":"c","identifier":"SocialCredit"},
              {"id":"f","column":"c","not_after":"d"},
              {"id":"g","column":"c","same_as":"d"},
              {"id":"h","column":"c","within_days":0}]}
            """);
        Assert.Empty(faults);
        Assert.Equal("Q-1", standard!.Name);
        Assert.Equal(
            ["a Complete c", "b Accurate c,d", "c Accurate c", "d Accurate c", "e Accurate c", "f Consistent c,d", "g Consistent c,d", "h Timely c"],
            standard.Rules.Select(rule => $"{rule.Id} {rule.Dimension} {string.Join(',', rule.Columns)}"));
        Assert.Equal(((string?)"0", (string?)null), standard.Rules[2] is QualityRule.Between between ? (between.From, between.To) : default);
    }

    [Theory]
    [InlineData("not json", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{"standard":"q","standard":"q","rules":[{"id":"a","present":"c"}]}""", "$")]
    [InlineData("""{"rules":[{"id":"a","present":"c"}]}""", "$.standard")]
    [InlineData("""{"standard":"q"}""", "$.rules")]
    [InlineData("""{"standard":"q","rules":[]}""", "$.rules")]
    [InlineData("""{"standard":"q","rules":{"id":"a","present":"c"}}""", "$.rules")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","present":"c"}],"more":1}""", "$.more")]
    [InlineData("""{"standard":"q","rules":[null]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"present":"c"}]}""", "$.rules[0].id")]
    [InlineData("""{"standard":"q","rules":[{"id":"A b","present":"c"}]}""", "$.rules[0].id")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","present":"c"},{"id":"a","present":"d"}]}""", "$.rules[1].id")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","present":""}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","present":"c","column":"c","within_days":3}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","unique":["c","c"]}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","unique":["1","2","3","4","5","6","7","8","9"]}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","between":[null,null]}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","between":[0,130]}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","one_of":["m",null]}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","identifier":"RecordKey"}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","identifier":"Unknown"}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","not_after":"c"}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","within_days":-1}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","column":"c","within_days":1.5}]}""", "$.rules[0]")]
    [InlineData("""{"standard":"q","rules":[{"id":"a","matches":".*","column":"c"}]}""", "$.rules[0]")]
    public void A_faulty_file_is_refused_with_the_path(string json, string path)
    {
        var (standard, faults) = Read(json);
        Assert.Null(standard);
        var fault = Assert.Single(faults);
        Assert.Equal("YN23-16-1", fault.Rule);
        Assert.Contains($"at {path}.", fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_named_in_one_pass()
    {
        var (_, faults) = Read("""{"standard":"","rules":[{"id":"a"},{"id":"b","present":3},{"id":"b","present":"c"}],"x":0}""");
        Assert.Equal(["$.x", "$.standard", "$.rules[0]", "$.rules[1]"], faults.Select(fault => fault.Why["The quality standard is faulty at ".Length..^1]));
    }

    [Fact]
    public void Scores_of_a_side_count_value_by_value_and_nothing_looked_at_is_no_score()
    {
        Assert.Equal(new QualityScore(110, 11), QualityScore.Sum([new(10, 10), new(100, 1)]));
        Assert.Equal(0.9, QualityScore.Sum([new(10, 10), new(100, 1)]).Share);
        Assert.Null(QualityScore.Sum([]).Share);
        Assert.Null(new QualityScore(0, 0).Share);
    }

    private static (QualityStandard? Read, IReadOnlyList<Refusal> Faults) Read(string json) => QualityStandard.FromUntrusted(Encoding.UTF8.GetBytes(json));
}
