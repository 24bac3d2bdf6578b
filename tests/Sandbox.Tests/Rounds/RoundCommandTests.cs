using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>Aggregation rounds through the command line: the whole way, and every way in which a party can go wrong.</summary>
public sealed class RoundCommandTests(RoundCity city) : IClassFixture<RoundCity>
{
    private const string Measure = """{"name":"score","unit":"","decimals":1,"minimum":"-100","maximum":"100","squares":true}""";
    private const string SumAndCount = """{"name":"total","kind":"sum","column":"score","digits":15},{"name":"people","kind":"count","column":null,"digits":15}""";

    private static readonly string[] Three = ["east", "south", "west"];

    [Fact]
    public void The_whole_way_ends_in_an_export_and_nothing_opens_twice()
    {
        city.Begin("whole", Three, Rows(60), Measure, "\"a\",\"b\"", groupColumn: "group");
        Assert.Equal("close and sum", city.Call("he", "status", "whole").Json["next"]!.GetValue<string>());
        city.Sum("whole");
        city.As("li", "he", "round", "permit", "whole", "--witness", city.Home("whole.witness")).RefusedBy("CC-27-4");
        city.Permit("whole").Ends(Ran.Done);
        var opened = city.Open("whole").Ends(Ran.Done);
        Assert.Equal((2, 0), (opened.Json["figures"]!.GetValue<int>(), opened.Json["withheld"]!.GetValue<int>()));
        city.Open("whole", ".again").RefusedBy("SB-HE-20");
        city.As("li", "he", "round", "receive", "whole", city.Home("whole.opened")).RefusedBy("CC-27-4");
        city.Receive("whole").Ends(Ran.Done);
        city.Receive("whole").RefusedBy("SB-HE-50");
        city.Permit("whole").RefusedBy("SB-HE-50");

        // 60 rows a county, half of them in each group; the scores are i + 0.5 with alternating sign by row.
        var page = Passed(city.Export("whole-table", "whole", "group", SumAndCount), "whole-table");
        Assert.NotEmpty(page["findings"]!.AsArray());
    }

    [Fact]
    public void Late_doubled_and_hostile_contributions_are_named_and_stop_nobody()
    {
        city.KeyGen("mixed").Ends(Ran.Done);
        city.OpenRound("mixed", Three, Measure, "\"a\",\"b\"", year: 2020).Ends(Ran.Done);
        var csv = Rows(40);
        foreach (var county in Three)
        {
            city.Contribute("mixed", county, csv(county), "--group", "group").Ends(Ran.Done);
        }

        var good = File.ReadAllBytes(city.Part("mixed", "east"));
        var flipped = good.ToArray();
        flipped[^20000] ^= 1;
        var huge = city.Home("huge.part");
        using (var file = File.Create(huge))
        {
            file.SetLength(1L << 32);
        }

        var taken = city.Take(
            "mixed", city.Part("mixed", "east"), city.Part("mixed", "east"), city.Write("flipped.part", flipped), city.Write("cut.part", good[..^1]), city.Write("empty.part", []), huge,
            city.Home("counties.txt"), city.Part("mixed", "south")).Ends(Ran.Done).Json;
        Assert.Equal(["county-east", "county-south"], taken["taken"]!.AsArray().Select(item => item!["contributor"]!.GetValue<string>()));
        Assert.Equal(
            ["SB-HE-53", "SB-HE-8", "SB-HE-6", "SB-HE-6", "SB-HE-56", "SB-HE-6"],
            taken["refused"]!.AsArray().Select(item => item!["rule"]!.GetValue<string>()));
        Assert.Equal("county-east", taken["refused"]![0]!["contributor"]!.GetValue<string>());
        Assert.Equal(["county-west"], city.Call("he", "status", "mixed").Json["missing"]!.AsArray().Select(item => item!.GetValue<string>()));
        city.As("li", "he", "sum", "mixed").RefusedBy("SB-HE-54");
        city.As("li", "he", "round", "close", "mixed").RefusedBy("SB-HE-54");
        city.Take("mixed", city.Part("mixed", "west")).Ends(Ran.Done);
        city.As("li", "he", "round", "close", "mixed").Ends(Ran.Done);
        city.Take("mixed", city.Part("mixed", "west")).RefusedBy("SB-HE-50", "SB-HE-53");
        city.As("li", "he", "sum", "mixed").Ends(Ran.Done);
        city.As("li", "he", "sum", "mixed").RefusedBy("SB-HE-50");
        File.Delete(huge);
    }

