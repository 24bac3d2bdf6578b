using System.Globalization;
using System.Text;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Export.Serialising;
using Sandbox.Export.Suppression;
using Sandbox.Export.Tests.Suppression;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Checks;

/// <summary>Mended tables: what the gate chooses, what it does not let pass, and whether an attack by other means finds the withheld cells.</summary>
public sealed class MendingTests
{
    private static readonly DimensionColumn[] Dimensions = [new("carrier", ValueKind.Text, "flights.carrier"), new("delay", ValueKind.Text, "flights.delay"), new("tail", ValueKind.Text, "flights.carrier")];
    private static readonly MeasureColumn Count = new("n", ValueKind.Whole, null, MeasureKind.Count, 15);
    private static readonly MeasureColumn Sum = new("sum", ValueKind.Real, "flights.delay", MeasureKind.Sum, 6);
    private static readonly MeasureColumn Mean = new("mean", ValueKind.Real, "flights.delay", MeasureKind.Mean, 6);

    [Fact]
    public void Unsafe_cells_are_withheld_with_others_and_the_reviewers_see_both_verdicts()
    {
        var asked = Table([2], [Count], (_, key) => key is "0/1" ? 4 : 60, sides: [3, 3]);
        Assert.Equal(Verdict.Fail, ExportChecker.Check(Sample.Case(asked with { Mending = null })).Verdict);
        var export = Sample.Case(TableMender.Mend(asked, new DisclosureRules()));
        var report = ExportChecker.Check(export);
        Assert.Equal(Verdict.Pass, report.Verdict);
        var mended = Assert.Single(report.Mendings);
        Assert.Equal((Verdict.Fail, Verdict.Pass, 1, 3), (mended.Before, mended.After, mended.Primary, mended.Secondary));
        Assert.Equal(1, mended.CellsBefore[CheckNames.MinimumThreshold]);
        Assert.Empty(mended.CellsAfter);

        var csv = Encoding.UTF8.GetString(CsvForm.Write(report.Tables[0]));
        Assert.Contains("\"0\",\"1\",x\r\n", csv, StringComparison.Ordinal);
        Assert.Equal(4, csv.Split("\r\n").Count(line => line.EndsWith(",x", StringComparison.Ordinal)));
        Assert.Contains("\"(all)\",\"(all)\",484\r\n", csv, StringComparison.Ordinal);
        Assert.Contains("{\"mark\":\"withheld\"}", Encoding.UTF8.GetString(JsonForm.Write(report.Tables[0])), StringComparison.Ordinal);

        // What is voted on is the mended table, and the manifest says so.
        Assert.Contains(ReleaseContent.Render(Suite.Nist, export, report).Files, file => Encoding.UTF8.GetString(file.Content.Span) == csv);
    }

    [Fact]
    public void A_pattern_of_somebody_else_counts_only_if_the_attack_fails()
    {
        var asked = TableMender.Mend(Table([2], [Count], (_, key) => key is "0/1" ? 4 : 60, sides: [3, 3]), new DisclosureRules());
        Verdict With(params string?[][] keys) => ExportChecker.Check(Sample.Case(asked with { Mending = asked.Mending! with { Withheld = keys } })).Verdict;

        Assert.Equal(Verdict.Pass, With(["0", "1"], ["0", "0"], ["1", "1"], ["1", "0"]));
        Assert.Equal(Verdict.Fail, With());
        Assert.Equal(Verdict.Fail, With(["0", "1"]));
        Assert.Equal(Verdict.Fail, With(["0", "1"], ["0", "0"]));
        Assert.Equal(Verdict.Fail, With(["0", "1"], ["0", "0"], ["0", null]));
        Assert.Equal(Verdict.Fail, With(["1", "1"], ["1", "0"], ["2", "1"], ["2", "0"]));
        Assert.Equal(Verdict.Fail, With(["0", "1"], ["0", "0"], ["1", "1"], ["1", "0"], ["9", "9"]));
        Assert.Equal("SB-EXP-21", Assert.Single(ExportChecker.Check(Sample.Case(asked with { Mending = asked.Mending! with { Withheld = [["0", "1"]] } })).Findings, finding => finding.Check == MendingCheck.Name).Words.Rule);
    }

