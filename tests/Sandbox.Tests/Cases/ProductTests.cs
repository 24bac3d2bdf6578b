using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Catalogues;
using Sandbox.Host.DataSets;
using Sandbox.Host.Disclosure;
using Sandbox.Host.Exports;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Host.Tests.Cases;

/// <summary>Products are made from releases, in forms of the profile, reviewed point by point, filed, and only then offered.</summary>
public sealed class ProductTests(CaseCity city) : IClassFixture<CaseCity>
{
    private const string Terms = """{"price_class":"conditional_paid","pricing_basis":"cost of making, assessed in May","scenario":"buses","scope":"planning of lines","way_of_use":"a table each month"}""";

    private static readonly string Review = CaseCity.Points("purpose_and_scope", "sources_and_lawfulness", "raw_or_sensitive_data", "personal_information_and_secrets", "cross_border", "other_risks");

    private static string Product(string form, string more = "", string release = "people") => $$"""{"release":"{{release}}","form":"{{form}}","content":"people by city"{{more}}}""";

    [Fact]
    [Requirement("CC-4-4", "changchun", "futian", "yunnan-2025", "yunnan-2023", "changchun-trading")]
    public async Task A_product_has_a_form_that_the_profile_lists_or_a_reason_why_not()
    {
        city.Now = null;
        foreach (var profile in new[] { "changchun", "futian", "yunnan-2025", "yunnan-2023", "changchun-trading" })
        {
            city.Under(profile);
            var forms = Profile.Load(profile).OrThrow().ProductForms.Value;
            Assert.True(forms.Count >= 2);
            foreach (var (at, form) in forms.Index())
            {
                CaseCity.Body(await city.OpenAsync("li", "product", $"{profile}-{at}", Product(form)));
            }

            CaseCity.Refused(await city.OpenAsync("li", "product", $"{profile}-none", CaseCity.Without(Product("x"), "form")), "CC-4-4", "$.form");
            CaseCity.Refused(await city.OpenAsync("li", "product", $"{profile}-odd", Product("poem")), "CC-4-4", "$.form");
            CaseCity.Refused(await city.OpenAsync("li", "product", $"{profile}-odd", Product("poem", ""","justification":" " """)), "CC-4-4", "$.form");
            CaseCity.Body(await city.OpenAsync("li", "product", $"{profile}-odd", Product("poem", ""","justification":"asked for by the culture bureau" """)));
        }

        // What is a form in Futian is none in Changchun.
        city.Under("changchun");
        CaseCity.Refused(await city.OpenAsync("li", "product", "a-dataset", Product("dataset")), "CC-4-4");
    }

