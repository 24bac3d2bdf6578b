using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Demo;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Rules;

/// <summary>Separation of duties at the gate, as people meet it: who may vote, how many votes it takes, who may release, and what a changed history is worth.</summary>
public sealed class SeparationTests(FinishedDemo demo) : IClassFixture<FinishedDemo>
{
    private const string Request = """
        {"name":"NAME","scenario":"night-bus","purpose":"Plan night buses between airports and districts: delays by airport, incomes by city","recipient":{"id":"bus-company","name":"City bus company","country":"CN"},
        "tables":[{"name":"income","source":"register","run":null,"round":null,"dimensions":["division"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
        """;

    [Fact]
    [Requirement("CC-27-4")]
    public void Two_independent_approvals_release_and_nothing_less()
    {
        const string name = "people-by-city";
        Person("mei", "city-data-company", "third-party");
        Person("deng", "data-bureau", "bureau");
        Ask(name);

        // Nobody of the author's house votes, nobody without the office, nobody twice.
        Vote("li", name).Ends(Ran.Refused);
        Vote("wu", name).Ends(Ran.Refused);
        Vote("mei", name).Ends(Ran.Refused);
        Vote("zhou", name).Ends(Ran.Refused);
        Vote("chen", name).Ends(Ran.Refused);
        Release("zhao", name).Ends(Ran.Refused);
        Vote("qian", name).Ends(Ran.Done);
        Release("zhao", name).Ends(Ran.Refused);
        Vote("qian", name).Ends(Ran.Refused);
        Release("zhao", name).Ends(Ran.Refused);
        demo.Call("export", "approve", name, "--as", "sun", "--person-key", Key("li")).RefusedBy("SB-HOST-4");
        Assert.Equal("Approved", Vote("sun", name).Ends(Ran.Done).Json["stage"]!.GetValue<string>());

        // Approved, it is the bureau's to release.
        Release("li", name).Ends(Ran.Refused);
        Release("wu", name).Ends(Ran.Refused);
        Release("chen", name).Ends(Ran.Refused);
        Assert.False(File.Exists(Package(name)));

        // A history or a request that was changed on the disk is worth nothing.
        foreach (var change in new Func<string, string>[]
        {
            body => body.Replace("\\u0022qian\\u0022", "\\u0022deng\\u0022", StringComparison.Ordinal),
            body => body.Replace("\\u0022data-bureau\\u0022", "\\u0022data-buro\\u0022", StringComparison.Ordinal),
            body => body.Replace("\"digits\":15", "\"digits\":14", StringComparison.Ordinal).Replace("\"people\"", "\"folk\"", StringComparison.Ordinal),
            body => body.Replace("\"dimensions\":[\"division\"]", "\"dimensions\":[\"sex\"]", StringComparison.Ordinal),
            body => body.Replace("bus-company", "bus-firm", StringComparison.Ordinal),
        })
        {
            var before = "";
            Books.Rewrite(demo.Folder, "export_request", name, body => change(before = body));
            Release("zhao", name).Ends(Ran.Refused);
            Assert.False(File.Exists(Package(name)));
            Books.Rewrite(demo.Folder, "export_request", name, _ => before);
        }

        Release("zhao", name).Ends(Ran.Done);
        SandboxProgram.Json("verify", Package(name), "--key", demo.KeyFile).Ends(Ran.Done);
        Release("zhao", name).Ends(Ran.Refused);
        Books.Check(demo.Folder);
    }

    [Fact]
    [Requirement("CC-27-4")]
    public void A_stage_that_was_written_without_votes_releases_nothing()
    {
        const string name = "people-forged";
        Ask(name);
        var before = "";
        Books.Rewrite(demo.Folder, "export_request", name, body => (before = body).Replace("\"stage\":\"in_review\"", "\"stage\":\"approved\"", StringComparison.Ordinal));
        Release("zhao", name).Ends(Ran.Refused);
        Assert.False(File.Exists(Package(name)));
        Books.Rewrite(demo.Folder, "export_request", name, _ => before);
        Books.Check(demo.Folder);
    }

    [Fact]
    public void A_rejected_request_stays_rejected()
    {
        const string name = "people-rejected";
        Ask(name);
        demo.As("qian", "export", "reject", name).Ends(Ran.Done);
        Vote("sun", name).Ends(Ran.Refused);
        Vote("qian", name).Ends(Ran.Refused);
        Release("zhao", name).Ends(Ran.Refused);
        Assert.False(File.Exists(Package(name)));
    }

    [Fact]
    public void Only_the_bureau_registers_people_and_reviews_models()
    {
        demo.As("li", "person", "add", "friend", "--org", "data-bureau", "--role", "bureau").RefusedBy("SB-HOST-5");
        demo.As("li", "model", "approve", "row-copy").Ends(Ran.Refused);
        demo.As("wu", "model", "approve", "row-copy").Ends(Ran.Refused);
    }

    [Theory]
    [InlineData("chen")]
    [InlineData("zhao")]
    [InlineData("zhou")]
    [InlineData("qian")]
    [Requirement("CC-16-1")]
    public void Who_is_not_of_the_scenario_does_not_query_it(string who) => demo.As(who, "query", "--zone", "night-bus-wb", "SELECT count(*) FROM flights").Ends(Ran.Refused);

    [Theory]
    [InlineData("wu")]
    [InlineData("li")]
    [Requirement("CC-11-1")]
    public void Production_has_no_door_for_free_statements(string who) => demo.As(who, "query", "--zone", "night-bus-prod", "SELECT * FROM flights").RefusedBy("SB-PROD-2");

    [Fact]
    public void A_changed_ledger_is_found_and_a_rolled_back_one_against_an_earlier_checkpoint()
    {
        using var copy = FinishedDemo.CopyOf(demo.Folder);
        var city = copy.File("city");
        var monday = copy.Write("monday.txt", SandboxProgram.Json("ledger", "checkpoint", "--dir", city).Ends(Ran.Done).Json["checkpoint"]!.GetValue<string>());
        SandboxProgram.Json("ledger", "verify", "--dir", city, "--checkpoint", monday).Ends(Ran.Done);
        var earlier = copy.File("earlier.db");
        File.Copy(Path.Combine(city, "registry.db"), earlier);
        Run(city, "UPDATE trust_ledger SET entry=CAST(replace(CAST(entry AS TEXT),'\"qian\"','\"deng\"') AS BLOB) WHERE CAST(entry AS TEXT) LIKE '%export.voted%'");
        SandboxProgram.Json("ledger", "verify", "--dir", city).RefusedBy("TRUST-LEDGER-1");
        File.Copy(earlier, Path.Combine(city, "registry.db"), overwrite: true);
        Run(city, "DELETE FROM trust_ledger WHERE idx=(SELECT max(idx) FROM trust_ledger)");
        SandboxProgram.Json("ledger", "verify", "--dir", city).RefusedBy("TRUST-LEDGER-1");
    }

    private static void Run(string folder, string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "registry.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }

    private void Person(string name, string organisation, string role) => demo.As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);

    private void Ask(string name)
    {
        using var folder = new TemporaryFolder();
        demo.As("li", "export", "request", folder.Write("request.json", Request.Replace("NAME", name, StringComparison.Ordinal))).Ends(Ran.Done);
    }

    private Ran Vote(string who, string name) => demo.As(who, "export", "approve", name);

    private Ran Release(string who, string name) => demo.As(who, "export", "release", name);

    private string Key(string who) => Path.Combine(demo.Folder, "keys", who + ".key");

    private string Package(string name) => Path.Combine(demo.Folder, "releases", name + ".sandbox.tar");
}
