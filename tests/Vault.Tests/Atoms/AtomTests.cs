using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Tests.Zones;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Atoms;

/// <summary>The atom index in its jail: pairs, chains, margins, epochs, several rows a person, an index that is kept and one that is built again.</summary>
public sealed class AtomTests(TestData data) : IClassFixture<TestData>
{
    // Number i: sex by turns, three districts, age 0…99, income missing for eight of them.
    private const string Rows = """
        SELECT i AS number, CASE WHEN i % 2 = 0 THEN 'm' ELSE 'f' END AS sex, 'd' || (i % 3) AS district, i // 10 AS age, CASE WHEN i BETWEEN 100 AND 107 THEN NULL ELSE i * 1.5 END AS income
        FROM range(1000) t(i)
        """;

    private readonly ZoneSegment _segment = data.Seal(Rows);

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(0, true)]
    public async Task The_same_table_without_a_few_people(int few, bool passes)
    {
        var found = await SearchAsync([Table("a")], [Table("b", new RowFilter.Between("number", few.ToString(System.Globalization.CultureInfo.InvariantCulture), null))]);
        Assert.Equal(passes ? SpanOutcome.Safe : SpanOutcome.Isolates, found.Outcome);
        Assert.Equal(few == 0 ? [] : [new TableOverlap("a", 0, few, 1000 - few)], found.Overlaps);
    }

    [Fact]
    public async Task A_chain_of_three_tables_is_put_together_and_no_two_of_them_give_it_away()
    {
        // Everybody; the men; the women from 7 up: what is left are the women 1, 3, 5.
        PublishedTable[] before = [Table("all"), Table("men", new RowFilter.OneOf("sex", ["m"]))];
        var women = Table("women", new RowFilter.OneOf("sex", ["f"]), new RowFilter.Between("number", "7", null));
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync(before, [women])).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync(before[1..], [women])).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync(before[..1], [women])).Outcome);
    }

    [Fact]
    public async Task Margins_and_cells_of_two_tables_are_put_together()
    {
        // By district over all, and by district and sex but for one sex of one district short of four: the margins tell them.
        PublishedTable[] before = [Table("districts") with { Dimensions = [new("district")] }];
        var crossed = Table("crossed", new RowFilter.NoneOf("number", ["0", "6", "12", "18"])) with { Dimensions = [new("district"), new("sex")] };
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync(before, [crossed])).Outcome);
    }

    [Fact]
    public async Task Tables_over_other_columns_pass_although_their_crossings_are_small()
    {
        PublishedTable[] before = [Table("ages") with { Dimensions = [new("age")] }];
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync(before, [Table("districts") with { Dimensions = [new("district")] }])).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync(before, [Table("both") with { Dimensions = [new("district"), new("sex")], SumsOf = ["income"] }])).Outcome);
    }

    [Fact]
    public async Task Bands_that_overlap_by_a_few_are_held()
    {
        // Bands of 10 and of 3 over 0…99: the band from 99 up is ten numbers of one age; shifted ranges differ by 3 people at most.
        PublishedTable[] before = [Table("bands") with { Dimensions = [new("number", new MaskRule.Band(100))] }];
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync(before, [Table("shifted", new RowFilter.Between("number", null, "498"))])).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync(before, [Table("whole", new RowFilter.Between("number", null, "499"))])).Outcome);
    }

    [Fact]
    public async Task Who_has_no_value_can_be_counted_from_two_counts()
    {
        var both = Table("both") with { CountsOf = ["income"] };
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync([], [both])).Outcome);
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync([Table("rows")], [Table("values") with { CountsRows = false, CountsOf = ["income"] }])).Outcome);

        // A sum alone tells nobody's absence.
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync([Table("rows")], [Table("sums") with { SumsOf = ["income"] }])).Outcome);
    }

    [Fact]
    public async Task A_sum_is_held_for_those_who_have_a_value()
    {
        // 15 people apart, eight of whom have no income: seven incomes could be worked out.
        var before = Table("all") with { CountsRows = false, SumsOf = ["income"] };
        var without = before with { Label = "without", Filters = [new RowFilter.AnyOf([new RowFilter.Between("number", null, "99"), new RowFilter.Between("number", "115", null)])] };
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync([before], [without])).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync([before], [without with { SumsOf = [], CountsRows = true }])).Outcome);
    }

    [Fact]
    public async Task Rows_of_one_person_are_one_person()
    {
        var segment = data.Seal("SELECT CASE WHEN i < 40 THEN 'one' ELSE 'p' || i END AS who, i AS number FROM range(1000) t(i)");
        PublishedTable[] before = [Table("all")];
        var without = Table("without", new RowFilter.Between("number", "40", null));
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync(before, [without], segment, "who")).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync(before, [without], segment)).Outcome);
    }

    [Fact]
    public async Task An_epoch_that_differs_by_a_few_is_held()
    {
        ZoneSegment[] segments = [_segment, data.Seal("SELECT 1000 + i AS number, 'f' AS sex, 'd0' AS district, 1 AS age, 1.5 AS income FROM range(6) t(i)")];
        var wanted = Table("new") with { Segments = 2 };
        Assert.Equal(SpanOutcome.Isolates, (await FindAsync([Table("old")], [wanted], segments)).Tables[0].Outcome);
        segments[1] = data.Seal("SELECT 1000 + i AS number, 'f' AS sex, 'd0' AS district, 1 AS age, 1.5 AS income FROM range(16) t(i)");
        Assert.Equal(SpanOutcome.Safe, (await FindAsync([Table("old")], [wanted], segments)).Tables[0].Outcome);
    }

    [Fact]
    public async Task Withheld_cells_tell_less()
    {
        // All but one district and its total are told: the one is the rest of the total, unless the total is withheld too.
        var small = data.Seal("SELECT i AS number, CASE WHEN i < 5 THEN 'a' WHEN i < 100 THEN 'b' ELSE 'c' END AS district FROM range(1000) t(i)");
        var table = Table("t") with { Dimensions = [new("district")] };
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync([], [table], small)).Outcome);
        Assert.Equal(SpanOutcome.Isolates, (await SearchAsync([], [table with { Withheld = [["a"]] }], small)).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync([], [table with { Withheld = [["a"], ["b"]] }], small)).Outcome);
        Assert.Equal(SpanOutcome.Safe, (await SearchAsync([], [table with { Withheld = [["a"], [null]] }], small)).Outcome);
    }

    [Fact]
    public async Task An_index_answers_as_building_anew_does_and_goes_on_growing()
    {
        PublishedTable[] tables =
        [
            Table("all"), Table("men", new RowFilter.OneOf("sex", ["m"])), Table("sums") with { Dimensions = [new("district")], SumsOf = ["income"] }, Table("ages", new RowFilter.Between("age", "20", null)) with { Dimensions = [new("sex")] },
        ];
        ObjectRef? index = null;
        for (var count = 0; count < tables.Length; count++)
        {
            var source = new EvidenceSource([_segment], data.Key);
            var search = new AtomSearch { Source = source, Minimum = 10, Earlier = tables[..count], Wanted = [tables[count]], Keep = true };
            var anew = Assert.IsType<AtomResult.Found>(await Service().SearchAsync(search));
            var indexed = Assert.IsType<AtomResult.Found>(await Service().SearchAsync(search with { Index = index, Indexed = count }));
            Assert.Equal(anew.Tables[0].Outcome, indexed.Tables[0].Outcome);
            Assert.Equal(SpanOutcome.Safe, indexed.Tables[0].Outcome);
            Assert.Equal(anew.Tables[0].Overlaps, indexed.Tables[0].Overlaps);
            anew.Index!.Dispose();
            using (indexed.Index)
            {
                index = indexed.Index!.Commit();
            }

            // The question that it must hold, with the index so far.
            var tracker = Table("tracker", new RowFilter.Between("number", "3", null));
            var held = Assert.IsType<AtomResult.Found>(await Service().SearchAsync(new AtomSearch { Source = source, Minimum = 10, Earlier = tables[..(count + 1)], Wanted = [tracker], Index = index, Indexed = count + 1 }));
            Assert.Equal(SpanOutcome.Isolates, held.Tables[0].Outcome);
        }
    }

    [Fact]
    public async Task What_is_no_question_or_no_index_is_refused()
    {
        var good = new AtomSearch { Source = new EvidenceSource([_segment], data.Key), Minimum = 10, Earlier = [], Wanted = [Table("a")] };
        AtomSearch[] bad =
        [
            good with { Minimum = 0 },
            good with { Wanted = [] },
            good with { Wanted = [Table("a"), Table("a")] },
            good with { Earlier = [Table("a")] },
            good with { Indexed = 1 },
            good with { Wanted = [Table("a") with { Segments = 2 }] },
            good with { Wanted = [Table("a", new RowFilter.Between("number", null, null))] },
            good with { Wanted = [Table("a", new RowFilter.OneOf("nothing", ["1"]))] },
            good with { Wanted = [Table("a", new RowFilter.OneOf("number", ["x"]))] },
            good with { Wanted = [Table("a") with { Dimensions = [new("nothing")] }] },
            good with { Wanted = [Table("a") with { Dimensions = [new("sex", new MaskRule.Band(10))] }] },
            good with { SubjectColumn = "nobody" },

            // A segment in the place of an index.
            good with { Earlier = [Table("b")], Indexed = 1, Index = _segment.Main },
        ];
        foreach (var search in bad)
        {
            try
            {
                Assert.IsType<AtomResult.Refused>(await Service().SearchAsync(search));
            }
            catch (TrustException)
            {
                Assert.NotNull(search.Index);
            }
        }

        // An index of other rows.
        var other = Assert.IsType<AtomResult.Found>(await Service().SearchAsync(good with { Source = new EvidenceSource([data.Seal("SELECT 1 AS number")], data.Key), Keep = true, Minimum = 1 }));
        ObjectRef foreign;
        using (other.Index)
        {
            foreign = other.Index!.Commit();
        }

        Assert.IsType<AtomResult.Refused>(await Service().SearchAsync(good with { Earlier = [Table("b")], Indexed = 1, Index = foreign }));
    }

    private AtomService Service() => new(TestData.Jailer, data.Store);

    private static PublishedTable Table(string label, params RowFilter[] filters) => new() { Label = label, Dimensions = [], Filters = filters, CountsRows = true, Segments = 1 };

    private async Task<TableAtoms> SearchAsync(PublishedTable[] earlier, PublishedTable[] wanted, ZoneSegment? segment = null, string? subject = null) =>
        (await FindAsync(earlier, wanted, [segment ?? _segment], subject)).Tables[0];

    private async Task<AtomResult.Found> FindAsync(PublishedTable[] earlier, PublishedTable[] wanted, ZoneSegment[] segments, string? subject = null) =>
        Assert.IsType<AtomResult.Found>(await Service().SearchAsync(new AtomSearch { Source = new EvidenceSource(segments, data.Key), SubjectColumn = subject, Minimum = 10, Earlier = earlier, Wanted = wanted }));
}