    [Fact]
    [Requirement("FT-21-1", "futian")]
    [Requirement("FT-22-1", "futian")]
    [Requirement("YN25-22-1")]
    [Requirement("YN25-7-1")]
    [Requirement("YN25-32-1")]
    public async Task A_product_is_offered_after_review_and_filing_and_a_change_waits_for_its_own_filing()
    {
        city.Now = null;
        city.Under("futian");
        const string Exchange = """{"outlet_kind":"exchange","outlet":"Shenzhen Data Exchange"}""";
        CaseCity.Refused(await city.OpenAsync("li", "product", "bus", Product("report", release: "nothing")), "FT-22-1", "$.release");
        CaseCity.Refused(await city.OpenAsync("ma", "product", "bus", Product("report")), "FT-22-1", "$.release");
        CaseCity.Refused(await city.OpenAsync("qian", "product", "bus", Product("report")), "FT-21-1");
        CaseCity.Body(await city.OpenAsync("li", "product", "bus", Product("report")));
        CaseCity.Refused(await city.StepAsync("li", "bus", "offer", Exchange), "FT-22-1");
        CaseCity.Refused(await city.StepAsync("li", "bus", "file", Terms), "FT-21-1");

        // The six points, each answered, by somebody of another house who may approve exports.
        CaseCity.Refused(await city.StepAsync("li", "bus", "review", Review), "YN25-22-1");
        CaseCity.Refused(await city.StepAsync("ma", "bus", "review", Review), "YN25-22-1");
        foreach (var point in JsonNode.Parse(Review)!.AsObject().Select(item => item.Key).ToArray())
        {
            CaseCity.Refused(await city.StepAsync("qian", "bus", "review", CaseCity.Without(Review, point)), "YN25-22-1", "$." + point);
        }

        Assert.Equal("reviewed", await city.DoneAsync("qian", "bus", "review", Review));
        CaseCity.Refused(await city.StepAsync("li", "bus", "offer", Exchange), "FT-22-1");
        foreach (var term in new[] { "pricing_basis", "scenario", "scope", "way_of_use", "price_class" })
        {
            CaseCity.Refused(await city.StepAsync("li", "bus", "file", CaseCity.Without(Terms, term)), "FT-21-1", "$." + term);
        }

        Assert.Equal("filing", await city.DoneAsync("li", "bus", "file", Terms));
        CaseCity.Refused(await city.StepAsync("li", "bus", "offer", Exchange), "FT-22-1");
        CaseCity.Refused(await city.StepAsync("li", "bus", "receive", """{"filing_number":"ft-17"}"""), "FT-21-1");
        Assert.Null(city.Show("li", "bus")["terms_in_force"]);
        Assert.Equal("filed", await city.DoneAsync("zhao", "bus", "receive", """{"filing_number":"ft-17"}"""));
        Assert.Null(Published("bus"));
        CaseCity.Refused(await city.StepAsync("li", "bus", "offer", """{"outlet_kind":"exchange"}"""), "FT-22-1", "$.outlet");
        Assert.Equal("offered", await city.DoneAsync("li", "bus", "offer", Exchange));

        // Everybody may know of it, and of nothing in it.
        var published = Published("bus")!;
        Assert.Equal(("city-data-company", "report", "people by city", "planning of lines", "a table each month"), (published["organisation"]!.ToString(), published["form"]!.ToString(), published["content"]!.ToString(), published["scope"]!.ToString(), published["way_of_use"]!.ToString()));
        var all = CaseCity.Body(PublicDisclosure.Show(city.Domain, null));
        Assert.Equal(1, all["use"]!["releases"]!.GetValue<long>());
        Assert.DoesNotContain("\"li\"", all.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("cost of making", all.ToJsonString(), StringComparison.Ordinal);

        // The offer stands with its outlet, beside the entry of the review.
        var shown = city.Show("zhao", "bus");
        var steps = shown["steps"]!.AsArray().ToDictionary(step => step!["command"]!.GetValue<string>());
        Assert.Equal("Shenzhen Data Exchange", steps["offer"]!["content"]!["outlet"]!.GetValue<string>());
        Assert.True(steps["review"]!["ledger_entry"]!.GetValue<long>() > 0);
        Assert.Equal(6, steps["review"]!["content"]!.AsObject().Count);
        Assert.All(steps.Values, step => Assert.True(step!["signed"]!.GetValue<bool>()));

        // A change counts once it was filed.
        Assert.Equal("changing", await city.DoneAsync("li", "bus", "change", Terms.Replace("planning of lines", "planning of lines and stops", StringComparison.Ordinal)));
        Assert.Equal("planning of lines", city.Show("li", "bus")["terms_in_force"]!["scope"]!.GetValue<string>());
        Assert.Equal("planning of lines and stops", city.Show("li", "bus")["terms_proposed"]!["scope"]!.GetValue<string>());
        CaseCity.Refused(await city.StepAsync("li", "bus", "offer", Exchange), "FT-22-1");
        Assert.Null(Published("bus"));
        await city.DoneAsync("zhao", "bus", "receive", """{"filing_number":"ft-18"}""");
        Assert.Equal("planning of lines and stops", city.Show("li", "bus")["terms_in_force"]!["scope"]!.GetValue<string>());
        Assert.Equal("offered", await city.DoneAsync("li", "bus", "offer", Exchange));
        Assert.Equal("planning of lines and stops", Published("bus")!["scope"]!.GetValue<string>());
        await city.DoneAsync("li", "bus", "withdraw", """{"grounds":"replaced"}""");
        Assert.Null(Published("bus"));
        CaseCity.Refused(await city.StepAsync("li", "bus", "offer", Exchange), "FT-22-1");

        // A release that was called back is offered no more, however far its product had come.
        await city.ReleaseAsync("means", CaseCity.People + """,{"name":"income","kind":"mean","column":"income","digits":6}""");
        CaseCity.Body(await city.OpenAsync("li", "product", "late", Product("report", release: "means")));
        await city.DoneAsync("qian", "late", "review", Review);
        await city.DoneAsync("li", "late", "file", Terms);
        await city.DoneAsync("zhao", "late", "receive", """{"filing_number":"ft-19"}""");
        using (var zhao = city.As("zhao"))
        {
            CaseCity.Body(CloseExport.Revoke(city.Domain, zhao, "means"));
        }

        CaseCity.Refused(await city.StepAsync("li", "late", "offer", Exchange), "FT-22-1", "called back");
    }

    /// <summary>A product as everybody is told of it; null where it is not.</summary>
    private JsonObject? Published(string id) => CaseCity.Body(PublicDisclosure.Show(city.Domain, null))["products"]!.AsArray().Select(item => item!.AsObject()).SingleOrDefault(item => item["product"]!.GetValue<string>() == id);

    [Fact]
    [Requirement("YN25-22-1", "yunnan-2025")]
    [Requirement("YN25-18-1", "yunnan-2025")]
    public async Task In_Yunnan_the_operating_unit_answers_six_points_on_a_developers_product_and_one_no_ends_it()
    {
        city.Now = null;
        city.Under("yunnan-2025");
        CaseCity.Body(await city.OpenAsync("dev", "product", "yn-good", Product("data report", ""","justification":"as the draft words it" """)));
        CaseCity.Body(await city.OpenAsync("dev", "product", "yn-bad", Product("data report", ""","justification":"as the draft words it" """)));
        CaseCity.Refused(await city.StepAsync("qian", "yn-good", "review", Review), "YN25-22-1");
        Assert.Equal("reviewed", await city.DoneAsync("ma", "yn-good", "review", Review));
        var no = JsonNode.Parse(Review)!;
        no["cross_border"]!["holds"] = false;
        Assert.Equal("rejected", await city.DoneAsync("ma", "yn-bad", "review", no.ToJsonString()));
        CaseCity.Refused(await city.StepAsync("dev", "yn-bad", "file", Terms), "FT-21-1");
        CaseCity.Refused(await city.StepAsync("ma", "yn-bad", "review", Review), "YN25-22-1");
        var answers = city.Show("dev", "yn-bad")["steps"]!.AsArray()[1]!["content"]!.AsObject();
        Assert.Equal(6, answers.Count);
        Assert.False(answers["cross_border"]!["holds"]!.GetValue<bool>());

        // What was released and loaded before anybody kept records is listed until it has one.
        string[] Listed(string list) => [.. CaseCity.Body(KeepCatalogue.List(city.Domain, null, unregistered: true, Host.Tenancy.Sight.Everything))[list]!.AsArray().Select(item => item!.GetValue<string>())];
        city.Under("futian");
        await city.ReleaseAsync("older", CaseCity.People);
        city.Under("yunnan-2025");
        Assert.Contains("register", Listed("without_entry"));
        Assert.Contains("older", Listed("releases_without_product"));
        CaseCity.Body(await city.OpenAsync("dev", "product", "yn-older", Product("data report", ""","justification":"as the draft words it" """, "older")));
        Assert.DoesNotContain("older", Listed("releases_without_product"));
        CaseCity.Refused(await city.StepAsync("dev", "yn-older", "offer", """{"outlet_kind":"exchange","outlet":"Kunming"}"""), "FT-22-1");
    }

    [Fact]
    [Requirement("YN23-40-1", "yunnan-2023")]
    public async Task A_release_names_every_source_with_its_day_of_acquisition_and_without_one_it_is_none()
    {
        city.Now = null;
        city.Under("yunnan-2023", "changchun:training", "futian:approvers");
        var released = await city.ReleaseAsync("sources", CaseCity.People);
        var package = released["package"]!.GetValue<string>();
        var key = Path.Combine(city.Root, "domain.pub");
        SandboxProgram.Json("verify", package, "--key", key).Ends(Ran.Done);
        var manifest = Manifest(package);
        var sets = manifest["payload"]!["data_sets"]!.AsArray();
        var register = city.Domain.Registry.Find<DataSet>("register")!;
        var named = Assert.Single(sets)!;
        Assert.Equal(("register", register.Provider, register.Source, register.AcquiredOn.ToString("yyyy-MM-dd", null)), (named["id"]!.GetValue<string>(), named["provider"]!.GetValue<string>(), named["source"]!.GetValue<string>(), named["acquired"]!.GetValue<string>()));

        // Another source in its place, or none, and it is no release any more.
        foreach (var (from, to) in new[] { ("\"source\":\"civil affairs\"", "\"source\":\"civil affair5\""), ("\"acquired\":\"2", "\"acquired\":\"1"), ("\"data_sets\":[", "\"data_setz\":[") })
        {
            var bytes = File.ReadAllBytes(package);
            var at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(from));
            Assert.True(at > 0, from);
            Encoding.UTF8.GetBytes(to).CopyTo(bytes, at);
            File.WriteAllBytes(package + ".cut", bytes);
            SandboxProgram.Json("verify", package + ".cut", "--key", key).Ends(Ran.Refused);
        }
    }

