using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.Scenarios;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Policy;
using Sandbox.Policy.Identifiers;
using Sandbox.Trust;
using Sandbox.Vault.Loading;

namespace Sandbox.Host.Tests.Honest;

/// <summary>Tables (a few of each data set, in the long run more than a hundred) that honest analysts could ask for, of twelve public data sets, through the export door: nothing is refused without a risk that an independent count over the file shows as well.</summary>
public sealed class HonestTableTests
{
    private static readonly string[] CellChecks = ["MinimumThresholdCheck", "PresenceOfZeroCheck", "NKCheck", "PPercentCheck"];

    /// <summary>Cells of a table that is mended here; larger ones take long and show no more.</summary>
    private const int LargestMended = 150;

    /// <summary>Most honest outputs in a hundred that the search for raw values may take for raw rows.</summary>
    private const int MostAlarms = 2;

    [SharedDataFact]
    [Requirement("CC-27-2")]
    public async Task No_honest_table_is_refused_without_a_risk_that_can_be_named_and_few_outputs_are_taken_for_raw_rows() => await AskAsync(tablesOfSet: 2, least: 20);

    [SharedDataFact]
    [Trait("Category", "Long")]
    public async Task Nor_are_more_than_a_hundred_of_them() => await AskAsync(tablesOfSet: int.MaxValue, least: 100);

    /// <param name="tablesOfSet">Most tables of each data set.</param>
    /// <param name="least">Tables that there are at least; a tenth of them is refused, a tenth is mended and half of them leaves.</param>
    private static async Task AskAsync(int tablesOfSet, int least)
    {
        using var domain = await AttackDomain.MakeAsync(withData: false);
        using var oracle = new TableOracle();
        var (asked, refused, mended, outputs) = (0, 0, 0, 0);
        var (alarms, missed, raws) = (new List<string>(), new List<string>(), 0);
        foreach (var set in HonestSet.All)
        {
            await GrantAsync(domain, oracle, set);
            var made = new List<(HonestTable Table, ExportCase Case, CheckReport Report)>();
            foreach (var table in set.Tables().Take(tablesOfSet))
            {
                made.Add(await GateAsync(domain, table));
            }

            asked += made.Count;
            refused += made.Count(item => item.Report.Verdict == Verdict.Fail);
            mended += made.Count(item => Judge(item.Table, oracle, item.Case, item.Report));

            var data = domain.Open.Registry.Find<DataSet>(set.Name)!;
            using var key = domain.Open.Keys.OpenKey(KeyScope.DataSet, set.Name);
            var honest = made.Select(item => (item.Table, Rows: Output(item.Case.Tables[0]))).Where(item => item.Rows.Count > 0).ToArray();
            var hits = await SubmittedOverlap.CountAsync(domain.Open, data, key, [.. honest.Select(item => (item.Rows, item.Table.Dimensions.Length))], CancellationToken.None);
            outputs += honest.Length;
            alarms.AddRange(honest.Zip(hits).Where(pair => pair.Second > 0).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.First.Table}: {pair.Second} of {pair.First.Rows.Count} rows")));

            // The other side: raw values of a measure in place of its figures.
            foreach (var measure in set.Measures)
            {
                if (oracle.RareValues(set, measure) is { Count: >= 20 } raw)
                {
                    raws++;
                    missed.AddRange(await SubmittedOverlap.CountAsync(domain.Open, data, key, [.. raw.Select(value => (IReadOnlyList<Cell>)[new Cell.Text("group"), new Cell.Real(value)])], 1, CancellationToken.None) > 0 ? [] : [$"{set.Name}.{measure}"]);
                }
            }
        }

        await Console.Error.WriteLineAsync($"{asked} honest tables, {refused} refused, each for cells that an independent count shows too; {mended} of these leave with cells withheld; {alarms.Count} of {outputs} outputs taken for raw rows: {string.Join("; ", alarms)}; {missed.Count} of {raws} columns of raw values not: {string.Join("; ", missed)}");
        Assert.True(asked >= least && refused * 10 > least && (asked - refused) * 2 > least && mended * 10 > least, $"{asked}, {refused}, {mended}");
        Assert.True(missed.Count * 2 <= raws, string.Join("; ", missed));
        Assert.True(alarms.Count * 100 <= MostAlarms * outputs, string.Join("; ", alarms));
    }

