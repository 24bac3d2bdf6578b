using System.Globalization;
using Sandbox.Enclave.Rounds;
using Sandbox.Export.Artefacts;
using Sandbox.Export.Checks;
using Sandbox.Export.Permits;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.Matching;
using Sandbox.Host.Rounds;
using Sandbox.Host.Scenarios;
using Sandbox.Policy;
using Sandbox.Policy.Disclosure;

namespace Sandbox.Host.Exports;

/// <summary>Tables of what rounds and matches gave: sums, means and deviations by group, coefficients of a fit, a count of matches.</summary>
internal static class RoundTables
{
    /// <param name="granted">Columns of the grant; those of the round are added.</param>
    public static RequestedTable Of(OpenDomain domain, ExportTable table, string name, Scenario scenario, HashSet<string> granted)
    {
        if (domain.Registry.Find<Match>(name) is { } match)
        {
            return match.Scenario == scenario.Id && table is { Dimensions: [var pair], Measures: [{ Kind: MeasureKind.Count, Column: null } count] }
                ? OfMatch(domain, table, match, pair, count, granted)
                : throw Form();
        }

        var round = RoundReading.Find(domain, name);
        if (round.Scenario != scenario.Id || table.Dimensions is not [var dimension] || table.Measures.Count(measure => measure.Kind == MeasureKind.Count && measure.Column is null) != 1
            || table.Measures.Select(measure => measure.Column).OfType<string>().Distinct(StringComparer.Ordinal).ToArray() is not [var quantity]
            || table.Measures.Any(measure => measure.Column is null != (measure.Kind == MeasureKind.Count)))
        {
            throw Form();
        }

        var figures = OpenedFigures.Read(domain, round);
        return table.Measures.Any(measure => measure.Kind == MeasureKind.Coefficient)
            ? OfFit(table, round, figures, dimension, quantity, granted)
            : OfGroups(table, round, figures, dimension, quantity, granted);
    }

    private static RequestedTable OfGroups(ExportTable table, Round round, OpenedFigures opened, string dimension, string quantity, HashSet<string> granted)
    {
        var figures = opened.Figures.Where(figure => figure.Measure == quantity).ToArray();
        if (table.Measures.Any(measure => measure.Kind is not (MeasureKind.Sum or MeasureKind.Mean or MeasureKind.Deviation or MeasureKind.Count)))
        {
            throw Form();
        }

        var cells = figures.Select(figure => new OpenedCell([figure.Group], figure.Count, figure.Sum)).ToArray();
        return Table(table, round.Id, dimension, quantity, granted, measure => measure.Kind switch
        {
            MeasureKind.Deviation => new MeasureEvidence(measure.Name, [.. figures.Select(figure => Evidence(figure.Group, figure.Count) with
            {
                Statistic = figure.Squares is { } squares && Moments.Variance(new("", "", Exact(figure.Sum), figure.Count, Exact(squares))) is { } variance ? Math.Sqrt(variance) : null,
            })]),
            MeasureKind.Count => OpenedTotal.EvidenceOf(cells, "", measure.Name)[1],
            _ => OpenedTotal.EvidenceOf(cells, measure.Name, "")[0],
        });
    }

