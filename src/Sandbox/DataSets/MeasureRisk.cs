using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Masking;
using Sandbox.Trust;
using Sandbox.Vault.Risk;
using Spectre.Console;

namespace Sandbox.Host.DataSets;

/// <summary>The provider or a reviewer measures how well a set of columns points at people, before grades are confirmed or a scenario is answered. Figures only; what is small in them stays with these people.</summary>
public static class MeasureRisk
{
    /// <param name="columns">Column to the mask it is seen through; null for the raw values.</param>
    /// <param name="sensitive">Column that must be varied within a class; null for none.</param>
    /// <param name="share">Share of the population that the data set holds.</param>
    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, IReadOnlyList<KeyValuePair<string, MaskRule?>> columns, string? sensitive, double share, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(columns);
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?", ["columns"] = columns.Count };
        if (!Names.Valid(id) || domain.Registry.Find<DataSet>(id) is not { } set)
        {
            return domain.Refuse("data.risk", actor.Name, [Refusals.Missing("data set", "数据集", Names.Valid(id) ? id : "?")], facts);
        }

        if (!(actor.Role == Role.Authority || (actor.Role == Role.SourceDepartment && actor.Organisation == set.Provider)))
        {
            return domain.Refuse("data.risk", actor.Name, [Refusals.NotThisRole("measure the risk of a data set", "测算数据集风险", "its provider or the bureau", "其数源部门或主管部门")], facts);
        }

        if (columns.Select(column => column.Key).Append(sensitive).OfType<string>().Any(name => set.Columns.All(column => column.Name != name)))
        {
            return domain.Refuse("data.risk", actor.Name, [Refusals.Missing("column", "列", "?")], facts);
        }

        RiskResult result;
        using (var key = domain.Keys.OpenKey(KeyScope.DataSet, set.Id))
        {
            result = await new RiskService(domain.Jailer, domain.Store).MeasureAsync(
                set.ZoneSegments(), key, [.. columns.Select(column => new RiskKey(column.Key, column.Value))], set.SubjectColumn, sensitive, share, cancel).ConfigureAwait(false);
        }

        if (result is not RiskResult.Measured measured)
        {
            return domain.Refuse("data.risk", actor.Name, [((RiskResult.Refused)result).Reason], facts);
        }

        domain.Note(new("data.risk-measured", actor.Name, facts));
        return Shown(set, columns, measured, domain.Profile.Floor.K.Value);
    }

    private static Answer Shown(DataSet set, IReadOnlyList<KeyValuePair<string, MaskRule?>> columns, RiskResult.Measured measured, int k)
    {
        var risk = measured.Classes;
        var (below, records) = (risk.Below(k), risk.Records);
        (string Name, string Words, JsonNode? Value)[] figures =
        [
            ("records", set.SubjectColumn is null ? "records 记录数" : "people 人数", records),
            ("classes", "different combinations 组合数", risk.Classes),
            ("k", "smallest class, k 最小等价类", risk.K),
            ("uniques", "alone with their values 唯一", risk.Uniques),
            ("pairs", "classes of two 成对", risk.Pairs),
            ("below_k", string.Create(CultureInfo.InvariantCulture, $"in classes below the profile's k = {k} 低于规定 k"), below),
            ("candidates", "candidates of an attacker, on average 攻击者平均候选人数", Math.Round(risk.Candidates, 3)),
            ("average_risk", "average risk 平均风险", Math.Round(risk.AverageRisk, 6)),
            ("highest_risk", "highest risk 最高风险", Math.Round(risk.HighestRisk, 6)),
            ("sample_uniqueness", "share that is alone 样本唯一比例", records == 0 ? 0 : Math.Round((double)risk.Uniques / records, 6)),
            ("population_uniques", "alone in the population too, expected 总体唯一期望数", Math.Round(risk.PopulationUniques, 3)),
            ("expected_reidentifications", "found by who holds the population's values, expected 期望重识别数", Math.Round(risk.ExpectedReidentifications, 3)),
            ("l", "distinct sensitive values in the poorest class, l", measured.Diversity),
            ("t", "distance of the farthest class, t", measured.Closeness is { } t ? Math.Round(t, 6) : null),
        ];
        var body = new JsonObject { ["data_set"] = set.Id, ["columns"] = new JsonArray([.. columns.Select(column => (JsonNode)column.Key)]) };
        foreach (var (name, _, value) in figures)
        {
            body[name] = value;
        }

        return Answer.Of(body, console =>
        {
            console.WriteLine($"Risk of {set.Id} by {string.Join(", ", columns.Select(column => column.Key))}:");
            var table = new Table().AddColumns("figure", "value");
            foreach (var (name, words, _) in figures.Where(figure => body[figure.Name] is not null))
            {
                table.AddRow(Markup.Escape(words), body[name]!.ToJsonString());
            }

            console.Write(table);
        });
    }
}
