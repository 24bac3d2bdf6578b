using System.Text.Json.Nodes;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.Classifications;
using Sandbox.Host.DataSets;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Host.People;
using Sandbox.Host.Tenancy;
using Sandbox.Policy;
using Sandbox.Policy.Catalogues;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Catalogues;

/// <summary>Source departments publish entries; everybody searches them and sees which data sets have none, or no registration record.</summary>
internal static class KeepCatalogue
{
    public static Answer Publish(OpenDomain domain, Actor actor, byte[] json, Sight? sight = null)
    {
        var (file, faults) = CatalogueFile.FromUntrusted(json);
        if (file is null)
        {
            return domain.Refuse("catalogue.publish", actor.Name, faults);
        }

        var refusals = Check(domain, actor, file, sight ?? Sight.Everything);
        if (refusals.Count > 0)
        {
            return domain.Refuse("catalogue.publish", actor.Name, refusals, new Facts { ["entry"] = file.Entry });
        }

        var revision = 0;
        var facts = new Facts
        {
            ["entry"] = file.Entry,
            ["organisation"] = actor.Organisation,
            ["operation"] = file.Operation ? 1 : 0,
            ["registered"] = file.Registration is null ? 0 : 1,
            ["open"] = file.Open is null ? 0 : 1,
            ["rule"] = "YN23-13-1",
            ["digest"] = Convert.ToHexStringLower(domain.Keys.Suite.Hash(json)),
        };
        domain.Commit(new("catalogue.published", actor.Name, facts), writer =>
        {
            var before = writer.Find<CatalogueEntry>(file.Entry);
            revision = (before?.Revision ?? 0) + 1;
            var entry = new CatalogueEntry(file.Entry, actor.Organisation, file.DataSet, file.Operation, file.Registration, file.RequirementsOnUse, file.Resource, file.Open, revision, domain.Time.GetUtcNow());
            facts["revision"] = revision;
            if (before is not null && before.Supplier != actor.Organisation)
            {
                throw new RefusedException(Refusals.Taken("entry", "目录条目", file.Entry));
            }

            writer.Put(entry);
        });
        return Answer.Of(new JsonObject { ["entry"] = file.Entry, ["revision"] = revision }, $"Entry '{file.Entry}' is published (revision {revision}). 目录条目“{file.Entry}”已发布。");
    }

    /// <param name="search">Words that an entry must hold in its name or fields; null for all.</param>
    /// <param name="unregistered">Only what lacks a registration record, data sets without an entry among them (YN25 18). Releases that are registered as no product are listed always.</param>
    public static Answer List(OpenDomain domain, string? search, bool unregistered, Sight sight)
    {
        var published = CatalogueEntry.Published(domain).Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
        var all = domain.Registry.All<CatalogueEntry>()
            .Where(entry => search is null || entry.Resource.Values.Concat(entry.Open?.Values ?? []).Append(entry.Id).Any(text => text.Contains(search, StringComparison.OrdinalIgnoreCase)))
            .Where(entry => !unregistered || entry.Registration is null)
            .ToArray();
        var catalogued = domain.Registry.All<CatalogueEntry>().Select(entry => entry.DataSet).ToHashSet();
        var without = domain.Registry.All<DataSet>().Where(set => !catalogued.Contains(set.Id) && sight.Sees(set)).Select(set => set.Id).ToArray();
        var products = domain.Registry.All<Case>().Where(item => item is { CaseKind: "product", Drill: false }).Select(item => item.Text("release")).ToHashSet();
        var releases = domain.Registry.All<Release>().Where(release => release.RevokedAt is null && !products.Contains(release.Id) && sight.Sees(release)).Select(release => release.Id).ToArray();
        return Answer.Of(
            new JsonObject
            {
                ["entries"] = new JsonArray([.. all.Select(entry => (JsonNode)new JsonObject
                {
                    ["entry"] = entry.Id,
                    ["supplier"] = entry.Supplier,
                    ["data_set"] = entry.DataSet,
                    ["operation"] = entry.Operation,
                    ["registration"] = entry.Registration,
                    ["published"] = published.Contains(entry.Id),
                    ["revision"] = entry.Revision,
                    ["requirements_on_use"] = entry.RequirementsOnUse,
                    ["resource"] = Fields(entry.Resource),
                    ["open"] = entry.Open is null ? null : Fields(entry.Open),
                })]),
                ["without_entry"] = new JsonArray([.. without.Select(id => (JsonNode)id)]),
                ["releases_without_product"] = new JsonArray([.. releases.Select(id => (JsonNode)id)]),
            },
            console =>
            {
                var table = new Table().AddColumns("entry 条目", "supplier 提供部门", "content 内容", "data set 数据集", "operation 授权运营", "registration 登记");
                foreach (var entry in all)
                {
                    table.AddRow(
                        entry.Id, entry.Supplier, Markup.Escape(entry.Resource["shared_content"]), entry.DataSet ?? "–", published.Contains(entry.Id) ? entry.Operation ? "open 开放" : "no 否" : "sent back 已退回",
                        Markup.Escape(entry.Registration ?? "missing 缺"));
                }

                console.Write(table);
                foreach (var id in without)
                {
                    console.WriteLine($"{id}: no entry and no registration record 无目录条目及登记记录");
                }

                foreach (var id in releases)
                {
                    console.WriteLine($"release {id}: registered as no product (case open product) 已出域结果未作为产品登记");
                }
            });
    }

    private static List<Refusal> Check(OpenDomain domain, Actor actor, CatalogueFile file, Sight sight)
    {
        var refusals = new List<Refusal>();
        if (actor.Role != Role.SourceDepartment)
        {
            refusals.Add(Refusals.NotThisRole("publish catalogue entries", "发布目录条目", "a source department", "数源部门"));
        }

        if (file.Resource["supplying_department"] != actor.Organisation)
        {
            refusals.Add(AtOdds("$.resource.supplying_department", "the organisation that publishes", "发布单位"));
        }

        if (file.DataSet is { } id)
        {
            if (!Names.Valid(id) || domain.Registry.Find<DataSet>(id) is not { } set || !sight.Sees(set))
            {
                refusals.Add(Refusals.Missing("data set", "数据集", "?"));
            }
            else if (set.Provider != actor.Organisation)
            {
                refusals.Add(AtOdds("$.data_set", "a data set of the organisation that publishes", "发布单位的数据集"));
            }
            else if (domain.Registry.Find<Classification>(id) is { } known)
            {
                if (file.Resource["sharing_attribute"] != ClassifyData.Word(known.Now.Attributes.Sharing))
                {
                    refusals.Add(AtOdds("$.resource.sharing_attribute", "the data set's classification", "数据集的分类分级"));
                }

                if (file.Resource["openness_attribute"] != ClassifyData.Word(known.Now.Attributes.Openness))
                {
                    refusals.Add(AtOdds("$.resource.openness_attribute", "the data set's classification", "数据集的分类分级"));
                }
            }
        }

        return refusals;
    }

    private static Refusal AtOdds(string path, string what, string whatZh) => new(
        "YN23-13-1",
        $"The catalogue entry is at odds with {what} at {path}.",
        "Correct the entry; nothing was published.",
        $"目录条目的 {path} 与{whatZh}不符。",
        "请修正条目；未予发布。");

    private static JsonObject Fields(IReadOnlyDictionary<string, string> fields) => new(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)field.Value)));
}