    /// <summary>The quantity is written as <c>y ~ x1 + x2</c>, or as <c>y ~ x1 + x2 | group</c> where the round has several groups.</summary>
    private static RequestedTable OfFit(ExportTable table, Round round, OpenedFigures opened, string dimension, string formula, HashSet<string> granted)
    {
        var parts = formula.Split('|', StringSplitOptions.TrimEntries);
        var group = parts.Length == 2 ? parts[1] : opened.Figures.Select(figure => figure.Group).Distinct(StringComparer.Ordinal).SingleOrDefault("");
        if (parts.Length > 2 || parts[0].Split('~', StringSplitOptions.TrimEntries) is not [var response, var right] || table.Measures.Any(measure => measure.Kind is not (MeasureKind.Coefficient or MeasureKind.Count)))
        {
            throw Form();
        }

        var totals = new RoundTotals(
            round.Id, [],
            [.. opened.Figures.Select(figure => new TotalCell(figure.Group, figure.Measure, Exact(figure.Sum), figure.Count, figure.Squares is { } squares ? Exact(squares) : null))],
            [.. opened.Products.Select(product => new TotalProduct(product.Group, product.First, product.Second, Exact(product.Sum)))], []);
        var fit = RegressionFit.Fit(totals, group, response, right.Split('+', StringSplitOptions.TrimEntries)) ?? throw new RefusedException(new Refusal(
            "SB-HE-65", "The opened figures give no such fit: a quantity is unknown or withheld, products were not summed, or predictors determine one another.", "Name quantities of a round with cross_products, none of them a combination of the others.",
            "已开启的数据无法得到该拟合：变量不存在或被隐去、未汇总乘积，或自变量相互决定。", "请引用带 cross_products 的轮次中相互独立的变量。"));
        return Table(table, round.Id, dimension, formula, granted, measure => new MeasureEvidence(measure.Name, [.. fit.Terms.Select(term => Evidence(term.Term, fit.Rows) with
        {
            Statistic = measure.Kind == MeasureKind.Coefficient ? term.Estimate : null,
            ResidualDegrees = fit.ResidualDegrees,
        })]));
    }

    private static RequestedTable OfMatch(OpenDomain domain, ExportTable table, Match match, string dimension, ExportMeasure count, HashSet<string> granted)
    {
        var terms = RunMatch.Terms(domain, match);
        var source = $"{match.Id}.pair";
        granted.Add(source);
        return new RequestedTable
        {
            Name = table.Name,
            Columns = [new DimensionColumn(dimension, ValueKind.Text, source), new MeasureColumn(count.Name, ValueKind.Whole, null, MeasureKind.Count, count.Digits)],
            Sources = new Dictionary<string, SourceColumn>(StringComparer.Ordinal) { [source] = new(false, false) },
            Differencing = DifferencingSearch.NoDataSet,
            Evidence = [new MeasureEvidence(count.Name, [Evidence($"{terms.First.Id} and {terms.Second.Id}", RunMatch.Read(domain, match))])],
        };
    }

    private static RequestedTable Table(ExportTable table, string round, string dimension, string quantity, HashSet<string> granted, Func<ExportMeasure, MeasureEvidence> evidence)
    {
        var (groupSource, quantitySource) = ($"{round}.group", $"{round}.{quantity}");
        granted.Add(groupSource);
        granted.Add(quantitySource);
        return new RequestedTable
        {
            Name = table.Name,
            Columns =
            [
                new DimensionColumn(dimension, ValueKind.Text, groupSource),
                .. table.Measures.Select(measure => new MeasureColumn(
                    measure.Name,
                    measure.Kind switch { MeasureKind.Count => ValueKind.Whole, MeasureKind.Sum => ValueKind.Exact, _ => ValueKind.Real },
                    measure.Kind == MeasureKind.Count ? null : quantitySource, measure.Kind, measure.Digits)),
            ],
            Sources = new Dictionary<string, SourceColumn>(StringComparer.Ordinal) { [groupSource] = new(false, false), [quantitySource] = new(false, false) },
            Evidence = [.. table.Measures.Select(evidence)],
            Differencing = DifferencingSearch.NoDataSet,
        };
    }

    private static CellEvidence Evidence(string key, long rows) => new([key], rows, rows, rows, 0, 0, 0, 0);

    private static ExactDecimal Exact(decimal value) =>
        ExactDecimal.TryParse(value.ToString(CultureInfo.InvariantCulture), out var exact) ? exact : throw new RefusedException(Form().Refusals[0]);

    private static RefusedException Form() => new(new Refusal(
        "SB-HOST-6",
        "A table of a round has one dimension and exactly one count; its other measures are sum, mean or deviation of one quantity, or the coefficients of one formula. A table of a match has one dimension and one count.",
        "Write the table so, and name a round or match of the same scenario.",
        "汇总轮次的表须有一个维度和恰好一个计数，其余度量为同一数量的合计、均值或标准差，或同一公式的系数；匹配的表为一个维度和一个计数。",
        "请按此填写，并引用同一场景的轮次或匹配。"));
}
