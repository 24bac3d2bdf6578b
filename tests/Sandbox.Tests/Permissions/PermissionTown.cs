using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Sandbox.Fixtures;
using Sandbox.Sandbox.Tests.Door;

namespace Sandbox.Sandbox.Tests.Permissions;

/// <summary>
/// A Futian domain made through the command line with a register of 1,200 people. Whose permission stands how can be read off the division they live in, so every answer shows whose rows it was made of.
/// Two scenarios use the register, buses and trams.
/// </summary>
public sealed class PermissionTown : IDisposable
{
    /// <summary>How a permission for buses may stand, with the first digits of the division of those whose permission stands so.</summary>
    public static readonly IReadOnlyDictionary<string, string> Standings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["none"] = "11", ["valid"] = "12", ["expired"] = "13", ["withdrawn"] = "14", ["other_scenario"] = "15", ["not_yet_begun"] = "21",
    };

    public const int Each = 200;

    private readonly TemporaryFolder _folder = new();

    public PermissionTown()
        : this(record: true)
    {
    }

    /// <param name="record">Whether permissions are recorded and zones built.</param>
    internal PermissionTown(bool record)
    {
        Folder = _folder.File("town");
        SandboxProgram.Json("init", "--dir", Folder, "--name", "town", "--profile", Profile, "--overlay", "changchun:training", "--suite", "nist", "--admin", "zhao").Ends(Ran.Done);
        foreach (var (name, organisation, role) in new[]
        {
            ("chen", "civil-affairs", "provider"), ("he", "traffic-office", "provider"), ("li", "data-company", "operator"), ("wu", "data-company", "scientist"), ("qian", "data-bureau", "bureau"), ("sun", "audit-institute", "third-party"),
        })
        {
            As("zhao", "person", "add", name, "--org", organisation, "--role", role).Ends(Ran.Done);
        }

        As("chen", "data", "add", "register", "--file", Write("register.csv", Register()), "--source", "a test", "--acquired", "2026-01-02", "--subject", "person", "--text", "division").Ends(Ran.Done);
        As("chen", "data", "confirm", "register", "--grade", "division=General", "monthly_income=Sensitive", "score=General").Ends(Ran.Done);
        As("chen", "classification", "set", "register", Write("class.json", Personal)).Ends(Ran.Done);
        foreach (var scenario in new[] { "buses", "trams" })
        {
            Ask(scenario).Ends(Ran.Done);
            As("zhao", "scenario", "confirm", scenario).Ends(Ran.Done);
            As("chen", "scenario", "consent", scenario).Ends(Ran.Done);
        }

        if (record)
        {
            Record();
        }
    }

    public const string Personal = """{"category":"people","classes":["personal_information"],"sharing":{"attribute":"conditional","reason":"personal","conditions":"by permission","basis":"FT 20"},"openness":"conditional","review_by":"2027-06-30"}""";

    public string Folder { get; }

    /// <summary>The profile that the domain was made under.</summary>
    public string Profile { get; } = "futian";

    internal static DateOnly Today => DateOnly.FromDateTime(DateTime.Today);

    internal Ran As(string who, params string[] words) => SandboxProgram.Json([.. words, "--dir", Folder, "--as", who]);

    internal string Write(string name, string text) => _folder.Write(name, text);

    internal string File(string name) => _folder.File(name);

    internal static string Person(string standing, int number) => string.Create(CultureInfo.InvariantCulture, $"{Standings.Keys.ToList().IndexOf(standing)}x{number:D4}");

    internal static string Permits(DateOnly from, DateOnly until, IEnumerable<string> people) =>
        "subject,from,until\n" + string.Concat(people.Select(person => $"{person},{from:yyyy-MM-dd},{until:yyyy-MM-dd}\n"));

    internal Ran Give(string who, string scenario, string terms) => As(who, "permission", "give", "register", scenario, "--file", Write("terms.csv", terms), "--evidence", Write("paper.pdf", "signed"));

    internal Ran End(string who, string scenario, params string[] people) => As(who, "permission", "end", "register", scenario, "--subjects", Write("ended.txt", string.Join('\n', people)));

    internal Ran Open(string scenario, string kind, string name) => As("li", "zone", "open", scenario, "--kind", kind, "--name", name);

    /// <summary>Divisions (their first digits) and counts that a zone tells.</summary>
    internal Ran Query(string zone, string sql = "SELECT division, count(*) AS people FROM register GROUP BY division") => As("li", "query", "--zone", zone, sql);

    internal Ran Export(string name, string scenario, string? run = null) => As("li", "export", "request", Write(name + ".json", $$"""
        {"name":"{{name}}","scenario":"{{scenario}}","purpose":"Plan","recipient":{"id":"bus","name":"Company","country":"CN"},"tables":[
          {"name":"t","source":"register","run":{{(run is null ? "null" : $"\"{run}\"")}},"round":null,"dimensions":["division"],"measures":[{"name":"people","kind":"count","column":null,"digits":15}]}]}
        """));

    /// <summary>The table that left.</summary>
    internal string Released(string name)
    {
        As("qian", "export", "approve", name).Ends(Ran.Done);
        As("sun", "export", "approve", name).Ends(Ran.Done);
        var package = As("zhao", "export", "release", name).Ends(Ran.Done).Json["package"]!.GetValue<string>();
        using var tar = new TarReader(System.IO.File.OpenRead(package));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith(".csv", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(entry.DataStream!);
                return reader.ReadToEnd();
            }
        }

        throw new InvalidOperationException("no table in the package");
    }

    /// <summary>Runs the sample model over a production zone.</summary>
    internal Ran Run(string zone, string scenario)
    {
        var submitted = As("li", "model", "submit", Path.Combine(Checkout.Root, "artifacts", "models", "district-income"), "--scenario", scenario).Ends(Ran.Done).Json;
        var model = submitted["model"]!.GetValue<string>();
        As("zhao", "model", "approve", model).Ends(Ran.Done);
        return As("li", "run", "start", "--model", model, "--zone", zone);
    }

    public void Dispose() => _folder.Dispose();

    internal Ran Ask(string scenario, params string[] more)
    {
        const string Keep = """{"rule":"division","digits":2}""";
        return As("li", ["scenario", "request", Write(scenario + ".json", $$"""
            {"name":"{{scenario}}","purpose":"Plan","from":"{{Today:yyyy-MM-dd}}","until":"{{Today.AddDays(30):yyyy-MM-dd}}","people":["wu"],"tables":[
              {"data_set":"register","sample_per_mille":200,"quasi_identifiers":[],"columns":[
                {"name":"person","workbench":{"rule":"suppress"},"production":null},
                {"name":"division","workbench":{{Keep}},"production":null},
                {"name":"score","workbench":{"rule":"keep"},"production":null},
                {"name":"monthly_income","workbench":{"rule":"suppress"},"production":{"rule":"exact-invisible"} }]}]}
            """), .. more]);
    }

    private void Record()
    {
        static IEnumerable<string> People(string standing) => Enumerable.Range(0, Each).Select(number => Person(standing, number));
        var (long_ago, later) = (Today.AddDays(-100), Today.AddDays(100));
        Give("chen", "buses", Permits(long_ago, later, People("valid").Concat(People("withdrawn")))).Ends(Ran.Done);
        Give("zhao", "buses", Permits(long_ago, Today.AddDays(-1), People("expired"))).Ends(Ran.Done);
        Give("chen", "buses", Permits(Today.AddDays(10), later, People("not_yet_begun"))).Ends(Ran.Done);
        Give("chen", "trams", Permits(long_ago, later, People("other_scenario"))).Ends(Ran.Done);
        End("chen", "buses", [.. People("withdrawn")]).Ends(Ran.Done);
    }

    // Rows come in several to a person and out of order; people without a known subject have rows too.
    private static string Register()
    {
        var text = new StringBuilder("person,division,score,monthly_income\n");
        for (var row = 0; row < Each * 6; row++)
        {
            var standing = Standings.Keys.ElementAt(row % 6);
            text.Append(CultureInfo.InvariantCulture, $"{Person(standing, row / 6)},{Standings[standing]}0101,{row},{3000 + (row * 7919 % 6000)}\n");
        }

        for (var row = 0; row < 40; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $",220101,{row % 17},{3000 + row}\n");
        }

        return text.ToString();
    }
}