    [Fact]
    public void Two_small_cells_of_one_row_do_not_hide_one_another()
    {
        // 3 and 4 beside a told total of their row: both are told to be few.
        var asked = TableMender.Mend(Table([2], [Count], (_, key) => key switch { "0/0" => 3, "0/1" => 4, _ => 60 }, sides: [3, 4]), new DisclosureRules());
        Assert.Equal(Verdict.Pass, ExportChecker.Check(Sample.Case(asked)).Verdict);
        Assert.True(asked.Mending!.Withheld!.Count(key => key[0] == "0") > 2);
        Assert.Equal(Verdict.Fail, ExportChecker.Check(Sample.Case(asked with { Mending = asked.Mending with { Withheld = [["0", "0"], ["0", "1"], ["1", "0"], ["1", "1"]] } })).Verdict);
    }

    [Fact]
    public void What_cannot_be_hidden_is_refused_with_a_remedy()
    {
        // Nobody else is there to hide behind.
        var tiny = TableMender.Mend(Table([2], [Count], (_, _) => 2, sides: [2, 2]), new DisclosureRules());
        var report = ExportChecker.Check(Sample.Case(tiny));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Contains(report.ForAuthor(), finding => finding.Words.Rule == "SB-EXP-20");
        Assert.Empty(report.Tables);

        // Without leave to withhold nothing is withheld.
        var rounded = TableMender.Mend(Table([2], [Count], (_, key) => key is "0/1" ? 4 : 60, sides: [3, 3]) with { Mending = new TableMending() }, new DisclosureRules());
        Assert.Equal(Verdict.Fail, ExportChecker.Check(Sample.Case(rounded)).Verdict);

        // Evidence that contradicts itself is not mended away.
        var broken = Table([2], [Count], (_, key) => 60, sides: [3, 3]);
        broken = broken with { Evidence = [broken.Evidence[0] with { Cells = [broken.Evidence[0].Cells[0] with { NonNull = 90 }, .. broken.Evidence[0].Cells.Skip(1)] }] };
        Assert.Equal(Verdict.Fail, ExportChecker.Check(Sample.Case(TableMender.Mend(broken, new DisclosureRules()))).Verdict);
    }

    [Fact]
    public void Counts_are_rounded_and_say_so()
    {
        var report = ExportChecker.Check(Sample.Case(TableMender.Mend(Table([2], [Count with { RoundedTo = 5 }], (at, key) => key is "0/1" ? 4 : 61 + at, sides: [3, 3]), new DisclosureRules())));
        Assert.Equal(5, Assert.Single(report.Mendings).RoundedTo);
        Assert.All(report.Tables[0].Rows.Select(row => row[2]).OfType<Cell.Whole>(), cell => Assert.Equal(0, cell.Value % 5));
        Assert.Contains("\"rounded_to\":5", Encoding.UTF8.GetString(JsonForm.Write(report.Tables[0])), StringComparison.Ordinal);
        foreach (var wrong in new[] { -5, 0, 1, 1001 })
        {
            Assert.Equal(Verdict.Fail, ExportChecker.Check(Sample.Case(Table([2], [Count with { RoundedTo = wrong }], (_, _) => 60, sides: [3, 3]))).Verdict);
        }
    }

