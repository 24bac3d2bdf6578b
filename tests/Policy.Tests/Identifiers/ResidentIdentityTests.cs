using Sandbox.Fixtures;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Tests.Identifiers;

public sealed class ResidentIdentityTests
{
    // The example of GB 11643 and published test numbers; none belongs to a person of ours.
    [Theory]
    [InlineData("11010519491231002X", ResidentIdentityMatch.Strict)]
    [InlineData("440524188001010014", ResidentIdentityMatch.Loose)]
    [InlineData("110105491231002", ResidentIdentityMatch.Strict)]
    [InlineData("11010519491231002x", ResidentIdentityMatch.Strict)]
    [InlineData(" 110105 19491231 002X ", ResidentIdentityMatch.Strict)]
    [InlineData("110105-19491231-002X", ResidentIdentityMatch.Strict)]
    [InlineData("１１０１０５１９４９１２３１００２Ｘ", ResidentIdentityMatch.Strict)]
    [InlineData("'11010519491231002X", ResidentIdentityMatch.Strict)]
    [InlineData("440524188001010014.0", ResidentIdentityMatch.Loose)]
    [InlineData("110105194912310021", ResidentIdentityMatch.None)]
    [InlineData("11010519490231002X", ResidentIdentityMatch.None)]
    [InlineData("1101051949123100X2", ResidentIdentityMatch.None)]
    [InlineData("110105491231O02", ResidentIdentityMatch.None)]
    [InlineData("11010549123100X", ResidentIdentityMatch.None)]
    [InlineData("", ResidentIdentityMatch.None)]
    [InlineData("X", ResidentIdentityMatch.None)]
    [InlineData("１１０１０５１９４９１２３１００２２", ResidentIdentityMatch.None)]
    [InlineData("000000000000000000", ResidentIdentityMatch.None)]
    public void Numbers_are_recognised_as_people_write_them(string value, ResidentIdentityMatch expected) =>
        Assert.Equal(expected, ResidentIdentity.CheckRaw(value));

    [Fact]
    public void Every_single_wrong_digit_is_found()
    {
        const string Good = "11010519491231002X";
        for (var at = 0; at < 17; at++)
        {
            foreach (var digit in "0123456789".Where(digit => digit != Good[at]))
            {
                Assert.Equal(ResidentIdentityMatch.None, ResidentIdentity.Check(Good[..at] + digit + Good[(at + 1)..]));
            }
        }
    }

    [Fact]
    public void Every_swap_of_neighbours_is_found()
    {
        const string Good = "11010519491231002X";
        for (var at = 0; at < 16; at++)
        {
            if (Good[at] != Good[at + 1])
            {
                var swapped = Good.ToCharArray();
                (swapped[at], swapped[at + 1]) = (swapped[at + 1], swapped[at]);
                Assert.Equal(ResidentIdentityMatch.None, ResidentIdentity.Check(swapped));
            }
        }
    }

    [Theory]
    [InlineData(110101, 1900, AreaCodeMatch.InForce)]
    [InlineData(110103, 1980, AreaCodeMatch.InForce)]
    [InlineData(110103, 2015, AreaCodeMatch.Known)]
    [InlineData(110111, 1980, AreaCodeMatch.Known)]
    [InlineData(110111, 1990, AreaCodeMatch.InForce)]
    [InlineData(440113, 1999, AreaCodeMatch.Known)]
    [InlineData(440113, 2000, AreaCodeMatch.InForce)]
    [InlineData(412723, 1990, AreaCodeMatch.InForce)]
    [InlineData(412723, 2005, AreaCodeMatch.Known)]
    [InlineData(500154, 1998, AreaCodeMatch.InForce)]
    [InlineData(500154, 1997, AreaCodeMatch.Known)]
    [InlineData(440401, 1958, AreaCodeMatch.InForce)]
    [InlineData(110201, 1993, AreaCodeMatch.Known)]
    [InlineData(111111, 1999, AreaCodeMatch.Unknown)]
    [InlineData(810000, 1994, AreaCodeMatch.InForce)]
    [InlineData(830000, 1994, AreaCodeMatch.InForce)]
    [InlineData(110000, 1994, AreaCodeMatch.Unknown)]
    [InlineData(999999, 1994, AreaCodeMatch.Unknown)]
    [InlineData(0, 1994, AreaCodeMatch.Unknown)]
    public void Area_codes_have_a_history(int code, int year, AreaCodeMatch expected) => Assert.Equal(expected, AreaCodes.Check(code, year));

    [SharedDataFact]
    public void The_outside_cases_are_all_answered_right()
    {
        var (header, rows) = CsvTable.Load(Path.Combine(Checkout.SharedData!, "cases", "ids", "id_cases.csv"));
        Assert.Equal(["kind", "value", "valid", "valid_strict"], header[..4]);
        foreach (var row in rows.Where(row => row[0] == "cn_resident_id"))
        {
            var match = ResidentIdentity.CheckRaw(row[1]);
            Assert.Equal((row[2], row[3]), (match != ResidentIdentityMatch.None ? "1" : "0", match == ResidentIdentityMatch.Strict ? "1" : "0"));
        }

        foreach (var row in rows.Where(row => row[0] == "cn_uscc"))
        {
            Assert.Equal(row[2], SocialCredit.IsRaw(row[1]) ? "1" : "0");
        }
    }

    [SharedDataFact]
    public void Every_code_of_the_outside_lists_is_known()
    {
        foreach (var (file, year) in new[] { ("gb2260_198012.tsv", 1980), ("gb2260_201904.tsv", 2019) })
        {
            var codes = File.ReadLines(Path.Combine(Checkout.SharedData!, "real", "china", file)).Skip(1).Select(line => line.Split('\t')[2]).Where(code => !code.EndsWith("0000", StringComparison.Ordinal)).ToArray();
            Assert.True(codes.Length > 3000);
            Assert.All(codes, code => Assert.Equal(AreaCodeMatch.InForce, AreaCodes.Check(int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), year)));
        }
    }
}
