using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;
using Sandbox.Sandbox.Tests.Input;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>What left before counts for what is asked now, whoever asked and however long ago, through the command line.</summary>
public sealed class DifferencingTests : IDisposable
{
    private readonly SmallCity _city = new();
    private readonly TemporaryFolder _folder = new();

    public DifferencingTests()
    {
        foreach (var (name, organisation, role) in new[] { ("qian", "data-bureau", "bureau"), ("sun", "audit-institute", "third-party"), ("ma", "other-company", "operator") })
        {
            _city.As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        // 900 people, numbered, of three districts and two sexes; ages run over sixty years.
        var text = new StringBuilder("person,place,district,sex,age,income\n");
        for (var row = 0; row < 900; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"p{row:D4},{row},{"abc"[row % 3]},{"mf"[row % 2]},{20 + (row / 15)},{1000 + (row * 37 % 500)}\n");
        }

        _city.As("chen", "data", "add", "register", "--file", _folder.Write("register.csv", text.ToString()), "--source", "a test", "--acquired", "2026-01-02", "--subject", "person", "--identifier", "person").Ends(Ran.Done);
        _city.As("chen", "data", "confirm", "register", "--grade", "place=General", "district=General", "sex=General", "age=General", "income=General").Ends(Ran.Done);
        Grant("buses", "li");
        Grant("trams", "ma");
    }

    [Fact]
    [Requirement("CC-27-2")]
    public void A_release_holds_back_what_differs_from_it_by_a_few()
    {
        // Approved side by side, each harmless alone: the second to leave is held at the door.
        Ask("li", "buses", "all").Ends(Ran.Done);
        Ask("ma", "trams", "without", """{"column":"place","from":"9","to":null}""").Ends(Ran.Done);
        Approve("all");
        Approve("without");
        Release("all").Ends(Ran.Done);
        Release("without").RefusedBy("SB-EXP-15");
        Assert.False(File.Exists(Path.Combine(_city.Folder, "releases", "without.sandbox.tar")));

        // Asked for afterwards they do not come so far, whoever asks; the words name no number.
        foreach (var (who, scenario, name, where) in new[]
        {
            ("li", "buses", "few-1", """{"column":"place","from":"1"}"""),
            ("li", "buses", "few-9", """{"column":"place","from":"9"}"""),
            ("ma", "trams", "few-other", """{"column":"place","to":"894"}"""),
            ("ma", "trams", "few-list", """{"column":"place","none_of":["17","170","700"]}"""),
        })
        {
            var ran = Ask(who, scenario, name, where).RefusedBy("SB-EXP-15");
            Assert.All(ran.Json["refusals"]!.AsArray(), refusal => Assert.DoesNotMatch("[0-9]", $"{refusal!["why"]} {refusal["remedy"]} {refusal["why_zh"]} {refusal["remedy_zh"]}"));
        }

        // Ten apart are enough, and the same again is nothing new.
        Ask("li", "buses", "ten", """{"column":"place","from":"10"}""").Ends(Ran.Done);
        Ask("ma", "trams", "again").Ends(Ran.Done);

        // A chain: all, the men, and the women but for three of them.
        Ask("li", "buses", "men", """{"column":"sex","one_of":["m"]}""").Ends(Ran.Done);
        Approve("men");
        Release("men").Ends(Ran.Done);
        const string Women = """{"column":"sex","one_of":["f"]},{"column":"place","from":"7"}""";
        Ask("ma", "trams", "women", Women).RefusedBy("SB-EXP-15");
        Ask("ma", "trams", "all-women", """{"column":"sex","one_of":["f"]}""").Ends(Ran.Done);

        // The index is only a saving: without it, and after a restart, the answer is the same.
        var objects = Directory.GetFiles(Path.Combine(_city.Folder, "objects"));
        var index = Demo.Books.Documents(_city.Folder).Single(document => document.Kind == "atom_index");
        var file = objects.Single(path => Path.GetFileName(path) == index.Body["object"]!["name"]!.GetValue<string>());
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
        Ask("ma", "trams", "women-2", Women).RefusedBy("SB-EXP-15");
        File.Delete(file);
        Ask("ma", "trams", "women-3", Women).RefusedBy("SB-EXP-15");
        Ask("ma", "trams", "districts", dimensions: "\"district\"").Ends(Ran.Done);
        Approve("districts");
        Release("districts").Ends(Ran.Done);
        Ask("li", "buses", "women-4", Women).RefusedBy("SB-EXP-15");
        Demo.Books.Check(_city.Folder);
    }

