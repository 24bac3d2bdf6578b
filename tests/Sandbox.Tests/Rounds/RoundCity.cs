using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Rounds;

/// <summary>A domain with a granted scenario, and outside of it the homes of four counties, of the bureau and of a witness: everything through the command line.</summary>
public sealed class RoundCity : IDisposable
{
    public static readonly string[] Counties = ["east", "south", "west", "north"];

    private readonly TemporaryFolder _folder = new();

    public RoundCity()
    {
        City = _folder.File("city");
        Init();
        foreach (var who in Counties.Append("zhou").Append("audit").Append("stranger"))
        {
            Keys[who] = Call("person", "keygen", "--suite", "nist", "--out", Home(who + ".key")).Json["public_key"]!.GetValue<string>();
            _folder.Write(who + ".pub", Keys[who]);
        }

        foreach (var county in Counties)
        {
            As("zhao", "person", "add", "office-" + county, "--org", "county-" + county, "--role", "provider", "--public-key", Keys[county]).Ends(Ran.Done);
        }

        As("zhao", "person", "add", "zhou", "--org", "data-bureau", "--role", "bureau", "--public-key", Keys["zhou"]).Ends(Ran.Done);
        _folder.Write("counties.txt", "# the bureau's own list\n" + string.Concat(Counties.Select(county => $"county-{county} {Keys[county]}\n")));
        _folder.Write("witnesses.txt", $"audit-institute {Keys["audit"]}\n");
    }

    /// <summary>The platform's folder.</summary>
    public string City { get; }

    internal Dictionary<string, string> Keys { get; } = [];

    internal string Home(string name) => _folder.File(name);

    internal string Write(string name, string text) => _folder.Write(name, text);

    internal string Write(string name, byte[] bytes) => _folder.Write(name, bytes);

    internal Ran Call(params string[] words) => SandboxProgram.Json([.. words, "--dir", City]);

    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", City, "--as", who]);

    internal Ran KeyGen(string round, params string[] more) => SandboxProgram.Json(
        ["he", "keygen", Home(round), "--contributors", Home("counties.txt"), "--witnesses", Home("witnesses.txt"), "--person-key", Home("zhou.key"), .. more.Length > 0 ? more : ["--guard", Home("guard.key")]]);

    /// <param name="counties">Those who may contribute.</param>
    /// <param name="round">Name of the round.</param>
    /// <param name="more">Further members of the round file.</param>
    internal Ran OpenRound(string round, IEnumerable<string> counties, string measures, string groups = "\"all\"", string more = "", int year = 2026, int rows = 20_000)
    {
        Write(round + ".json", $$"""
            {"name":"{{round}}","scenario":"shuttle","purpose":"a test","from":"{{year}}-01-01","until":"{{year}}-12-31","groups":[{{groups}}],"measures":[{{measures}}],
             "contributors":[{{string.Join(',', counties.Select(county => $"\"office-{county}\""))}}],"key_holder":"zhou","minimum_contributors":3,"maximum_rows":{{rows}},
             "closes_at":"{{DateTimeOffset.FromUnixTimeSeconds(4_000_000_000).ToString("O", CultureInfo.InvariantCulture)}}"{{more}}}
            """);
        return As("li", "he", "round", "open", Home(round + ".json"), "--key", Home(round + ".hepub"), "--out", Home(round + ".invitation"));
    }

    internal Ran Contribute(string round, string county, string csv, params string[] more) => SandboxProgram.Json(Contributing(round, county, csv, more));

    internal string[] Contributing(string round, string county, string rows, params string[] more) =>
        ["he", "contribute", Home(round + ".invitation"), rows.EndsWith(".csv", StringComparison.Ordinal) ? "--csv" : "--arrow", rows, "--person-key", Home(county + ".key"), "--platform-key", Path.Combine(City, "domain.pub"), "--holder-key", Home("zhou.pub"),
            "--out", Part(round, county), .. more];

    internal string Part(string round, string county) => Home($"{round}-{county}.part");

    internal Ran Take(string round, params string[] files) => As("li", ["he", "round", "take", round, .. files]);

    internal Ran Witness(string round, string key = "audit") => SandboxProgram.Json(
        "he", "witness", Home(round + ".recount"), "--person-key", Home(key + ".key"), "--platform-key", Path.Combine(City, "domain.pub"), "--holder-key", Home("zhou.pub"), "--out", Home(round + ".witness"));

    internal Ran Permit(string round) => As("zhao", "he", "round", "permit", round, "--witness", Home(round + ".witness"), "--out", Home(round + ".hesum"));

