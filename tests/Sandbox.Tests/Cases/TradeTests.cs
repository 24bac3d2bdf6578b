using System.Globalization;
using System.Text.Json.Nodes;
using Sandbox.Fixtures;
using Sandbox.Host.Answers;
using Sandbox.Host.Cases;
using Sandbox.Host.Supervision;
using Sandbox.Host.Tests.Attacks;
using Sandbox.Host.Zones;
using Sandbox.Policy;
using Sandbox.Policy.Profiles;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Host.Tests.Cases;

/// <summary>Goods are registered once and described honestly, a trade takes its eight steps in order, and its papers stay.</summary>
public sealed class TradeTests(CaseCity city) : IClassFixture<CaseCity>
{
    private const string Goods = """
        {"product":"PRODUCT","barred":[],"personal_data":"none","personal_data_basis":"sums of groups of ten and more","source":"civil affairs","content":"people by city","ownership":"right to operate the product",
        "scope_of_use":"planning","description":"one row a city","sample":"city a: 300"}
        """;

    private const string Contract = """
        {"content":"people by city","scope_of_use":"planning","price":"1200.00 a year","way_of_trading":"by order","term_of_use":"one year","quality_of_delivery":"complete to the month","way_of_delivery":"a package",
        "security_responsibility":"each for its own systems","confidentiality":"nothing is passed on"}
        """;

    private const string Parties = """{"seller":"li","buyer":"lin","seller_registration":"merchant certificate 4","buyer_review":"review 9 passed"}""";

    private static readonly string Assessment = CaseCity.Points("security", "compliance", "description_honest", "personal_data_cleared");