    /// <summary>Subjects are numbered at the first question of an epoch; the numbers end with it, and without them the answer is the same.</summary>
    [Fact]
    public void The_numbers_of_subjects_last_an_epoch()
    {
        (string Path, string Name) Numbers()
        {
            var name = Demo.Books.Documents(_city.Folder).Single(document => document.Kind == "subject_index").Body["object"]!["name"]!.GetValue<string>();
            return (Path.Combine(_city.Folder, "objects", name), name);
        }

        Assert.DoesNotContain(Demo.Books.Documents(_city.Folder), document => document.Kind == "subject_index");
        Ask("li", "buses", "all").Ends(Ran.Done);
        var first = Numbers();
        Assert.True(File.Exists(first.Path));
        Ask("ma", "trams", "all-again").Ends(Ran.Done);
        Assert.Equal(first, Numbers());

        // Damaged they are made anew on the way, gone they are made and registered again.
        var bytes = File.ReadAllBytes(first.Path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(first.Path, bytes);
        Ask("li", "buses", "damaged").Ends(Ran.Done);
        File.Delete(first.Path);
        Ask("li", "buses", "gone").Ends(Ran.Done);
        var second = Numbers();
        Assert.NotEqual(first, second);
        Assert.True(File.Exists(second.Path));

        // A delivery starts an epoch: the numbers of the last one are removed when the first question of the new one is written down.
        var text = new StringBuilder("person,place,district,sex,age,income\n");
        for (var row = 900; row < 940; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"p{row - 900:D4},{row},{"abc"[row % 3]},{"mf"[row % 2]},{20 + (row % 60)},1000\n");
        }

        _city.As("chen", "data", "append", "register", "--file", _folder.Write("more.csv", text.ToString()), "--acquired", "2026-02-02").Ends(Ran.Done);
        Ask("li", "buses", "more").Ends(Ran.Done);
        var third = Numbers();
        Assert.NotEqual(second, third);
        Assert.False(File.Exists(second.Path));
        Assert.True(new FileInfo(third.Path).Length > 4 * 940, "forty people have two rows each now, so every row needs a number");

        // Without rows there is nothing to number, and the numbers of another epoch are not used.
        _city.As("chen", "data", "withdraw", "register", "--batch", "all").Ends(Ran.Done);
        Ask("li", "buses", "none").Ends(Ran.Refused);
        Demo.Books.Check(_city.Folder);
    }

    [Fact]
    [Requirement("CC-17-3")]
    public void A_range_reaches_no_further_than_the_grant()
    {
        Ask("li", "buses", "masked", """{"column":"income","from":"1200"}""").RefusedBy("CC-17-3");
        Ask("li", "buses", "person", """{"column":"person","one_of":["p0001"]}""").RefusedBy("CC-17-3");
        Ask("li", "buses", "unknown", """{"column":"nothing","from":"1"}""").Ends(Ran.Refused);
        Ask("li", "buses", "no-number", """{"column":"place","from":"x"}""").Ends(Ran.Refused);
        foreach (var form in new[] { "{}", """{"column":"place"}""", """{"from":"1"}""", """{"column":"place","from":"1","one_of":["1"]}""", """{"any":[]}""", """{"any":[{"any":[{"column":"place","from":"1"}]}]}""", """{"column":"place","one_of":[]}""" })
        {
            Ask("li", "buses", "form", form).Ends(Ran.Refused);
        }
    }

    public void Dispose()
    {
        _city.Dispose();
        _folder.Dispose();
    }

    private void Grant(string scenario, string who)
    {
        const string Keep = """{"rule":"keep"}""";
        const string None = """{"rule":"suppress"}""";
        var spec = $$"""
            {"name":"{{scenario}}","purpose":"Plan","from":"{{DateTime.Today:yyyy-MM-dd}}","until":"{{DateTime.Today.AddDays(30):yyyy-MM-dd}}","people":[],"tables":[
              {"data_set":"register","sample_per_mille":100,"quasi_identifiers":[],"columns":[
                {"name":"place","workbench":{{Keep}},"production":null },{"name":"district","workbench":{{Keep}},"production":null },{"name":"sex","workbench":{{Keep}},"production":null },
                {"name":"age","workbench":{{Keep}},"production":null },{"name":"person","workbench":{{None}},"production":null },
                {"name":"income","workbench":{{None}},"production":{"rule":"exact-invisible"} }] }] }
            """;
        _city.As(who, "scenario", "request", _folder.Write(scenario + ".json", spec)).Ends(Ran.Done);
        _city.As("zhao", "scenario", "confirm", scenario).Ends(Ran.Done);
        _city.As("chen", "scenario", "consent", scenario).Ends(Ran.Done);
    }

    private Ran Ask(string who, string scenario, string name, string where = "", string dimensions = "")
    {
        var range = where.Length == 0 ? "" : $",\"where\":[{where}]";
        return _city.As(who, "export", "request", _folder.Write(name + ".json", $$"""
            {"name":"{{name}}","scenario":"{{scenario}}","purpose":"Plan","recipient":{"id":"bus","name":"Company","country":"CN"},"tables":[
              {"name":"t","source":"register","run":null,"round":null,"dimensions":[{{dimensions}}],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]{{range}} }]}
            """));
    }

    private void Approve(string name)
    {
        _city.As("qian", "export", "approve", name).Ends(Ran.Done);
        _city.As("sun", "export", "approve", name).Ends(Ran.Done);
    }

    private Ran Release(string name) => _city.As("zhao", "export", "release", name);
}
