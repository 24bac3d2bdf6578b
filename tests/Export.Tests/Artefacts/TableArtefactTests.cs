using Sandbox.Export.Artefacts;

namespace Sandbox.Export.Tests.Artefacts;

public sealed class TableArtefactTests
{
    private static readonly DimensionColumn Group = new("group", ValueKind.Text, "t.group");
    private static readonly MeasureColumn Sum = new("sum", ValueKind.Real, "t.x", MeasureKind.Sum, 6);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_that_is_no_number_is_refused(double value) => Refused("SB-EXP-5", [Group, Sum], [new Cell.Text("a"), new Cell.Real(value)]);

    [Theory]
    [InlineData("a\u200bb")]
    [InlineData("a\u202eb")]
    [InlineData("a\ufeffb")]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a ")]
    [InlineData(" a")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u3164b")]
    [InlineData("a\ufe0f")]
    [InlineData("a\ue000")]
    public void Text_that_hides_something_is_refused(string text) => Refused("SB-EXP-6", [Group, Sum], [new Cell.Text(text), new Cell.Real(1)]);

    [Fact]
    public void Half_a_character_is_refused() => Refused("SB-EXP-6", [Group, Sum], [new Cell.Text("a" + (char)0xd800), new Cell.Real(1)]);

    [Theory]
    [InlineData("福田区")]
    [InlineData("Amer-Indian-Eskimo")]
    [InlineData("<=50K")]
    [InlineData("")]
    [InlineData("𠮷野")]
    public void Plain_text_is_kept(string text) => Assert.IsType<ArtefactResult.Made>(TableArtefact.Create("t", [Group, Sum], [[new Cell.Text(text), new Cell.Real(1)]]));

    [Fact]
    public void Rows_of_one_key_are_refused() => Refused("CC-27-1", [Group, Sum], [new Cell.Text("a"), new Cell.Real(1)], [new Cell.Text("a"), new Cell.Real(2)]);

    [Fact]
    public void Rows_without_a_dimension_are_records() => Refused("CC-27-1", [Sum], [new Cell.Real(1)], [new Cell.Real(2)]);

    [Fact]
    public void A_table_without_a_measure_lists_records() => Refused("CC-27-1", [Group], [new Cell.Text("a")]);

    [Fact]
    public void The_mark_of_a_margin_is_no_category() => Refused("SB-EXP-7", [Group, Sum], [new Cell.Text("(all)"), new Cell.Real(1)]);

    [Fact]
    public void A_value_of_another_type_is_refused() => Refused("SB-EXP-8", [Group, Sum], [new Cell.Text("a"), new Cell.Whole(1)]);

    [Fact]
    public void A_margin_is_no_measure() => Refused("SB-EXP-8", [Group, Sum], [new Cell.Text("a"), Cell.Total.Value]);

    [Fact]
    public void A_withheld_group_is_refused() => Refused("SB-EXP-8", [Group, Sum], [Cell.Withheld.Value, new Cell.Real(1)]);

    [Fact]
    public void A_ragged_row_is_refused() => Refused("SB-EXP-4", [Group, Sum], [new Cell.Text("a")]);

    [Fact]
    public void Long_text_is_refused() => Refused("SB-EXP-10", [Group, Sum], [new Cell.Text(new string('a', 129)), new Cell.Real(1)]);

    [Fact]
    public void Too_many_rows_are_refused_without_reading_them_all()
    {
        var read = 0;
        IEnumerable<IReadOnlyList<Cell>> Endless()
        {
            while (true)
            {
                read++;
                yield return [new Cell.Text("g" + read), new Cell.Real(1)];
            }
        }

        var refused = Assert.IsType<ArtefactResult.Refused>(TableArtefact.Create("t", [Group, Sum], Endless(), new ArtefactLimits(MaxRows: 100)));
        Assert.Equal("SB-EXP-9", Assert.Single(refused.Refusals).Rule);
        Assert.Equal(101, read);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a.csv")]
    [InlineData("1a")]
    [InlineData("aux ")]
    public void A_name_is_a_plain_file_name(string name) =>
        Assert.Contains(Assert.IsType<ArtefactResult.Refused>(TableArtefact.Create(name, [Group, Sum], [])).Refusals, refusal => refusal.Rule == "SB-EXP-1");

    [Theory]
    [InlineData("=cmd")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\"b")]
    [InlineData("SUM")]
    public void Headings_are_plain_and_distinct(string heading) => Refused("SB-EXP-2", [new DimensionColumn(heading, ValueKind.Text, "t.g"), Sum]);

    [Fact]
    public void Undeclared_columns_are_refused()
    {
        ArtefactColumn[] faulty =
        [
            new DimensionColumn("d", ValueKind.Unknown, "t.d"),
            new DimensionColumn("d", ValueKind.Text, ""),
            new MeasureColumn("m", ValueKind.Text, "t.m", MeasureKind.Sum, 3),
            new MeasureColumn("m", ValueKind.Real, "t.m", MeasureKind.Unknown, 3),
            new MeasureColumn("m", ValueKind.Real, "t.m", (MeasureKind)99, 3),
            new MeasureColumn("m", ValueKind.Real, "t.m", MeasureKind.Sum, 0),
            new MeasureColumn("m", ValueKind.Real, "t.m", MeasureKind.Sum, 16),
            new MeasureColumn("m", ValueKind.Real, null, MeasureKind.Sum, 3),
            new MeasureColumn("m", ValueKind.Real, null, MeasureKind.Count, 3),
        ];
        Assert.All(faulty, column => Refused("SB-EXP-3", [column, Sum]));
    }

    [Fact]
    public void Equal_decimals_are_one_value()
    {
        var exact = new MeasureColumn("m", ValueKind.Exact, "t.m", MeasureKind.Sum, 9);
        var kept = new[] { "1", "1.0", "1.00000" }.Select(text => ((Cell.Exact)Assert.IsType<ArtefactResult.Made>(TableArtefact.Create(
            "t", [Group, exact], [[new Cell.Text("a"), new Cell.Exact(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture))]])).Table.Rows[0][1]).Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["1"], kept.Distinct());
    }

    private static void Refused(string rule, ArtefactColumn[] columns, params Cell[][] rows)
    {
        var refused = Assert.IsType<ArtefactResult.Refused>(TableArtefact.Create("t", columns, rows));
        Assert.Contains(refused.Refusals, refusal => refusal.Rule == rule);
        Assert.All(refused.Refusals, refusal => Assert.All([refusal.Why, refusal.Remedy, refusal.WhyZh, refusal.RemedyZh], Assert.NotEmpty));
    }
}
