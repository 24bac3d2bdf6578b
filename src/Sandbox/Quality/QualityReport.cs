using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Quality;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Quality;

/// <summary>The provider or the bureau reads what the loads of a data set came to: a score a side, and each broken rule with the supplier and the load that it lies with.</summary>
internal static class QualityReport
{
    private static readonly QualityDimension[] Dimensions = [QualityDimension.Timely, QualityDimension.Accurate, QualityDimension.Complete, QualityDimension.Consistent];

    public static Answer Run(OpenDomain domain, Actor actor, string id)
    {
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?" };
        if (Refused(domain, actor, id) is { } refusal)
        {
            return domain.Refuse("data.quality", actor.Name, [refusal], facts);
        }

        domain.Note(new("data.quality-read", actor.Name, facts));
        return Shown(domain.Registry.Find<DataSet>(id)!, domain.Registry.Find<DataQuality>(id)!);
    }

    /// <summary>Why somebody may not see the figures; null where there are some and the person may.</summary>
    public static Refusal? Refused(OpenDomain domain, Actor actor, string id) =>
        !Names.Valid(id) || domain.Registry.Find<DataSet>(id) is not { } set ? Refusals.Missing("data set", "数据集", Names.Valid(id) ? id : "?")
        : !(actor.Role == Role.Authority || set.IsOf(actor)) ? Refusals.NotThisRole("see the quality of a data set", "查看数据集质量", "its provider or the bureau", "其数源部门或主管部门")
        : domain.Registry.Find<DataQuality>(id) is null ? new Refusal(
            "YN23-16-1", "The data set has no quality standard, so nothing was measured.", "Let its provider set one (data standard).", "该数据集未设定质量标准，未作测算。", "请由数源部门设定（data standard）。")
        : null;

    /// <summary>The newest measurement of each standing load.</summary>
    public static IEnumerable<QualityMeasure> Latest(DataSet set, DataQuality quality) =>
        set.Standing.Select(batch => quality.Measures.LastOrDefault(measure => measure.Batch == batch.Id)).OfType<QualityMeasure>();

    public static Answer Shown(DataSet set, DataQuality quality) => Answer.Of(
        new JsonObject
        {
            ["data_set"] = set.Id,
            ["standard"] = quality.Read().Name,
            ["revision"] = quality.Revision,
            ["loads"] = Loads(set, quality),
            ["not_measured"] = new JsonArray([.. Unmeasured(set, quality).Select(batch => (JsonNode)batch)]),
            ["measurements"] = quality.Measures.Count,
        },
        console => Print(console, set, quality));

    public static JsonArray Loads(DataSet set, DataQuality quality) => [.. Latest(set, quality).Select(Load)];

    public static void Print(IAnsiConsole console, DataSet set, DataQuality quality)
    {
        console.WriteLine($"Quality of '{set.Id}' under “{quality.Read().Name}” (revision {quality.Revision}) 数据质量:");
        var latest = Latest(set, quality).ToArray();
        var table = new Table().AddColumns("load 批次", "supplier 提供部门", "measured 测算日", "rows 行数", "rejected 未入库", "timely 时效", "accurate 准确", "complete 完整", "consistent 一致");
        foreach (var measure in latest)
        {
            table.AddRow([
                measure.Batch, Markup.Escape(measure.Supplier), IsoDay.Word(measure.On), Number(measure.Rows), Number(measure.Rejected),
                .. Dimensions.Select(dimension => Share(Score(measure, dimension)) is { } share ? share.ToString("P2", CultureInfo.InvariantCulture) : "–")]);
        }

        console.Write(table);
        foreach (var measure in latest)
        {
            foreach (var fault in measure.Results.Where(result => result.Faulty > 0))
            {
                console.WriteLine($"{measure.Batch} of {measure.Supplier}: {fault.Rule} ({Word(fault.Dimension)}, {string.Join(", ", fault.Columns)}): {Number(fault.Faulty)} of {Number(fault.Looked)} faulty 有误");
            }
        }

        foreach (var batch in Unmeasured(set, quality))
        {
            console.WriteLine($"{batch}: not measured yet (data quality --measure) 未测算");
        }
    }

    private static IEnumerable<string> Unmeasured(DataSet set, DataQuality quality)
    {
        var measured = Latest(set, quality).Select(measure => measure.Batch).ToHashSet(StringComparer.Ordinal);
        return set.Standing.Where(batch => batch.Rows > 0 && !measured.Contains(batch.Id)).Select(batch => batch.Id);
    }

    private static JsonObject Load(QualityMeasure measure)
    {
        var dimensions = new JsonObject();
        foreach (var dimension in Dimensions)
        {
            var score = Score(measure, dimension);
            dimensions[Word(dimension)] = new JsonObject { ["looked"] = score.Looked, ["faulty"] = score.Faulty, ["score"] = Share(score) };
        }

        return new JsonObject
        {
            ["batch"] = measure.Batch,
            ["supplier"] = measure.Supplier,
            ["revision"] = measure.Revision,
            ["on"] = IsoDay.Word(measure.On),
            ["rows"] = measure.Rows,
            ["rejected"] = measure.Rejected,
            ["dimensions"] = dimensions,
            ["faults"] = new JsonArray([.. measure.Results.Where(result => result.Faulty > 0).Select(result => (JsonNode)new JsonObject
            {
                ["rule"] = result.Rule,
                ["dimension"] = Word(result.Dimension),
                ["columns"] = new JsonArray([.. result.Columns.Select(column => (JsonNode)column)]),
                ["looked"] = result.Looked,
                ["faulty"] = result.Faulty,
                ["supplier"] = measure.Supplier,
                ["batch"] = measure.Batch,
            })]),
        };
    }

    private static QualityScore Score(QualityMeasure measure, QualityDimension dimension) => QualityScore.Sum(measure.Results.Where(result => result.Dimension == dimension).Select(result => result.Score));

    private static double? Share(QualityScore score) => score.Share is { } share ? Math.Round(share, 6) : null;

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Word(QualityDimension dimension) => dimension switch
    {
        QualityDimension.Timely => "timely",
        QualityDimension.Accurate => "accurate",
        QualityDimension.Complete => "complete",
        QualityDimension.Consistent => "consistent",
        _ => "unknown",
    };
}
