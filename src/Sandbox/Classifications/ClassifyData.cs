using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.People;
using Sandbox.Policy;
using Sandbox.Policy.Procedures;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Classifications;

/// <summary>The provider classifies a data set; the bureau may find a barred class too. Every state stays in the history.</summary>
internal static class ClassifyData
{
    public const int MostBytes = 32 << 20;
    private const string KeyId = "classification-evidence";

    public static async Task<Answer> RunAsync(OpenDomain domain, Actor actor, string id, byte[] file, UpgradeEvidence kind, byte[]? evidence, CancellationToken cancel)
    {
        var facts = new Facts { ["data_set"] = Names.Valid(id) ? id : "?" };
        if (!Names.Valid(id) || domain.Registry.Find<DataSet>(id) is not { } set)
        {
            return domain.Refuse("data.classify", actor.Name, [Refusals.Missing("data set", "数据集", "?")], facts);
        }

        if (actor.Role != Role.SourceDepartment || actor.Organisation != set.Provider)
        {
            return domain.Refuse("data.classify", actor.Name, [Refusals.NotThisRole("classify the data set", "对该数据集分类分级", "the data set's provider", "该数据集的提供部门")], facts);
        }

        var (read, faults) = ClassificationStatement.FromUntrusted(file);
        if (read is null)
        {
            return domain.Refuse("data.classify", actor.Name, faults, facts);
        }

        // A paper without its kind, or the other way round, is no evidence.
        var given = kind != UpgradeEvidence.None && evidence is { Length: > 0 } ? kind : UpgradeEvidence.None;
        if (Check(domain.Registry.Find<Classification>(id), read, given) is { IsPermitted: false } denied)
        {
            return domain.Refuse("data.classify", actor.Name, denied.Refusals, facts);
        }

        if (read.ReviewBy <= domain.Today || read.ReviewBy > domain.Today.AddYears(5))
        {
            return domain.Refuse("data.classify", actor.Name, [Refusals.Form("day of review (after today, within five years)", "复审日期（晚于今日且不超过五年）")], facts);
        }

        using var staged = given == UpgradeEvidence.None ? null : await domain.SealAsync("classification", KeyScope.Domain, KeyId, actor.Name, evidence!, cancel).ConfigureAwait(false);
        var change = new ClassificationChange(
            read.Category, read.Classes, read.Attributes, given, staged?.Commit(), staged is null ? null : Convert.ToHexStringLower(domain.Keys.Suite.Hash(evidence!)), actor.Name, domain.Time.GetUtcNow());
        facts["sharing"] = read.Attributes.Sharing.ToString();
        facts["openness"] = read.Attributes.Openness.ToString();
        facts["classes"] = string.Join(' ', read.Classes.Select(DataClassWords.Id));
        facts["evidence"] = given.ToString();
        domain.Commit(new("data.classified", actor.Name, facts), writer =>
        {
            var before = writer.Find<Classification>(id);
            if (Check(before, read, given) is { IsPermitted: false } late)
            {
                throw new RefusedException([.. late.Refusals]);
            }

            facts["before"] = before is null ? "none" : $"{before.Now.Attributes.Sharing} {before.Now.Attributes.Openness}";
            var after = new Classification(id, read.ReviewBy, [.. before?.Changes ?? [], change]);
            writer.Put(after);
        });
        return Show(domain, id);
    }

    public static Answer Show(OpenDomain domain, string id)
    {
        if (!Names.Valid(id) || domain.Registry.Find<Classification>(id) is not { } known)
        {
            throw new RefusedException(Refusals.Missing("classification", "分类分级", Names.Valid(id) ? id : "?"));
        }

        var barred = BarredClasses.Check(domain.Procedures, id, known.BarredBy, null);
        return Answer.Of(
            new JsonObject
            {
                ["data_set"] = id,
                ["review_by"] = IsoDay.Word(known.ReviewBy),
                ["may_be_authorised"] = barred.IsPermitted,
                ["history"] = new JsonArray([.. known.Changes.Select(change => (JsonNode)new JsonObject
                {
                    ["category"] = change.Category,
                    ["classes"] = new JsonArray([.. change.Classes.Select(item => (JsonNode)DataClassWords.Id(item)!)]),
                    ["sharing"] = Word(change.Attributes.Sharing),
                    ["openness"] = Word(change.Attributes.Openness),
                    ["evidence"] = change.EvidenceKind == UpgradeEvidence.None ? null : Word(change.EvidenceKind),
                    ["digest"] = change.Digest,
                    ["person"] = change.Person,
                    ["at"] = change.At.ToString("O", CultureInfo.InvariantCulture),
                })]),
            },
            console =>
            {
                foreach (var change in known.Changes)
                {
                    console.WriteLine($"{change.At:yyyy-MM-dd HH:mm} {change.Person}: {change.Category}; sharing 共享 {Word(change.Attributes.Sharing)}; openness 开放 {Word(change.Attributes.Openness)}; classes {string.Join(", ", change.Classes.Select(DataClassWords.Chinese).DefaultIfEmpty("–"))}{(change.EvidenceKind == UpgradeEvidence.None ? "" : $"; evidence {Word(change.EvidenceKind)}")}");
                }

                console.WriteLine(barred.IsPermitted ? "It may be authorised. 可授权运营。" : "It may not be authorised. 不得授权运营。");
            });
    }

    private static Decision Check(Classification? before, ClassificationStatement after, UpgradeEvidence evidence) => AttributeRules.Check(before?.Now.Attributes, after.Attributes, evidence);

    internal static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