    [Fact]
    [Requirement("YN25-22-2")]
    public async Task Delivery_abroad_waits_for_a_legal_basis_on_record()
    {
        city.Now = null;
        city.Under("futian");
        async Task<Answer> AskAsync(string name, string country, string basis)
        {
            using var li = city.As("li");
            var spec = AttackDomain.Spec(name, AttackDomain.Table(CaseCity.People)).Replace("\"country\":\"CN\"", $"\"country\":\"{country}\"{basis}", StringComparison.Ordinal);
            return await RequestExport.RunAsync(city.Domain, li, ExportSpec.FromUntrusted(Encoding.UTF8.GetBytes(spec)), default);
        }

        CaseCity.Refused(await AskAsync("abroad", "SG", ""), "YN25-22-2");
        CaseCity.Body(await AskAsync("at-home", "CN", ""));
        CaseCity.Body(await AskAsync("abroad-with-basis", "SG", ",\"cross_border_basis\":\"security assessment 2026-4\""));
        Assert.Equal("security assessment 2026-4", city.Domain.Registry.Find<ExportRequest>("abroad-with-basis")!.Spec.Recipient.CrossBorderBasis);
    }

    private static JsonNode Manifest(string package)
    {
        using var reader = new TarReader(new MemoryStream(File.ReadAllBytes(package)));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.Name == "manifest.json")
            {
                return JsonNode.Parse(entry.DataStream!)!;
            }
        }

        throw new InvalidOperationException("The package has no manifest.");
    }
}
