using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Host.Agreements;
using Sandbox.Host.Answers;
using Sandbox.Host.Audits;
using Sandbox.Host.Cases;
using Sandbox.Host.Domains;
using Sandbox.Host.Exports;
using Sandbox.Policy.Cases;
using Spectre.Console;

namespace Sandbox.Host.Disclosure;

/// <summary>
/// What everybody may know (YN25 11(6), 32): whom the implementing body authorised, for what content, scope and term; which products and services are offered; how public
/// data were used, in totals of a year. Names of organisations and of things, no persons and no figure of any table.
/// </summary>
public static class PublicDisclosure
{
    /// <summary>Entries that are counted as use, with the words for it.</summary>
    private static readonly (string Kind, string Name)[] Uses = [("query.answered", "questions"), ("run.finished", "runs"), ("round.summed", "encrypted_sums"), ("export.released", "releases")];

    /// <param name="year">Year of the totals; null for this one.</param>
    public static Answer Show(OpenDomain domain, int? year)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var today = domain.Today;
        if (year is { } asked && (asked < 2000 || asked > today.Year))
        {
            return new Answer.Misused("--year is a year that has begun. --year 须为已开始的年份。");
        }

        var agreements = domain.Registry.All<Agreement>().Where(paper => paper.Counts(today)).ToArray();
        var products = Products(domain);
        var period = AuditPeriod.OfYear(new DateOnly(year ?? today.Year, 1, 1));
        var figures = AuditFigures.Count(domain, [period])[period.Name];
        var body = new JsonObject
        {
            ["domain"] = domain.Record.Name,
            ["as_of"] = IsoDay.Word(today),
            ["agreements"] = new JsonArray([.. agreements.Select(paper => (JsonNode)new JsonObject
            {
                ["agreement"] = paper.Id,
                ["form"] = paper.Form,
                ["object"] = new JsonObject(paper.Parties.Select(party => KeyValuePair.Create(party.Key, (JsonNode?)new JsonArray([.. party.Value.Select(name => (JsonNode)name)])))),
                ["content"] = new JsonArray([.. paper.DataSets.Select(name => (JsonNode)name)]),
                ["scope"] = new JsonArray([.. paper.Ways.Concat(paper.Clauses.TryGetValue("scope", out var scope) ? [scope] : []).Select(words => (JsonNode)words)]),
                ["from"] = IsoDay.Word(paper.From),
                ["until"] = IsoDay.Word(paper.Until),
            })]),
            ["products"] = new JsonArray([.. products.Select(product => (JsonNode)product)]),
            ["use"] = new JsonObject(Uses.Select(use => KeyValuePair.Create(use.Name, (JsonNode?)JsonValue.Create(figures.Of(use.Kind))))) { ["year"] = period.Name },
        };
        return Answer.Of(body, console =>
        {
            var table = new Table { Title = new("agreements in force 有效协议") }.AddColumns("agreement", "of", "content", "term");
            foreach (var paper in agreements)
            {
                table.AddRow(paper.Id, Markup.Escape(string.Join(", ", paper.Parties.SelectMany(party => party.Value))), Markup.Escape(string.Join(", ", paper.DataSets)), $"{IsoDay.Word(paper.From)} – {IsoDay.Word(paper.Until)}");
            }

            console.Write(table);
            foreach (var product in products)
            {
                console.WriteLine($"{product["product"]}: {product["form"]}, {product["content"]} ({product["organisation"]})");
            }

            console.WriteLine(string.Join(", ", Uses.Select(use => string.Create(CultureInfo.InvariantCulture, $"{use.Name.Replace('_', ' ')} {figures.Of(use.Kind)}"))) + $" in {period.Name}");
        });
    }

    /// <summary>Products that are offered now; one that was withdrawn, or whose release was called back, is none.</summary>
    private static JsonObject[] Products(OpenDomain domain)
    {
        var standing = domain.Registry.All<Release>().Where(release => release.RevokedAt is null).Select(release => release.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. domain.Registry.All<Case>()
                .Where(item => item is { CaseKind: "product", Drill: false, State: "offered" } && item.Text("release") is { } release && standing.Contains(release))
                .Select(item =>
                {
                    var (terms, _) = ShowCase.Terms(CaseForms.Find(item.CaseKind)!, item);
                    string? Term(string name) => terms is { } now && now.TryGetProperty(name, out var value) ? value.GetString() : null;
                    return new JsonObject
                    {
                        ["product"] = item.Id, ["organisation"] = item.Organisation, ["form"] = item.Text("form"), ["content"] = item.Text("content"), ["scope"] = Term("scope"), ["way_of_use"] = Term("way_of_use"),
                        ["price_class"] = Term("price_class"), ["scenario"] = Term("scenario"),
                    };
                }),
        ];
    }
}