    [Fact]
    public void Parties_that_use_SEAL_itself_and_parties_that_do_not_take_part_in_one_round()
    {
        string[] seal = ["--backend", "seal"];
        city.KeyGen("seal", ["--guard", city.Home("guard.key"), .. seal]).Ends(Ran.Done);
        city.OpenRound("seal", Three, Measure, "\"a\",\"b\"", year: 2006).Ends(Ran.Done);
        foreach (var county in Three)
        {
            city.Contribute("seal", county, Rows(40)(county), ["--group", "group", .. county == "east" ? seal : []]).Ends(Ran.Done);
        }

        city.Take("seal", [.. Three.Select(county => city.Part("seal", county))]).Ends(Ran.Done);
        city.As("li", ["he", "sum", "seal", .. seal]).Ends(Ran.Done);
        city.As("li", "he", "round", "recount", "seal", "--out", city.Home("seal.recount")).Ends(Ran.Done);

        // The platform's SEAL and the witness's own arithmetic agree; then the holder opens with SEAL.
        city.Witness("seal").Ends(Ran.Done);
        city.Permit("seal").Ends(Ran.Done);
        city.Open("seal", ".opened", ["--guard", city.Home("guard.key"), .. seal]).Ends(Ran.Done);
        city.Receive("seal").Ends(Ran.Done);
        using var domain = Host.Domains.OpenDomain.Open(city.City, new Host.Domains.Unlocking(), TimeProvider.System, new Host.Domains.DomainSettings());
        var figures = Host.Rounds.OpenedFigures.Read(domain, domain.Registry.Find<Host.Rounds.Round>("seal")!).Figures;
        var rows = Enumerable.Range(0, 40).Select(row => (Group: row % 2 == 0 ? "a" : "b", Score: (row % 3 == 0 ? -1 : 1) * (row + 0.5m))).ToArray();
        Assert.All(figures, figure => Assert.Equal(3 * rows.Where(row => row.Group == figure.Group).Sum(row => row.Score), figure.Sum));
        Assert.Equal(2, figures.Count);
        Assert.Equal(Ran.Usage, SandboxProgram.Run([.. city.Contributing("seal", "east", Rows(40)("east")), "--backend", "other"]).Code);
    }