    internal Ran Open(string round, string target = ".opened", params string[] guard) => SandboxProgram.Json(
        ["he", "open", Home(round + ".hesum"), "--secret", Home(round + ".hekey"), "--person-key", Home("zhou.key"), "--platform-key", Path.Combine(City, "domain.pub"), "--out", Home(round + target),
            .. guard.Length > 0 ? guard : ["--guard", Home("guard.key")]]);

    internal Ran Receive(string round) => As("zhao", "he", "round", "receive", round, Home(round + ".opened"));

    /// <summary>From the sum to the received table.</summary>
    internal void Finish(string round)
    {
        Sum(round);
        Permit(round).Ends(Ran.Done);
        Open(round).Ends(Ran.Done);
        Receive(round).Ends(Ran.Done);
    }

    internal void Sum(string round)
    {
        As("li", "he", "sum", round).Ends(Ran.Done);
        As("li", "he", "round", "recount", round, "--out", Home(round + ".recount")).Ends(Ran.Done);
        Witness(round).Ends(Ran.Done);
    }

    /// <summary>Everything up to the contributions taken in.</summary>
    internal void Begin(string round, string[] counties, Func<string, string> csv, string measures, string groups = "\"all\"", string more = "", string? groupColumn = null, int year = 2026)
    {
        KeyGen(round).Ends(Ran.Done);
        OpenRound(round, counties, measures, groups, more, year).Ends(Ran.Done);
        foreach (var county in counties)
        {
            Contribute(round, county, csv(county), groupColumn is null ? [] : ["--group", groupColumn]).Ends(Ran.Done);
        }

        Take(round, [.. counties.Select(county => Part(round, county))]).Ends(Ran.Done);
    }

    /// <summary>An export request over a round's table, as the operating unit.</summary>
    internal Ran Export(string name, string round, string dimension, string measures) => As("li", "export", "request", Write(name + ".json", $$"""
        {"name":"{{name}}","scenario":"shuttle","purpose":"where shuttles are missing","recipient":{"id":"bus","name":"Bus company","country":"CN"},
         "tables":[{"name":"t","source":null,"run":null,"round":"{{round}}","dimensions":["{{dimension}}"],"measures":[{{measures}}]}]}
        """));

    /// <summary>Has two reviewers approve and the bureau release; gives the released table as text.</summary>
    internal string Release(string name, string table = "t")
    {
        As("qian", "export", "approve", name).Ends(Ran.Done);
        As("sun", "export", "approve", name).Ends(Ran.Done);
        As("zhao", "export", "release", name).Ends(Ran.Done);
        using var tar = new TarReader(File.OpenRead(Package(name)));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == $"data/{table}.csv")
            {
                using var reader = new StreamReader(entry.DataStream!);
                return reader.ReadToEnd();
            }
        }

        throw new InvalidDataException($"the release {name} has no table {table}");
    }

    internal string Package(string name) => Path.Combine(City, "releases", name + ".sandbox.tar");

    public void Dispose() => _folder.Dispose();

    private void Init()
    {
        SandboxProgram.Json("init", "--dir", City, "--name", "town", "--profile", "futian", "--overlay", "changchun:training", "--suite", "nist", "--admin", "zhao").Ends(Ran.Done);
        foreach (var (name, organisation, role) in new[] { ("chen", "civil-affairs", "provider"), ("li", "data-company", "operator"), ("qian", "data-bureau", "bureau"), ("sun", "audit-institute", "third-party") })
        {
            As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        var rows = new StringBuilder("person,district,score\n");
        for (var row = 0; row < 400; row++)
        {
            rows.Append(CultureInfo.InvariantCulture, $"p{row},{(row % 2 == 0 ? "east" : "west")},{row % 17}\n");
        }

        As("chen", "data", "add", "table", "--file", Write("table.csv", rows.ToString()), "--source", "a test", "--acquired", "2026-01-02", "--subject", "person").Ends(Ran.Done);
        As("chen", "data", "confirm", "table").Ends(Ran.Done);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().Date);
        As("li", "scenario", "request", Write("scenario.json", $$"""
            {"name":"shuttle","purpose":"where shuttles are missing","from":"{{today:yyyy-MM-dd}}","until":"{{today.AddDays(30):yyyy-MM-dd}}","people":["li"],"tables":[{"data_set":"table","sample_per_mille":200,"quasi_identifiers":[],
            "columns":[{"name":"district","workbench":{"rule":"keep"},"production":null},{"name":"score","workbench":{"rule":"round","step":5},"production":null}]}]}
            """)).Ends(Ran.Done);
        As("zhao", "scenario", "confirm", "shuttle").Ends(Ran.Done);
        As("chen", "scenario", "consent", "shuttle").Ends(Ran.Done);
    }
}
