using System.Globalization;
using Sandbox.Policy.Disclosure;
using Sandbox.Policy.Disclosure.Differencing;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Atoms;
using Sandbox.Vault.Evidence;
using Sandbox.Vault.Permissions;
using Sandbox.Vault.Subjects;
using Sandbox.Vault.Tests.Zones;
using Sandbox.Vault.Workers;
using Sandbox.Vault.Zones;

namespace Sandbox.Vault.Tests.Subjects;

/// <summary>Numbers of subjects: whatever the rows are, the cells and atoms are those that plain counting by subjects' texts gives; and nothing but the numbers of these very rows is believed.</summary>
public sealed class SubjectNumberTests(TestData data) : IClassFixture<TestData>
{
    private const int First = 900;
    private const int All = 1500;

    // Who is a row about, as SQL over its number i; the second segment holds the rows from 900 on.
    private const string OneEach = "'p' || i";
    private const string OneEachAndNobody = "CASE WHEN i = 1200 THEN NULL ELSE 'p' || i END";
    private const string TwoOfNobody = "CASE WHEN i IN (3, 1200) THEN NULL ELSE 'p' || i END";
    private const string AcrossSegments = "CASE WHEN i = 1400 THEN 'p5' ELSE 'p' || i END";
    private const string Several = "CASE WHEN i % 17 = 0 THEN NULL ELSE 'p' || ((i * 7) % 400) END";
    private const string Alone = "'one'";

    [Theory]
    [InlineData(OneEach, true)]
    [InlineData(TwoOfNobody, false)]
    [InlineData(Several, false)]
    public async Task Cells_are_those_of_plain_counting(string who, bool oneEach)
    {
        var rows = Rows(who);
        var source = await SourceAsync(who, aside: oneEach);
        var numbers = Read(source);
        Assert.Equal((oneEach, (long)All), (numbers.OneEach, numbers.Rows));
        Assert.Equal(rows.Select(row => row.Who).OfType<string>().Distinct().Count(), numbers.Subjects);

        using var marks = PermissionBook.Marks(data.Key);
        var permitted = rows.Where(row => row.At % 3 != 0).Select(row => row.Who).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var book = await StoredAsync(target => PermissionBook.Write(target, permitted.Select(marks.Of).Order().Select(mark => new PermissionEntry(mark, 0, 100, 1, 0))), PermissionBook.ObjectKind);
        var allowed = new PermissionView(book, 1, DateOnly.FromDayNumber(50));
        foreach (var (dimensions, measure, filter, view) in new (string[], string?, (int From, int To)?, PermissionView?)[]
        {
            ([], null, null, null), ([], "amount", null, null), (["place"], "amount", null, null), (["place", "kind"], "amount", (100, 1300), null),
            (["kind"], null, (100, 1300), null), (["place"], "amount", null, allowed), (["place"], null, (850, 950), allowed), (["kind"], "amount", (5000, 6000), null),
        })
        {
            var request = new TableRequest
            {
                Dimensions = [.. dimensions.Select(name => new EvidenceDimension(name))],
                Measure = measure,
                Aggregation = measure is null ? Aggregation.Count : Aggregation.Sum,
                SubjectColumn = "who",
                Top = 3,
                Filters = filter is { } span ? [new RowFilter.Between("i", Text(span.From), Text(span.To))] : [],
            };
            var expected = Expected(rows.Where(row => filter is not { } range || (row.At >= range.From && row.At <= range.To)).Where(row => view is null || (row.Who is { } one && permitted.Contains(one))), dimensions, measure is not null);
            var cells = Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, source with { Permissions = view })).Values;
            Assert.Equal(expected, cells.Select(Words).Order(StringComparer.Ordinal));