    [Fact]
    public async Task A_late_contribution_is_named_and_refused_at_the_door_and_at_home()
    {
        city.KeyGen("late").Ends(Ran.Done);
        city.OpenRound("late", Three, Measure, "\"a\",\"b\"", year: 2011).Ends(Ran.Done);
        city.Contribute("late", "east", Rows(10)("east"), "--group", "group").Ends(Ran.Done);

        // In a copy of the domain whose clock is past the end; the round in the true one goes on.
        var copy = city.Home("late-city");
        foreach (var file in Directory.EnumerateFiles(city.City, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(city.City, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        using var domain = Host.Domains.OpenDomain.Open(copy, new Host.Domains.Unlocking(), new Past(), new Host.Domains.DomainSettings());
        using var li = Host.People.Actor.Authenticate(domain, "li", null);
        var answer = await Host.Rounds.TakeContributions.RunAsync(domain, li, "late", [city.Part("late", "east")], CancellationToken.None);
        var refusal = Assert.Single(Assert.IsType<Host.Answers.Answer.Refused>(answer).Refusals);
        Assert.Equal("SB-HE-10", refusal.Rule);
        Assert.StartsWith("county-east", refusal.Why, StringComparison.Ordinal);
        city.Take("late", city.Part("late", "east")).Ends(Ran.Done);
    }

    [Fact]
    public void At_home_everything_is_checked_before_anything_is_encrypted()
    {
        city.KeyGen("home").Ends(Ran.Done);
        city.OpenRound("home", Three, Measure, "\"a\"", year: 2019).Ends(Ran.Done);
        (string Rows, string Rule)[] wrong =
        [
            ("group,score\na,1.55\n", "SB-HE-15"), ("group,score\na,100.1\n", "SB-HE-15"), ($"group,score\na,{Planted.Number}\n", "SB-HE-15"), ("group,score\nb,1\n", "SB-HE-14"), ("group,other\na,1\n", "SB-HE-52"),
            ("group,score\na,1,2\n", "SB-HE-52"), ("", "SB-HE-52"), ("group,score\na,\"1\n", "SB-HE-52"), ("group,score,score\na,1,1\n", "SB-HE-52"),
        ];
        foreach (var (rows, rule) in wrong)
        {
            city.Contribute("home", "east", city.Write("wrong.csv", rows), "--group", "group").RefusedBy(rule);
        }

        city.Contribute("home", "east", city.Write("latin.csv", [.. "group,score\na,"u8, 0xFF, .. "\n"u8]), "--group", "group").RefusedBy("SB-HE-52");
        city.Contribute("home", "stranger", Rows(3)("east"), "--group", "group").RefusedBy("SB-HE-4");
        city.Contribute("home", "east", Rows(3)("east")).RefusedBy("SB-HE-52");
        Assert.False(File.Exists(city.Part("home", "east")));

        // An invitation that was changed, or is believed under another's key.
        var invitation = File.ReadAllBytes(city.Home("home.invitation"));
        foreach (var at in new[] { 3, 200, invitation.Length - 1000 })
        {
            var changed = invitation.ToArray();
            changed[at] ^= 1;
            city.Write("changed.invitation", changed);
            city.Contribute("changed", "east", Rows(3)("east"), "--group", "group").RefusedBy("SB-HE-3", "SB-HE-23");
        }

        var words = new[] { "he", "contribute", city.Home("home.invitation"), "--csv", Rows(3)("east"), "--group", "group", "--person-key", city.Home("east.key"), "--out", city.Home("x.part") };
        SandboxProgram.Json([.. words, "--platform-key", city.Home("stranger.pub"), "--holder-key", city.Home("zhou.pub")]).RefusedBy("SB-HE-3");
        SandboxProgram.Json([.. words, "--platform-key", Path.Combine(city.City, "domain.pub"), "--holder-key", city.Home("stranger.pub")]).RefusedBy("SB-HE-23");
        Assert.False(File.Exists(city.Home("x.part")));
    }

    [Fact]
    public void Two_rounds_that_one_contributor_or_one_row_tells_apart_are_not_both_shown()
    {
        city.Begin("all-four", RoundCity.Counties, Rows(50), Measure, "\"a\",\"b\"", groupColumn: "group", year: 2015);
        city.Finish("all-four");
        city.Begin("one-less", Three, Rows(50), Measure, "\"a\",\"b\"", groupColumn: "group", year: 2015);
        city.Sum("one-less");
        city.Permit("one-less").RefusedBy("SB-HE-21");

        // Nor at the bureau, should the platform forget: its own record bars it. The same four again are no difference, but one row more is.
        city.Begin("again", RoundCity.Counties, county => Rows(county == "east" ? 51 : 50)(county), Measure, "\"a\",\"b\"", groupColumn: "group", year: 2015);
        city.Sum("again");
        city.Permit("again").Ends(Ran.Done);
        Assert.Equal(0, city.Open("again").Ends(Ran.Done).Json["withheld"]!.GetValue<int>());
        var received = city.Receive("again").Ends(Ran.Done).Json;
        Assert.Equal((1, 1), (received["figures"]!.GetValue<int>(), received["withheld"]!.GetValue<int>()));

        // Under another name of the period's edge it is the same again.
        city.Begin("regrouped", RoundCity.Counties, county => Rows(county == "east" ? 52 : 50)(county), Measure, "\"a\",\"b\",\"c\"", groupColumn: "group", year: 2015);
        city.Sum("regrouped");
        city.Permit("regrouped").Ends(Ran.Done);
        city.Open("regrouped").Ends(Ran.Done);
        Assert.Equal(0, city.Receive("regrouped").Ends(Ran.Done).Json["figures"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_two_such_rounds_that_are_permitted_at_once_one_is()
    {
        city.Begin("at-once-four", RoundCity.Counties, Rows(50), Measure, "\"a\",\"b\"", groupColumn: "group", year: 2005);
        city.Begin("at-once-three", Three, Rows(50), Measure, "\"a\",\"b\"", groupColumn: "group", year: 2005);
        city.Sum("at-once-four");
        city.Sum("at-once-three");
        var ran = await Task.WhenAll(new[] { "at-once-four", "at-once-three" }.Select(round => Task.Run(() => city.Permit(round))));
        Assert.Single(ran, one => one.Code == Ran.Done);
        ran.Single(one => one.Code != Ran.Done).RefusedBy("SB-HE-21", "SB-HE-69");
    }

    [Fact]
    public void Small_cells_are_withheld_before_the_gate_sees_them()
    {
        city.KeyGen("small").Ends(Ran.Done);
        city.OpenRound("small", Three, Measure, "\"a\",\"b\"", year: 2018).Ends(Ran.Done);
        foreach (var county in Three)
        {
            // Twenty rows in a; in b three rows a county, nine together: below ten.
            var rows = new StringBuilder("group,score\n");
            rows.Insert(rows.Length, "a,1\n", 20).Insert(rows.Length, "b,7\n", 3);
            city.Contribute("small", county, city.Write($"small-{county}.csv", rows.ToString()), "--group", "group").Ends(Ran.Done);
        }

        city.Take("small", [.. Three.Select(county => city.Part("small", county))]).Ends(Ran.Done);
        city.Sum("small");
        city.Permit("small").Ends(Ran.Done);
        var opened = city.Open("small").Ends(Ran.Done).Json;
        Assert.Equal((1, 1), (opened["figures"]!.GetValue<int>(), opened["withheld"]!.GetValue<int>()));
        Assert.Equal(1, city.Receive("small").Ends(Ran.Done).Json["withheld"]!.GetValue<int>());
    }

    [Fact]
    public void A_key_in_shares_opens_with_enough_of_them_only()
    {
        string[] shares = ["--share", city.Home("1.share"), "--share", city.Home("2.share"), "--share", city.Home("3.share")];
        city.KeyGen("shared", [.. shares, "--threshold", "2"]).Ends(Ran.Done);
        city.KeyGen("shared", [.. shares, "--threshold", "2"]).RefusedBy("SB-HE-59");
        city.KeyGen("unguarded", "--threshold", "2").RefusedBy("SB-HE-58");
        city.OpenRound("shared", Three, Measure, "\"a\",\"b\"", year: 2017).Ends(Ran.Done);
        foreach (var county in Three)
        {
            city.Contribute("shared", county, Rows(40)(county), "--group", "group").Ends(Ran.Done);
        }

        city.Take("shared", [.. Three.Select(county => city.Part("shared", county))]).Ends(Ran.Done);
        city.Sum("shared");
        city.Permit("shared").Ends(Ran.Done);
        city.Open("shared", ".opened", "--share", city.Home("2.share")).RefusedBy("TRUST-GUARD-3");
        city.Open("shared", ".opened", "--share", city.Home("2.share"), "--share", city.Home("2.share")).RefusedBy("TRUST-GUARD-3");
        city.Open("shared", ".opened", "--guard", city.Home("zhou.key")).Ends(Ran.Refused);
        city.Open("shared", ".opened", "--share", city.Home("3.share"), "--share", city.Home("1.share")).Ends(Ran.Done);
        city.Receive("shared").Ends(Ran.Done);
    }

    [Fact]
    public void The_bureau_opens_nothing_that_was_changed_on_the_way_or_whose_record_was()
    {
        city.KeyGen("changed-way").Ends(Ran.Done);
        city.OpenRound("changed-way", Three, Measure, "\"a\",\"b\"", year: 2016).Ends(Ran.Done);
        foreach (var county in Three)
        {
            city.Contribute("changed-way", county, Rows(40)(county), "--group", "group").Ends(Ran.Done);
        }

        city.Take("changed-way", [.. Three.Select(county => city.Part("changed-way", county))]).Ends(Ran.Done);
        city.As("li", "he", "sum", "changed-way").Ends(Ran.Done);

        // Without the witness there is no permit.
        city.Write("changed-way.witness", "{}");
        city.Permit("changed-way").RefusedBy("SB-HE-27");
        File.Delete(city.Home("changed-way.witness"));
        city.As("li", "he", "round", "recount", "changed-way", "--out", city.Home("changed-way.recount")).Ends(Ran.Done);
        city.Witness("changed-way", "east").RefusedBy("SB-HE-24");
        city.Witness("changed-way").Ends(Ran.Done);
        city.Permit("changed-way").Ends(Ran.Done);
        var bundle = File.ReadAllBytes(city.Home("changed-way.hesum"));
        for (var at = 1; at < bundle.Length; at += bundle.Length / 5)
        {
            var flipped = bundle.ToArray();
            flipped[at] ^= 4;
            city.Write("flipped.hesum", flipped);
            File.Copy(city.Home("changed-way.hekey"), city.Home("flipped.hekey"), overwrite: true);
            city.Open("flipped").Ends(Ran.Refused);
        }

        var record = city.Home("openings.log");
        var kept = File.Exists(record) ? File.ReadAllBytes(record) : [];
        File.WriteAllBytes(record, [.. "{}\n"u8, .. kept]);
        File.SetUnixFileMode(record, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        city.Open("changed-way").RefusedBy("SB-HE-61");
        File.Delete(record);
        if (kept.Length > 0)
        {
            File.WriteAllBytes(record, kept);
            File.SetUnixFileMode(record, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        city.Open("changed-way").Ends(Ran.Done);
        var envelope = File.ReadAllBytes(city.Home("changed-way.opened"));
        envelope[^1] ^= 1;
        city.Write("bad.opened", envelope);
        city.As("zhao", "he", "round", "receive", "changed-way", city.Home("bad.opened")).RefusedBy("SB-HE-62");
        city.Receive("changed-way").Ends(Ran.Done);
    }

    private JsonObject Passed(Ran ran, string name)
    {
        Assert.True(ran.Code == Ran.Done, ran.ToString());
        return city.As("sun", "export", "show", name).Ends(Ran.Done).Json;
    }

    private Func<string, string> Rows(int count) => county =>
    {
        var text = new StringBuilder("group,score\n");
        for (var row = 0; row < count; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(row % 2 == 0 ? "a" : "b")},{(row % 3 == 0 ? "-" : "")}{row % 90}.5\n");
        }

        return city.Write($"{county}-{count}.csv", text.ToString());
    };

    private sealed class Past : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(4_000_000_001);
    }
}