    private static async Task<(HonestTable Table, ExportCase Case, CheckReport Report)> GateAsync(AttackDomain domain, HonestTable table)
    {
        using var book = new AtomBook(domain.Open);
        var spec = new ExportSpec(table.Name, table.Set.Name, AttackDomain.Purpose, new ExportRecipient("x", "Institute", "CN"), [table.Asked]);
        var export = await new ExportCaseBuilder(domain.Open).BuildAsync(spec, domain.Open.Registry.Find<Scenario>(table.Set.Name)!, book, keep: false, CancellationToken.None);
        domain.Open.Commit(new("export.requested", "li", new Facts()), writer => Assert.True(book.Commit(writer)));
        return (table, export, ExportChecker.Check(export));
    }

    /// <returns>Whether a refused table leaves once cells are withheld.</returns>
    private static bool Judge(HonestTable table, TableOracle oracle, ExportCase export, CheckReport report)
    {
        var cells = table.Measures.Select(measure => measure.Column ?? "").Distinct(StringComparer.Ordinal).ToDictionary(column => column, column => oracle.Cells(table, column), StringComparer.Ordinal);
        var counted = table.Measures.Select(measure => (Measure: measure, Cells: cells[measure.Column ?? ""])).ToArray();
        var flagged = counted.SelectMany(item => TableOracle.Flags(item.Measure, item.Cells)).ToLookup(flag => flag.Key, flag => flag.Value, StringComparer.Ordinal);
        foreach (var check in CellChecks)
        {
            // Both ways: no cell is flagged that the count does not show, and none that it shows gets through.
            var ours = report.Findings.Where(finding => finding.Check == check).SelectMany(finding => finding.Cells).Select(OracleCell.Spell).ToHashSet(StringComparer.Ordinal);
            var theirs = flagged[check].SelectMany(keys => keys).ToHashSet(StringComparer.Ordinal);
            Assert.True(ours.SetEquals(theirs), $"{table}: {check} flags {Few(ours.Except(theirs))}, the count over the file {Few(theirs.Except(ours))}");
        }

        foreach (var finding in report.Findings.Where(finding => finding.Verdict == Verdict.Fail && !CellChecks.Contains(finding.Check)))
        {
            var named = finding.Check switch
            {
                "RawRowCheck" => counted.Any(item => TableOracle.ListsRecords(item.Cells)),
                "DifferencingCheck" => counted.Any(item => TableOracle.TellsFewApart(item.Cells)),
                _ => false,
            };
            Assert.True(named, $"{table}: {finding.Check} {finding.Words.Rule} {finding.Figures} without a risk");
        }

        return report.Verdict == Verdict.Fail && export.Tables[0].Evidence[0].Cells.Count <= LargestMended && Mended(table, export, flagged.SelectMany(group => group.SelectMany(keys => keys)).ToHashSet(StringComparer.Ordinal));
    }

    // The differences to other tables are another matter: the vault looks for them once it knows what is withheld.
    private static bool Mended(HonestTable table, ExportCase export, HashSet<string> unsafeCells)
    {
        var asked = export.Tables[0] with { Mending = new TableMending { Withholds = true }, Differencing = DifferencingSearch.Safe };
        var report = ExportChecker.Check(export with { Tables = [TableMender.Mend(asked, export.Rules)] });
        if (report.Verdict == Verdict.Fail)
        {
            return false;
        }

        var negatives = asked.Evidence.SelectMany(evidence => evidence.Cells).Where(cell => cell.Negatives > 0).Select(cell => OracleCell.Spell(cell.Key)).ToHashSet(StringComparer.Ordinal);
        foreach (var row in Assert.Single(report.Tables).Rows.Where(row => !row.Contains(Cell.Withheld.Value)))
        {
            var key = OracleCell.Spell([.. row.Take(table.Dimensions.Length).Select(Text)]);
            Assert.True(negatives.Contains(key) || !unsafeCells.Contains(key), $"{table}: {key} is told");
        }

        return true;
    }