    [Fact]
    [Requirement("CT-17-1", "changchun-trading")]
    [Requirement("CT-14-1", "changchun-trading")]
    public async Task Goods_are_listed_once_assessed_described_in_six_ways_and_never_of_a_barred_class()
    {
        await TradingAsync();
        await ProductAsync("goods-product");
        var goods = Goods.Replace("PRODUCT", "goods-product", StringComparison.Ordinal);
        foreach (var element in new[] { "source", "content", "ownership", "scope_of_use", "description", "sample" })
        {
            CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", CaseCity.Without(goods, element)), "CT-17-1", "$." + element);
        }

        // Each of the five barred groups, and a group that is none.
        var barred = Profile.Load("changchun-trading").OrThrow().NeverAuthorised.Value;
        Assert.Equal(5, barred.Count);
        foreach (var group in barred)
        {
            CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", goods.Replace("[]", $"[\"{group}\"]", StringComparison.Ordinal)), "CT-14-1", group);
        }

        CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", goods.Replace("[]", "[\"nothing bad\"]", StringComparison.Ordinal)), "CT-14-1", "$.barred");
        CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", CaseCity.Without(goods, "barred")), "CT-14-1", "$.barred");

        // Personal data without leave and not anonymous are no choice at all; what is claimed is assessed.
        CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", goods.Replace("\"none\"", "\"some\"", StringComparison.Ordinal)), "CT-14-1", "$.personal_data");
        CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", CaseCity.Without(goods, "personal_data_basis")), "CT-14-1", "$.personal_data_basis");

        // An unfiled product is no goods.
        await ProductAsync("raw-product", file: false);
        CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods", Goods.Replace("PRODUCT", "raw-product", StringComparison.Ordinal)), "FT-22-1", "$.product");

        CaseCity.Body(await city.OpenAsync("li", "trade-object", "goods", goods));
        CaseCity.Refused(await city.OpenAsync("li", "trade-object", "goods-again", goods), "CT-17-1", "already registered");
        CaseCity.Body(await city.OpenAsync("zhao", "trade", "early", Parties));
        CaseCity.Refused(await city.StepAsync("zhao", "early", "register-object", """{"object":"goods"}"""), "CT-17-1", "proposed");
        CaseCity.Refused(await city.StepAsync("li", "goods", "assess", Assessment), "CT-17-1");
        CaseCity.Refused(await city.StepAsync("sun", "goods", "assess", CaseCity.Without(Assessment, "security")), "CT-17-1", "$.security");
        CaseCity.Refused(await city.StepAsync("sun", "goods", "assess", CaseCity.Without(Assessment, "personal_data_cleared")), "CT-14-1", "$.personal_data_cleared");
        Assert.Equal("registered", await city.DoneAsync("sun", "goods", "assess", Assessment));

        // A buyer states need and purpose.
        await city.DoneAsync("zhao", "early", "register-object", """{"object":"goods"}""");
        CaseCity.Refused(await city.StepAsync("lin", "early", "request", """{"need":"figures"}"""), "CT-17-1", "$.purpose");
        Assert.Equal("requested", await city.DoneAsync("lin", "early", "request", """{"need":"figures","purpose":"lines at night"}"""));

        // One no of an assessor, and they are not registered.
        await ProductAsync("bad-product");
        CaseCity.Body(await city.OpenAsync("li", "trade-object", "bad", Goods.Replace("PRODUCT", "bad-product", StringComparison.Ordinal)));
        Assert.Equal("refused", await city.DoneAsync("sun", "bad", "assess", Assessment.Replace("\"personal_data_cleared\":{\"holds\":true", "\"personal_data_cleared\":{\"holds\":false", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("CT-15-1", "changchun-trading")]
    [Requirement("CT-24-1", "changchun-trading")]
    [Requirement("CT-25-1", "changchun-trading")]
    public async Task A_trade_takes_eight_steps_in_order_and_its_papers_stay_twenty_years()
    {
        await TradingAsync();
        await ProductAsync("deal-product");
        CaseCity.Body(await city.OpenAsync("li", "trade-object", "deal-goods", Goods.Replace("PRODUCT", "deal-product", StringComparison.Ordinal)));
        await city.DoneAsync("zhao", "deal-goods", "assess", Assessment);
        const string Yes = """{"holds":true,"words":"in order"}""";
        (string Who, string Command, string Json, string? Paper)[] steps =
        [
            ("zhao", "register-object", """{"object":"deal-goods"}""", null),
            ("lin", "request", """{"need":"figures","purpose":"lines at night"}""", null),
            ("lin", "order", """{"terms":"each month","price":"1200.00"}""", null),
            ("zhao", "check-order", $$"""{"order_in_order":{{Yes}}}""", null),
            ("li", "contract", Contract, "the signed contract"),
            ("zhao", "check-contract", $$"""{"contract_in_order":{{Yes}}}""", null),
            ("li", "deliver", """{"proof_of_delivery":"package of June"}""", "the buyer's note"),
            ("lin", "settle", """{"institution":"City bank","reference":"transfer 88","amount":"1200.00"}""", null),
            ("zhao", "file", """{"file_number":"file-4"}""", null),
        ];
        CaseCity.Refused(await city.OpenAsync("li", "trade", "deal", Parties), "CT-15-1");
        CaseCity.Body(await city.OpenAsync("zhao", "trade", "deal", Parties));
        foreach (var (at, (who, command, json, paper)) in steps.Index())
        {
            // No later step can be taken first, whoever takes it with whatever papers.
            foreach (var later in steps[(at + 1)..])
            {
                CaseCity.Refused(await city.StepAsync(later.Who, "deal", later.Command, later.Json, later.Paper), "CT-15-1");
            }

            if (command == "contract")
            {
                foreach (var clause in JsonNode.Parse(Contract)!.AsObject().Select(item => item.Key).ToArray())
                {
                    CaseCity.Refused(await city.StepAsync(who, "deal", command, CaseCity.Without(Contract, clause), paper), "CT-15-1", "$." + clause);
                }

                CaseCity.Refused(await city.StepAsync(who, "deal", command, json), "CT-15-1", "paper");
                CaseCity.Refused(await city.StepAsync("lin", "deal", command, json, paper), "CT-15-1");
            }

            if (command == "settle")
            {
                CaseCity.Refused(await city.StepAsync(who, "deal", command, CaseCity.Without(json, "reference")), "CT-15-1", "$.reference");
                CaseCity.Refused(await city.StepAsync("zhao", "deal", "file", """{"file_number":"file-4"}"""), "CT-15-1");
            }

            await city.DoneAsync(who, "deal", command, json, paper);
        }

        // Strangers read nothing of it; the parties and the exchange do.
        using (var ma = city.As("ma"))
        {
            CaseCity.Refused(ShowCase.Run(city.Domain, ma, "deal"), "CT-25-1");
        }

        var shown = city.Show("lin", "deal");
        Assert.All(shown["steps"]!.AsArray(), step => Assert.True(step!["signed"]!.GetValue<bool>()));
        var contractAt = shown["steps"]!.AsArray().Single(step => step!["command"]!.GetValue<string>() == "contract")!["step"]!.GetValue<int>();
        using var folder = new TemporaryFolder();
        using (var ma = city.As("ma"))
        {
            CaseCity.Refused(ShowCase.Paper(city.Domain, ma, "deal", contractAt, folder.File("strangers")), "CT-25-1");
            Assert.False(File.Exists(folder.File("strangers")));
        }

        // The exchange reads the papers of the deal and nothing of the data behind the goods.
        foreach (var exchange in new[] { "zhao", "sun" })
        {
            using var actor = city.As(exchange);
            CaseCity.Body(ShowCase.Paper(city.Domain, actor, "deal", contractAt, folder.File(exchange)));
            Assert.Equal("the signed contract", File.ReadAllText(folder.File(exchange)));
            var built = Assert.IsType<Answer.Refused>(await BuildZone.RunAsync(city.Domain, actor, "buses", ZoneKind.Production, exchange + "-zone", null, default));
            Assert.Contains(built.Refusals, refusal => refusal.Rule == "CC-16-1");
        }

        // Moved by a backup onto another machine, all three papers' steps verify and the contract opens.
        var keys = Path.Combine(city.Root, "keys");
        string[] zhaos = ["--as", "zhao", "--person-key", Path.Combine(keys, "zhao.key"), "--key-file", Path.Combine(keys, "master.key")];
        string[] backup = ["--backup-key", folder.File("backup.key"), "--epoch-copy", folder.File("epoch.key")];
        SandboxProgram.Json(["backup", "create", "--out", folder.File("backup.sbx"), .. backup, .. zhaos, "--dir", city.Root]).Ends(Ran.Done);
        SandboxProgram.Json(["backup", "restore", folder.File("backup.sbx"), .. backup, .. zhaos, "--dir", folder.File("moved")]).Ends(Ran.Done);
        SandboxProgram.Json(["case", "paper", "deal", "--step", $"{contractAt}", "--out", folder.File("moved.contract"), .. zhaos, "--dir", folder.File("moved")]).Ends(Ran.Done);
        Assert.Equal("the signed contract", File.ReadAllText(folder.File("moved.contract")));
        var moved = SandboxProgram.Json(["case", "show", "deal", .. zhaos, "--dir", folder.File("moved")]).Ends(Ran.Done).Json["steps"]!.AsArray();
        Assert.All(moved, step => Assert.True(step!["signed"]!.GetValue<bool>()));
        Assert.Equal("transfer 88", moved.Single(step => step!["command"]!.GetValue<string>() == "settle")!["content"]!["reference"]!.GetValue<string>());

        // Nineteen years on nothing of it can go: no verb removes a case, and its entries outlast a profile that would let logs go after six months.
        var filed = DateOnly.FromDateTime(DateTimeOffset.Parse(shown["steps"]!.AsArray()[^1]!["at"]!.GetValue<string>(), CultureInfo.InvariantCulture).UtcDateTime);
        var until = filed.AddYears(20);
        city.Under("changchun-trading", "changchun:training", "futian:approvers", "changchun:retention");
        city.Now = new(filed.AddYears(19).ToDateTime(new TimeOnly(8, 0)), TimeSpan.Zero);
        using var zhao = city.As("zhao");
        AttackDomain.Done(LedgerPeriods.Seal(city.Domain, zhao, filed.AddDays(2)));
        CaseCity.Refused(LedgerPeriods.Expire(city.Domain, zhao), "SB-LEDGER-4", $"{until:yyyy-MM-dd}");
        var taken = CaseCity.Body(ShowCase.Paper(city.Domain, zhao, "deal", contractAt, folder.File("contract")));
        Assert.Equal($"{until:yyyy-MM-dd}", taken["kept_until"]!.GetValue<string>());
        Assert.Equal("the signed contract", File.ReadAllText(folder.File("contract")));
        city.Now = new(until.AddDays(3).ToDateTime(new TimeOnly(8, 0)), TimeSpan.Zero);
        AttackDomain.Done(LedgerPeriods.Expire(city.Domain, zhao));
        city.Now = null;
    }

    [Fact]
    [Requirement("CT-15-1", "changchun-trading")]
    public async Task A_halted_delivery_goes_on_or_ends_only_after_the_supervisor_was_told()
    {
        await TradingAsync();
        await ProductAsync("halt-product");
        CaseCity.Body(await city.OpenAsync("li", "trade-object", "halt-goods", Goods.Replace("PRODUCT", "halt-product", StringComparison.Ordinal)));
        await city.DoneAsync("zhao", "halt-goods", "assess", Assessment);
        CaseCity.Body(await city.OpenAsync("zhao", "trade", "halt", Parties));
        await city.DoneAsync("zhao", "halt", "register-object", """{"object":"halt-goods"}""");
        await city.DoneAsync("lin", "halt", "request", """{"need":"figures","purpose":"lines at night"}""");
        await city.DoneAsync("lin", "halt", "order", """{"terms":"each month","price":"1200"}""");

        // An order or a contract that the exchange finds wanting goes back.
        Assert.Equal("requested", await city.DoneAsync("sun", "halt", "check-order", """{"order_in_order":{"holds":false,"words":"no price for later months"}}"""));
        await city.DoneAsync("lin", "halt", "order", """{"terms":"each month of this year","price":"1200"}""");
        await city.DoneAsync("sun", "halt", "check-order", """{"order_in_order":{"holds":true,"words":"in order"}}""");
        await city.DoneAsync("li", "halt", "contract", Contract, "the signed contract");
        Assert.Equal("negotiated", await city.DoneAsync("sun", "halt", "check-contract", """{"contract_in_order":{"holds":false,"words":"the term is open"}}"""));
        await city.DoneAsync("li", "halt", "contract", Contract, "the signed contract, new");
        await city.DoneAsync("sun", "halt", "check-contract", """{"contract_in_order":{"holds":true,"words":"in order"}}""");

        CaseCity.Refused(await city.StepAsync("li", "halt", "halt", """{"unlawful_act":"x"}"""), "CT-15-1");
        var halted = CaseCity.Body(await city.StepAsync("sun", "halt", "halt", """{"unlawful_act":"rows beside the table"}"""));
        Assert.Equal(["supervisor"], halted["to_be_told"]!.AsArray().Select(item => item!.GetValue<string>()));
        CaseCity.Refused(await city.StepAsync("li", "halt", "deliver", """{"proof_of_delivery":"x"}""", "note"), "CT-15-1");
        CaseCity.Refused(await city.StepAsync("zhao", "halt", "resume", """{"decision":"go on"}"""), "CT-15-1", "supervisor");
        CaseCity.Refused(await city.StepAsync("sun", "halt", "notify", """{"body":"nobody","report":"x"}"""), "CT-15-1", "$.body");
        await city.DoneAsync("sun", "halt", "notify", """{"body":"supervisor","report":"rows were found beside the table"}""");
        Assert.Equal("contracted", await city.DoneAsync("zhao", "halt", "resume", """{"decision":"rows were taken out"}"""));

        // Halted once more, it is told once more.
        await city.DoneAsync("sun", "halt", "halt", """{"unlawful_act":"again"}""");
        CaseCity.Refused(await city.StepAsync("zhao", "halt", "stop", """{"decision":"over"}"""), "CT-15-1", "supervisor");
    }

    private Task TradingAsync()
    {
        city.Now = null;
        city.Under("changchun-trading", "changchun:training", "futian:approvers");
        return Task.CompletedTask;
    }

    private async Task ProductAsync(string name, bool file = true)
    {
        CaseCity.Body(await city.OpenAsync("li", "product", name, """{"release":"people","form":"processed derived product","content":"people by city"}"""));
        if (file)
        {
            await city.DoneAsync("qian", name, "review", CaseCity.Points("purpose_and_scope", "sources_and_lawfulness", "raw_or_sensitive_data", "personal_information_and_secrets", "cross_border", "other_risks"));
            await city.DoneAsync("li", name, "file", """{"price_class":"negotiated","pricing_basis":"cost","scenario":"buses","scope":"planning","way_of_use":"a table"}""");
            await city.DoneAsync("zhao", name, "receive", """{"filing_number":"ct-1"}""");
        }
    }
}
