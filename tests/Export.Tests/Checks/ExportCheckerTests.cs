using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Export.Tests.Checks;

public sealed class ExportCheckerTests
{
    [Fact]
    public void A_safe_aggregate_passes_and_only_our_recomputation_can_leave()
    {
        var report = ExportChecker.Check(Sample.Case());
        Assert.Equal(Verdict.Pass, report.Verdict);
        Assert.Empty(report.Findings);
        Assert.Equal(3, Assert.Single(report.Tables).Rows.Count);
    }

    [Fact]
    public void A_request_without_tables_fails() => Fails(Sample.Case() with { Tables = [] }, "SB-EXP-16");

    [Fact]
    public void Two_tables_of_one_name_fail() => Fails(Sample.Case(Sample.Table(), Sample.Table()), "SB-EXP-16");

    [Fact]
    public void Scope_is_held_against_the_grant()
    {
        Fails(Sample.Case() with { Purpose = "other" }, "CC-27-3");
        Fails(Sample.Case() with { Now = Sample.Scope.NotAfter }, "CC-27-3");
        Fails(Sample.Case() with { Now = Sample.Scope.NotBefore.AddTicks(-1) }, "CC-27-3");
        Fails(Sample.Case() with { Scope = Sample.Scope with { Granted = false } }, "CC-27-3");
        Fails(Sample.Case() with { Scope = Sample.Scope with { Columns = new HashSet<string> { "flights.carrier" } } }, "CC-27-3");
        Fails(Sample.Case() with { Recipient = new Recipient("r", "n", "") }, "YN25-22-1");
        Fails(Sample.Case() with { Recipient = new Recipient("r", "n", "SG") }, "YN25-22-2");
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case() with { Recipient = new Recipient("r", "n", "SG", "filing 12") }).Verdict);
    }

    [Fact]
    public void Raw_rows_fail_however_they_are_declared()
    {
        Cell[][] rows = [.. Enumerable.Range(0, 50).Select(at => (Cell[])[new Cell.Text("N" + at), new Cell.Whole(1), new Cell.Real(at)])];
        var cells = Sample.Cells([.. Enumerable.Range(0, 50).Select(at => "N" + at)]).Select(cell => cell with { Rows = 1, NonNull = 1 }).ToArray();

        // No evidence; evidence of one record a cell; no measure; no dimension; found among the raw rows.
        Fails(Sample.Case(Sample.Table() with { Evidence = [], Submitted = rows }), "CC-27-2");
        Fails(Sample.Case(Sample.Table(cells) with { Submitted = rows }), "CC-27-1");
        Fails(Sample.Case(Sample.Table(columns: [Sample.Columns[0]]) with { Submitted = [.. rows.Select(row => row[..1])] }), "CC-27-1");
        Fails(Sample.Case(Sample.Table(columns: [Sample.Columns[1], Sample.Columns[2]]) with { Submitted = [.. rows.Select(row => row[1..])] }), "CC-27-1");
        Fails(Sample.Case(Sample.Table() with { RawRowMatches = 1 }), "CC-27-1");
    }

    [Fact]
    public void Small_cells_fail_and_only_reviewers_see_which()
    {
        var cells = Sample.Cells();
        cells[1] = cells[1] with { Rows = 9, NonNull = 9 };
        var report = Fails(Sample.Case(Sample.Table(cells)), CheckNames.MinimumThreshold);
        Assert.Empty(report.Tables);
        var finding = report.Findings.First(item => item.Check == CheckNames.MinimumThreshold);
        Assert.Equal(["HP"], Assert.Single(finding.Cells));
        Assert.Contains("1 of 3", finding.Figures, StringComparison.Ordinal);
        var author = string.Join('|', report.ForAuthor().Select(item => item.ToString()));
        Assert.DoesNotContain("HP", author, StringComparison.Ordinal);
        Assert.DoesNotContain("1 of 3", author, StringComparison.Ordinal);
    }

    [Fact]
    public void Subjects_count_and_not_rows()
    {
        var cells = Sample.Cells();
        cells[0] = cells[0] with { Subjects = 3 };
        Fails(Sample.Case(Sample.Table(cells)), CheckNames.MinimumThreshold);
    }

    [Fact]
    public void Dominated_cells_fail()
    {
        var cells = Sample.Cells();
        cells[0] = cells[0] with { Sum = 1000, Largest = 900, SecondLargest = 95 };
        var report = Fails(Sample.Case(Sample.Table(cells)), CheckNames.Nk);
        Assert.Contains(report.Findings, finding => finding.Check == CheckNames.PPercent && finding.Table == "delays");
    }

    [Fact]
    public void Negatives_need_a_person_and_do_not_hide_dominance_elsewhere()
    {
        var cells = Sample.Cells();
        cells[0] = cells[0] with { Negatives = 1 };
        Assert.Equal(Verdict.Review, ExportChecker.Check(Sample.Case(Sample.Table(cells))).Verdict);
        cells[1] = cells[1] with { Sum = 1000, Largest = 900, SecondLargest = 95 };
        Fails(Sample.Case(Sample.Table(cells)), CheckNames.Nk);
    }

    [Fact]
    public void Empty_cells_fail()
    {
        var cells = Sample.Cells();
        cells[2] = cells[2] with { Rows = 0, NonNull = 0, Sum = 0, Largest = 0, SecondLargest = 0 };
        Fails(Sample.Case(Sample.Table(cells, columns: Sample.Columns[..2])), CheckNames.PresenceOfZero);
    }

    [Fact]
    public void Token_and_key_columns_fail()
    {
        Fails(Sample.Case(Sample.Table(columns: [new DimensionColumn("token", ValueKind.Text, "flights.token"), Sample.Columns[1]])), "CC-27-2");
        Fails(Sample.Case(Sample.Table(columns: [new DimensionColumn("tail", ValueKind.Text, "flights.tail"), Sample.Columns[1]])), "CC-27-1");
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(Sample.Table(
            columns: [Sample.Columns[0], new MeasureColumn("planes", ValueKind.Whole, "flights.tail", MeasureKind.Count, 9)]))).Verdict);
    }

    [Theory]
    [InlineData("440304199001011239")]
    [InlineData("13812345678")]
    [InlineData("user@example.com")]
    [InlineData("192.168.1.77")]
    [InlineData("6222020200112233445")]
    public void Identifiers_in_categories_fail(string text)
    {
        var value = text == "440304199001011239" ? WithCheckDigit("44030419900101123") : text == "6222020200112233445" ? WithLuhn("622202020011223344") : text;
        Fails(Sample.Case(Sample.Table(Sample.Cells("AA", "HP", value))), "CC-27-1");
    }

    [Theory]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("D41D8CD98F00B204")]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("dGhpcyBpcyBhIHNlY3JldCByb3cx")]
    public void Hashes_and_packed_bytes_in_categories_fail(string text) => Fails(Sample.Case(Sample.Table(Sample.Cells("AA", "HP", text))), "CC-27-2");

    [Theory]
    [InlineData("Some-very-long-category-name-that-goes-on-and-on")]
    [InlineData("用户反映道路问题。")]
    public void Free_text_needs_a_person(string text) =>
        Assert.Equal(Verdict.Review, ExportChecker.Check(Sample.Case(Sample.Table(Sample.Cells("AA", "HP", text)))).Verdict);

    [Theory]
    [InlineData("Never-married")]
    [InlineData("<=50K")]
    [InlineData("Holand-Netherlands")]
    [InlineData("Married-civ-spouse")]
    [InlineData("44030")]
    [InlineData("大专")]
    public void Ordinary_categories_raise_no_alarm(string text) =>
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(Sample.Table(Sample.Cells("AA", "HP", text)))).Verdict);

    [Fact]
    public void Huge_outputs_fail()
    {
        var many = Sample.Cells([.. Enumerable.Range(0, 20_001).Select(at => "g" + at)]);
        Fails(Sample.Case(Sample.Table(many)), "SB-EXP-9");
        Fails(Sample.Case() with { Limits = new ArtefactLimits(MaxBytes: 20) }, "SB-EXP-9");
    }

    [Fact]
    public void A_submitted_table_that_differs_is_shown_to_the_reviewers_and_ours_leaves()
    {
        var same = Sample.Table() with { Submitted = [.. ExportChecker.Check(Sample.Case()).Tables[0].Rows.Reverse()] };
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(same)).Verdict);
        var other = Sample.Table() with { Submitted = [[new Cell.Text("AA"), new Cell.Whole(7), new Cell.Real(0.5)]] };
        var report = ExportChecker.Check(Sample.Case(other));
        Assert.Contains(report.Findings, finding => finding.Words.Rule == "SB-EXP-12");
        Assert.Equal(3, Assert.Single(report.Tables).Rows.Count);

        // The author can't tell a right guess from a wrong one.
        Assert.Equal(Verdict.Pass, report.Verdict);
        Assert.Empty(report.ForAuthor());
    }

    [Fact]
    public void A_model_cannot_speak_to_the_author_by_its_choice_of_faults()
    {
        IReadOnlyList<IReadOnlyList<Cell>>[] outputs =
        [
            [[]],
            [[new Cell.Text("AA"), new Cell.Whole(7), new Cell.Real(double.NaN)]],
            [[new Cell.Text("A\u200bA"), new Cell.Whole(7), new Cell.Real(1)]],
            [[new Cell.Text("AA"), new Cell.Text("7"), new Cell.Real(1)]],
            [[new Cell.Text("11010519491231002X"), new Cell.Whole(7), new Cell.Real(1)]],
            [[new Cell.Text(new string('a', 200)), new Cell.Whole(7), new Cell.Real(1)]],
            [[new Cell.Text("AA"), new Cell.Whole(7), new Cell.Real(1)], [new Cell.Text("AA"), new Cell.Whole(8), new Cell.Real(1)]],
        ];
        var told = outputs.Select(rows => ExportChecker.Check(Sample.Case(Sample.Table() with { Submitted = rows }))).ToArray();
        Assert.All(told, report => Assert.Equal(Verdict.Fail, report.Verdict));
        Assert.Single(told.Select(report => Assert.Single(report.ForAuthor())).Distinct());
    }

    [Fact]
    public void What_cannot_be_recomputed_fails()
    {
        Fails(Sample.Case(Sample.Table(columns: [Sample.Columns[0], new MeasureColumn("m", ValueKind.Real, "flights.delay", MeasureKind.Median, 3)])), "CC-27-2");
        Fails(Sample.Case(Sample.Table(columns: [Sample.Columns[0], new MeasureColumn("m", ValueKind.Real, "flights.delay", MeasureKind.Maximum, 3)])), "SB-EXP-13");
        Fails(Sample.Case(Sample.Table() with { Evidence = [.. Sample.Table().Evidence.Take(1)] }), "CC-27-2");
        Fails(Sample.Case(Sample.Table() with { Evidence = [Sample.Table().Evidence[0], new MeasureEvidence("mean_delay", Sample.Cells("AA", "HP", "XX"))] }), "CC-27-2");
        Fails(Sample.Case(Sample.Table([.. Sample.Cells(), Sample.Cells()[0]])), "CC-27-2");
    }

    [Fact]
    public void A_difference_to_an_earlier_release_below_the_minimum_is_held_back()
    {
        ExportCase With(params long[] atoms) => Sample.Case(Sample.Table() with { Atoms = [.. atoms.Select(subjects => new Atom("e-0", subjects))] });
        Fails(With(500, 7), "SB-EXP-15");
        Fails(With(500, 9, 0), "SB-EXP-15");
        Fails(With(500, -1), "SB-EXP-15");
        Assert.Equal(Verdict.Pass, ExportChecker.Check(With(500, 10, 0)).Verdict);
    }

    [Fact]
    public void Faulty_rules_fail() => Fails(Sample.Case() with { Rules = new DisclosureRules(0) }, "SB-DISC-0");

    private static CheckReport Fails(ExportCase export, string rule)
    {
        var report = ExportChecker.Check(export);
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Empty(report.Tables);
        Assert.Contains(report.Findings, finding => finding.Verdict == Verdict.Fail && finding.Words.Rule == rule);
        Assert.Contains(report.ForAuthor(), finding => finding.Words.Rule == rule);
        return report;
    }

    private static string WithCheckDigit(string seventeen)
    {
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return seventeen + "10X98765432"[seventeen.Select((digit, at) => (digit - '0') * weights[at]).Sum() % 11];
    }

    private static string WithLuhn(string digits)
    {
        var sum = digits.Reverse().Select((digit, at) => at % 2 == 0 ? ((digit - '0') * 2 / 10) + ((digit - '0') * 2 % 10) : digit - '0').Sum();
        return digits + ((10 - (sum % 10)) % 10);
    }
}