    // What an honest model makes: the groups of ten and more, in full precision.
    private static IReadOnlyList<IReadOnlyList<Cell>> Output(RequestedTable table)
    {
        MeasureColumn[] measures = [.. table.Columns.OfType<MeasureColumn>()];
        return
        [
            .. table.Evidence[0].Cells.Where(cell => cell.Contributors >= 10).Select((cell, _) => (IReadOnlyList<Cell>)
            [
                .. cell.Key.Select(part => part is null ? (Cell)Cell.Total.Value : new Cell.Text(part)),
                .. measures.Select(measure => Value(measure, table.Evidence.Single(item => item.Measure == measure.Name).Cells.Single(other => other.Key.SequenceEqual(cell.Key)))),
            ]),
        ];
    }

    private static Cell Value(MeasureColumn measure, Policy.Disclosure.CellEvidence cell) => measure.Measure switch
    {
        MeasureKind.Count => new Cell.Whole(measure.Source is null ? cell.Rows : cell.NonNull),
        MeasureKind.Sum => new Cell.Real(cell.Sum),
        _ => new Cell.Real(cell.Sum / cell.NonNull),
    };

    private static string? Text(Cell cell) => cell switch
    {
        Cell.Total => null,
        Cell.Missing => "(missing)",
        Cell.Text text => text.Value,
        Cell.Whole whole => whole.Value.ToString(CultureInfo.InvariantCulture),
        Cell.Flag flag => flag.Value ? "true" : "false",
        _ => throw new InvalidOperationException(cell.ToString()),
    };

    private static string Few(IEnumerable<string> cells) => cells.Take(5).ToArray() is { Length: > 0 } some ? string.Join(", ", some) : "no more";

    private static async Task GrantAsync(AttackDomain domain, TableOracle oracle, HonestSet set)
    {
        var path = set.Copy(domain.Root);
        oracle.Load(set, path);
        using (var wang = domain.As("wang"))
        {
            AttackDomain.Done(await AddData.RunAsync(domain.Open, wang, new NewData(set.Name, new Delivery(path, SourceEncoding.Auto, []), "public data", domain.Open.Today, set.Subject, []), null, CancellationToken.None));
            AttackDomain.Done(ConfirmGrades.Run(domain.Open, wang, set.Name, set.Columns.ToDictionary(column => column, _ => ColumnGrade.General)));
        }

        var columns = new JsonArray([.. set.Columns.Select(column => (JsonNode)new JsonObject { ["name"] = column, ["workbench"] = new JsonObject { ["rule"] = "keep" }, ["production"] = null })]);
        using (var li = domain.As("li"))
        {
            AttackDomain.Done(RequestScenario.Run(domain.Open, li, ScenarioSpec.FromUntrusted(Encoding.UTF8.GetBytes($$"""
                {"name":"{{set.Name}}","purpose":"{{AttackDomain.Purpose}}","from":"{{domain.Open.Today:yyyy-MM-dd}}","until":"{{domain.Open.Today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[
                  {"data_set":"{{set.Name}}","sample_per_mille":100,"quasi_identifiers":[],"columns":{{columns.ToJsonString()}} }]}
                """))));
        }

        foreach (var who in new[] { "zhao", "wang" })
        {
            using var actor = domain.As(who);
            AttackDomain.Done(AnswerScenario.Run(domain.Open, actor, set.Name, agree: true, null));
        }
    }
}