    [Theory]
    [InlineData(2, "n")]
    [InlineData(2, "sum")]
    [InlineData(2, "n,sum,mean")]
    [InlineData(3, "n")]
    [InlineData(3, "n,sum")]
    public void No_withheld_cell_gives_way_to_an_attack_by_other_means(int dimensions, string measures)
    {
        var random = new Sequence((ulong)(dimensions + (measures.Length * 7)));
        var (mended, withheld) = (0, 0);
        for (var round = 0; round < 12; round++)
        {
            MeasureColumn[] columns = [.. measures.Split(',').Select(name => name switch { "n" => Count, "sum" => Sum, _ => Mean })];
            var table = TableMender.Mend(Table([dimensions], columns, (_, _) => random.Next(7) == 0 ? random.Next(10) : 10 + random.Next(80), sides: dimensions == 2 ? [4, 5] : [3, 3, 3], random: random), new DisclosureRules());
            var report = ExportChecker.Check(Sample.Case(table));
            if (table.Mending!.Withheld is not { Count: > 0 } keys)
            {
                continue;
            }

            Assert.Equal(Verdict.Pass, report.Verdict);
            mended++;
            withheld += keys.Count;
            foreach (var evidence in table.Evidence)
            {
                // Mean and sum are attacked as sums, counts as counts.
                var counts = evidence.Measure == "n";
                TableCell[] cells = [.. evidence.Cells.Select(cell => new TableCell(cell.Key, counts ? cell.Rows : cell.Sum, keys.Any(key => key.SequenceEqual(cell.Key))))];
                for (var at = 0; at < cells.Length; at++)
                {
                    var cell = evidence.Cells[at];
                    if (cells[at].Withheld)
                    {
                        var (least, greatest) = HandSimplex.Range(cells, at);
                        Assert.InRange(cells[at].Value, least - 1e-6, greatest + 1e-6);
                        Assert.True(greatest - least > 1e-6, "known exactly");
                        if (counts && cell.Rows < 10)
                        {
                            Assert.True(greatest >= 10 - 1e-6, "told to be few");
                        }

                        if (!counts && cell.NonNull > 0 && (cell.Sum - cell.Largest - cell.SecondLargest) < 0.1 * cell.Largest)
                        {
                            // The second largest takes off the own part and must not come near the largest.
                            Assert.True(greatest - cell.SecondLargest >= 1.1 * cell.Largest - 1e-6, "the largest can be estimated");
                        }
                    }
                }
            }
        }

        Assert.True(mended >= 8 && withheld > 30, $"{mended} tables, {withheld} cells");
    }

    /// <summary>A whole grid with margins; each inner cell has so many contributors, whose values follow from its place.</summary>
    private static RequestedTable Table(int[] dimensions, MeasureColumn[] measures, Func<int, string, int> size, int[] sides, Sequence? random = null)
    {
        var inner = new List<(string[] Key, double[] Values)>();
        IEnumerable<string[]> keys = [[]];
        foreach (var side in sides)
        {
            keys = keys.SelectMany(_ => Enumerable.Range(0, side), (key, level) => (string[])[.. key, level.ToString(CultureInfo.InvariantCulture)]);
        }

        foreach (var (at, key) in keys.Index())
        {
            var count = size(at, string.Join('/', key));
            inner.Add((key, [.. Enumerable.Range(0, count).Select(place => random is null ? 10.0 : 1 + random.Next(40) + (random.Next(60) == 0 ? 5000 : 0) + (place / 7.0))]));
        }

        var cells = new List<CellEvidence>();
        foreach (var mask in Enumerable.Range(0, 1 << sides.Length))
        {
            foreach (var group in inner.GroupBy(cell => string.Join('/', cell.Key.Select((part, at) => (mask & (1 << at)) != 0 ? "*" : part)), StringComparer.Ordinal))
            {
                var values = group.SelectMany(cell => cell.Values).OrderDescending().ToArray();
                if (values.Length > 0)
                {
                    cells.Add(new CellEvidence([.. group.First().Key.Select((part, at) => (mask & (1 << at)) != 0 ? null : part)], values.Length, null, values.Length, values.Sum(), values[0], values.ElementAtOrDefault(1), 0) { NonZero = values.Length });
                }
            }
        }

        Assert.Equal(dimensions[0], sides.Length);
        return Sample.Table([.. cells], columns: [.. Dimensions[..sides.Length], .. measures]) with { Mending = new TableMending { Withholds = true } };
    }

    private sealed class Sequence(ulong state)
    {
        public int Next(int below)
        {
            state = unchecked((state * 6364136223846793005UL) + 1442695040888963407UL);
            return (int)((state >> 33) % (ulong)below);
        }
    }
}
