using Sandbox.Export.Checks;
using Sandbox.Export.Tests.Serialising;
using Sandbox.Fixtures;
using Sandbox.Policy;

namespace Sandbox.Export.Tests.Checks;

/// <summary>The other side of every check: categories of real public data must not be taken for identifiers, tokens or free text.</summary>
public sealed class HonestCategoriesTests
{
    [SharedDataTheory]
    [InlineData("employment/adult.csv")]
    [InlineData("social/nursery.csv")]
    [InlineData("credit/bank_full.csv")]
    [InlineData("credit/lending_club.csv")]
    [InlineData("transport/chicago_taxi.csv")]
    [InlineData("medical/heart_disease.csv")]
    public void Columns_of_real_data_sets_raise_no_alarm(string file)
    {
        var rows = Rows(file);
        var columns = 0;
        for (var column = 0; column < rows[0].Count; column++)
        {
            string[] categories = [.. rows.Skip(1).Select(row => row[column]).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)];
            if (categories.Length is > 1 and <= 200)
            {
                columns++;
                Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(Sample.Table(Sample.Cells(categories)))).Verdict);
            }
        }

        Assert.True(columns > 1);
    }

    [SharedDataTheory]
    [InlineData("china/provinces.csv")]
    [InlineData("china/cities.csv")]
    [InlineData("china/areas.csv")]
    public void Names_and_codes_of_divisions_never_fail(string file)
    {
        var rows = Rows(file);
        for (var column = 0; column < rows[0].Count; column++)
        {
            string[] categories = [.. rows.Skip(1).Select(row => row[column]).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)];
            Assert.NotEqual(Verdict.Fail, ExportChecker.Check(Sample.Case(Sample.Table(Sample.Cells(categories)))).Verdict);
        }
    }

    [Theory]
    [InlineData("福田区")]
    [InlineData("罗湖区")]
    [InlineData("公务员")]
    [InlineData("男")]
    [InlineData("高中")]
    [InlineData("440304")]
    [InlineData("2001-01")]
    [InlineData("[10, 20)")]
    public void Everyday_categories_raise_no_alarm(string text) =>
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(Sample.Table(Sample.Cells("AA", "HP", text)))).Verdict);

    [Fact]
    public void A_column_of_people_needs_a_person_to_look() =>
        Assert.Equal(Verdict.Review, ExportChecker.Check(Sample.Case(Sample.Table(Sample.Cells("王小明", "李娜", "张伟")))).Verdict);

    private static List<List<string>> Rows(string file)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Checkout.SharedData!, "real", file));
        return CsvText.Read(bytes[^1] == (byte)'\n' ? bytes : [.. bytes, (byte)'\n']);
    }
}