            // The same without numbers: they are made on the way.
            var anew = Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, source with { Permissions = view, Subjects = null })).Values;
            Assert.Equal(cells.Select(Words), anew.Select(Words));
        }
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(OneEachAndNobody, true)]
    [InlineData(AcrossSegments, false)]
    [InlineData(Alone, false)]
    public Task So_are_those_of_other_people(string who, bool oneEach) => Cells_are_those_of_plain_counting(who, oneEach);

    /// <summary>What an analyst may put together does not depend on how many rows tell of a person, nor on whether the numbers were there.</summary>
    [Theory]
    [InlineData(OneEach)]
    [InlineData(Several)]
    public async Task Atoms_are_those_of_plain_counting(string who)
    {
        var rows = Rows(who);
        var source = await SourceAsync(who, aside: false);
        foreach (var (from, dimensions) in new (int, string[])[] { (2, []), (7, []), (30, []), (200, []), (0, ["place"]), (5, ["place", "kind"]) })
        {
            var here = Table("here", from, All) with { Dimensions = [.. dimensions.Select(name => new EvidenceDimension(name))], CountsOf = ["amount"], SumsOf = ["amount"] };
            var search = new AtomSearch { Source = source, SubjectColumn = "who", Minimum = 10, Earlier = [Table("all", 0, All), Table("most", 0, 1480)], Wanted = [here] };
            var found = await FindAsync(search);
            var anew = await FindAsync(search with { Source = source with { Subjects = null } });
            Assert.Equal((found.Outcome, Overlaps(found)), (anew.Outcome, Overlaps(anew)));

            // Each row a second time: more rows of the same people.
            var twice = await SourceAsync(who, aside: true, "SELECT * FROM range({0}, {1}) t(i), range(2) u(j)");
            var doubled = await FindAsync(search with { Source = twice });
            Assert.Equal((found.Outcome, Overlaps(found)), (doubled.Outcome, Overlaps(doubled)));

            // By hand, where few people make the difference between the table and everything.
            var few = rows.Where(row => row.At < from).Select(row => row.Who).OfType<string>().Distinct().Count();
            if (dimensions.Length == 0 && few is > 0 and < 10)
            {
                Assert.Equal(SpanOutcome.Isolates, found.Outcome);
                Assert.Equal(few, found.Overlaps.Single(overlap => overlap.Against == "all").OnlyThere);
            }
        }
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(OneEachAndNobody)]
    [InlineData(AcrossSegments)]
    public Task So_are_the_atoms_of_other_people(string who) => Atoms_are_those_of_plain_counting(who);

    [Fact]
    public async Task Only_the_numbers_of_these_rows_are_believed()
    {
        var source = await SourceAsync(Several, aside: false);
        var request = new TableRequest { Dimensions = [new("place")], Measure = "amount", Aggregation = Aggregation.Sum, SubjectColumn = "who" };
        var right = Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, source)).Values.Select(Words).ToArray();

        // Of the same rows sealed once more, of other rows, of the segments the other way round, of another column: each says what it is about.
        var again = await SourceAsync(Several, aside: false);
        var other = await SourceAsync(OneEach, aside: false);
        var turned = await NumberedAsync(source with { Segments = [source.Segments[1], source.Segments[0]], Subjects = null }, "who");
        var column = await NumberedAsync(source with { Subjects = null }, "place");
        foreach (var foreign in new[] { again.Subjects, other.Subjects, turned.Subjects, column.Subjects })
        {
            Assert.IsType<EvidenceResult.Refused>(await Service().CellsAsync(request, source with { Subjects = foreign }));
            Assert.IsType<AtomResult.Refused>(await new AtomService(TestData.Jailer, data.Store).SearchAsync(
                new AtomSearch { Source = source with { Subjects = foreign }, SubjectColumn = "who", Minimum = 10, Earlier = [], Wanted = [Table("t", 0, All)] }));
        }

        // Of another kind, and gone: made anew.
        var gone = await NumberedAsync(source with { Subjects = null }, "who");
        data.Store.Delete(gone.Subjects!);
        foreach (var lost in new[] { source.Segments[0].Main with { Kind = SubjectNumbering.ObjectKind }, gone.Subjects })
        {
            Assert.Equal(right, Assert.IsType<EvidenceResult.Cells>(await Service().CellsAsync(request, source with { Subjects = lost })).Values.Select(Words));
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_numbers_are_refused_and_no_text_of_a_subject_is_kept()
    {
        var source = await SourceAsync(Several, aside: false);
        var about = SubjectNumbering.About(source, "who");
        using var stored = new MemoryStream();
        data.Store.OpenInto(source.Subjects!, data.Key, stored);
        var bytes = stored.ToArray();
        var subjects = SubjectNumbers.Read(new MemoryStream(bytes), about, All).Subjects;
        Assert.True(bytes.Length < (4 * (All + subjects)) + about.Length + 64, "more than a number a row and a subject was kept");
        byte[] Changed(int at, byte value)
        {
            var copy = (byte[])bytes.Clone();
            copy[at] = value;
            return copy;
        }

        // The start of the first and of the last subject, a start before the one ahead of it, a slot beyond the rows and below none.
        var slots = bytes.Length - (4 * All);
        var head = slots - (4 * (subjects + 2));
        byte[][] bad =
        [
            [], bytes[..7], bytes[..^1], bytes[..slots], bytes[..head], Changed(0, 7), Changed(head - 13, 1), Changed(head - 1, 255),
            Changed(head, 1), Changed(slots - 4, 77), Changed(head + 7, 127), Changed(head + 7, 255), Changed(slots + 3, 127), Changed(slots + 3, 255),
        ];
        Assert.All(bad, hostile => Assert.Throws<FrameException>(() => SubjectNumbers.Read(new MemoryStream(hostile), about, All)));
        Assert.Throws<FrameException>(() => SubjectNumbers.Read(new MemoryStream(bytes), about, All - 1));
        Assert.Throws<FrameException>(() => SubjectNumbers.Read(new MemoryStream(bytes), about + "x", All));

        // The rows of each subject, by its number.
        var numbers = SubjectNumbers.Read(new MemoryStream(bytes), about, All);
        var (starts, places) = (numbers.Starts, new int[All]);
        foreach (var (place, slot) in numbers.Slots.Index())
        {
            places[slot] = place;
        }

        var expected = Rows(Several).GroupBy(row => row.Who).OrderBy(group => group.Key is null ? -1 : group.First().At).Select(group => string.Join(',', group.Select(row => Text(row.At))));
        Assert.Equal(expected, Enumerable.Range(0, starts.Length - 1).Select(subject => string.Join(',', places[starts[subject]..starts[subject + 1]].Select(Text))));
    }

    private EvidenceService Service() => new(TestData.Jailer, data.Store);

    private async Task<TableAtoms> FindAsync(AtomSearch search) => Assert.IsType<AtomResult.Found>(await new AtomService(TestData.Jailer, data.Store).SearchAsync(search)).Tables[0];

    private static string Overlaps(TableAtoms found) => string.Join(' ', found.Overlaps.Select(overlap => FormattableString.Invariant($"{overlap.Against}:{Floor(overlap.OnlyHere)}/{Floor(overlap.OnlyThere)}/{Floor(overlap.Both)}")));

    // Exact below the minimum, a floor above.
    private static long Floor(long subjects) => Math.Min(subjects, 10);

    private static PublishedTable Table(string label, int from, int to) => new() { Label = label, Dimensions = [], Filters = [new RowFilter.Between("i", Text(from), Text(to))], CountsRows = true, Segments = 2 };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The rows in two segments, numbered; <paramref name="aside"/> = the subject is an identifier in a file of its own.</summary>
    private Task<EvidenceSource> SourceAsync(string who, bool aside, string range = "SELECT * FROM range({0}, {1}) t(i)")
    {
        ZoneSegment Segment(int from, int to)
        {
            var of = $"({string.Format(CultureInfo.InvariantCulture, range, from, to)})";
            const string Columns = "i::INTEGER AS i, CASE WHEN i % 11 = 0 THEN NULL ELSE (i % 7)::SMALLINT END AS place, CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END AS kind, CASE WHEN i % 13 = 0 THEN NULL WHEN i % 97 = 0 THEN 'nan'::DOUBLE ELSE (((i * 7919) % 1000) - 100)::DOUBLE END AS amount";
            return aside ? data.Seal($"SELECT {Columns} FROM {of}", $"SELECT {who} AS who FROM {of}") : data.Seal($"SELECT {Columns}, {who} AS who FROM {of}");
        }

        return NumberedAsync(new EvidenceSource([Segment(0, First), Segment(First, All)], data.Key), "who");
    }

    private async Task<EvidenceSource> NumberedAsync(EvidenceSource source, string column)
    {
        using var staged = Assert.IsType<NumberingResult.Made>(await new SubjectNumbering(TestData.Jailer, data.Store).BuildAsync(source, column)).Numbers;
        return source with { Subjects = staged.Commit() };
    }

    private SubjectNumbers Read(EvidenceSource source)
    {
        using var stored = data.Store.Open(source.Subjects!, data.Key);
        return SubjectNumbers.Read(stored, SubjectNumbering.About(source, "who"), All);
    }

    private async Task<ObjectRef> StoredAsync(Action<Stream> write, string kind)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        bytes.Position = 0;
        using var staged = await data.Store.StageAsync(kind, data.Key, bytes);
        return staged.Commit();
    }

    private static List<Row> Rows(string who)
    {
        string? Who(int at) => who switch
        {
            OneEach => $"p{at}",
            OneEachAndNobody => at == 1200 ? null : $"p{at}",
            TwoOfNobody => at is 3 or 1200 ? null : $"p{at}",
            AcrossSegments => at == 1400 ? "p5" : $"p{at}",
            Several => at % 17 == 0 ? null : $"p{at * 7 % 400}",
            _ => "one",
        };
        return [.. Enumerable.Range(0, All).Select(at => new Row(at, Who(at), at % 11 == 0 ? null : Text(at % 7), at % 2 == 0 ? "even" : "odd", at % 13 == 0 || at % 97 == 0 ? null : (at * 7919 % 1000) - 100))];
    }

    private static string[] Expected(IEnumerable<Row> rows, string[] dimensions, bool measured)
    {
        var cells = new List<CellEvidence>();
        foreach (var margins in Enumerable.Range(0, 1 << dimensions.Length))
        {
            foreach (var group in rows.GroupBy(row => string.Join('/', dimensions.Select((name, at) => (margins & (1 << at)) != 0 ? "~" : (name == "place" ? row.Place : row.Kind) ?? EvidenceService.MissingKey))))
            {
                var all = group.ToArray();
                var given = all.GroupBy(row => row.Who).Select(one => (one.Key, Present: one.Count(row => !measured || row.Amount is not null), Sum: one.Sum(row => row.Amount ?? 0.0))).Where(one => one.Present > 0).ToArray();
                var sums = measured ? given.Select(one => one.Sum).OrderDescending().ToArray() : [];
                cells.Add(new CellEvidence(
                    dimensions.Length == 0 ? [] : [.. group.Key.Split('/').Select(text => text == "~" ? null : text)], all.Length, given.Count(one => one.Key is not null), all.Count(row => !measured || row.Amount is not null),
                    measured ? all.Sum(row => row.Amount ?? 0.0) : 0, sums.ElementAtOrDefault(0), sums.ElementAtOrDefault(1), sums.Count(sum => sum < 0))
                {
                    NonZero = sums.Count(sum => sum != 0),
                    LargestN = sums.Take(3).Sum(),
                });
            }
        }

        return [.. cells.Select(Words).Order(StringComparer.Ordinal)];
    }

    private static string Words(CellEvidence cell) => FormattableString.Invariant($"{string.Join('/', cell.Key.Select(key => key ?? "~"))}: {cell.Rows} {cell.Subjects} {cell.NonNull} {cell.Sum} {cell.Largest} {cell.SecondLargest} {cell.LargestN} {cell.Negatives} {cell.NonZero}");

    private sealed record Row(int At, string? Who, string? Place, string Kind, int? Amount);
}
